// What each option of an ipvsadm command line adds to the command that is being read, in the order in which the options stand.
// Spec: ipvsadm(8); ranges, defaults and complaints observed on ipvsadm 1.31. Order matters there: -r takes its port's
// protocol from the service before it, and -M its meaning from that service's family.

import { type Address, familyOf, isMulticast, parseAddress } from '../../net/index.ts';
import { readMask } from '../codec-service.ts';
import { tunnelTypeNumbers } from '../constants.ts';
import type { Forwarding, Protocol, ServiceSettings, SyncState, Timeouts, Tunnel } from '../model.ts';
import { noSchedulerFlags } from '../scheduler-flags.ts';
import type { NameLookup } from '../text-parse.ts';
import { colonAddress, looseAddress, wholeNumber } from './numbers.ts';
import type { CommandName, OptionName } from './options.ts';

/** Why reading stops here; thrown and caught inside this room only. */
export class Refusal extends Error {}

export function refuse(text: string): never {
  throw new Refusal(text);
}

/** MAX_TIMEOUT of ipvsadm in seconds: 31 days. */
const longestTimeout = 31 * 86_400;
const persistentTimeout = 360;
const intMax = 2_147_483_647;
/** Names are cut to what the kernel's buffers hold, silently. */
const longestName = 15;

/** A service or server as written so far; ipvsadm uses one structure for both. */
export interface Place {
  family: 'inet' | 'inet6' | undefined;
  protocol: Protocol | undefined;
  address: Address | undefined;
  port: number;
}

export interface Draft {
  readonly options: Set<OptionName>;
  command: CommandName;
  service: Place;
  mark: number;
  scheduler: string;
  /** The argument of -b and what it says; it is read when the scheduler is known. */
  flagWords: string;
  flags: ServiceSettings['schedulerFlags'];
  timeout: number | undefined;
  mask: Address | undefined;
  prefix: number;
  onePacket: boolean;
  engine: string | undefined;
  server: Place;
  forwarding: Forwarding;
  tunnel: { type: Tunnel['type']; port: number; checksum: Tunnel['checksum'] };
  weight: number;
  upperThreshold: number;
  lowerThreshold: number;
  state: SyncState;
  interface: string;
  syncId: number;
  maxLength: number | undefined;
  group: Address | undefined;
  groupPort: number | undefined;
  ttl: number | undefined;
  timeouts: Timeouts;
}

const noPlace = (): Place => ({ family: undefined, protocol: undefined, address: undefined, port: 0 });

export const newDraft = (command: CommandName): Draft => ({
  options: new Set(),
  command,
  service: noPlace(),
  mark: 0,
  scheduler: '',
  flagWords: '',
  flags: noSchedulerFlags,
  timeout: undefined,
  mask: undefined,
  prefix: 128,
  onePacket: false,
  engine: undefined,
  server: noPlace(),
  forwarding: 'DR',
  tunnel: { type: 'ipip', port: 0, checksum: 'nocsum' },
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  state: 'master',
  interface: '',
  syncId: 0,
  maxLength: undefined,
  group: undefined,
  groupPort: undefined,
  ttl: undefined,
  timeouts: { tcp: 0, tcpFin: 0, udp: 0 },
});

/** Seconds of a timeout; without text, what -p alone means. */
export function timeoutOf(text: string | undefined, least: number): number {
  if (text === undefined) return persistentTimeout;
  return wholeNumber(text, least, longestTimeout) ?? refuse(`invalid timeout value \`${text}' specified`);
}

type Found = 'nothing' | 'address' | 'address and port';

/** Fills `place` from `host[:port]`, as far as it can be understood; what was set before a failure stays set. */
function readPlace(text: string, place: Place, names: NameLookup): Found {
  if (/^\d*$/.test(text)) return 'nothing';
  let host = text;
  let port: string | undefined;
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    if (close < 0 || text[close + 1] !== ':') return 'nothing';
    host = text.slice(1, close);
    port = text.slice(close + 2);
  }
  const six = colonAddress(host);
  if (six !== undefined) {
    place.address = six;
    place.family = 'inet6';
  } else {
    const colon = host.lastIndexOf(':');
    port = colon < 0 ? undefined : host.slice(colon + 1);
    host = colon < 0 ? host : host.slice(0, colon);
    const four = looseAddress(host) ?? names.host(host);
    if (four === undefined || familyOf(four) !== 'inet') return 'nothing';
    place.address = four;
    place.family = 'inet';
  }
  if (port === undefined) return 'address';
  const number =
    wholeNumber(port, 0, 65_535) ??
    (place.protocol === undefined ? undefined : names.port(port, place.protocol));
  if (number === undefined) return 'nothing';
  place.port = number;
  return 'address and port';
}

const markOf = (text: string): number =>
  wholeNumber(text, 1, 0xffffffff) ?? refuse(`invalid fwmark value \`${text}' specified`);

const within = (text: string, least: number, most: number, what: string): number =>
  wholeNumber(text, least, most) ?? refuse(`illegal ${what} specified`);

/** Flag words, each with its bit and the scheduler it belongs to. */
const flagWords: Readonly<
  Record<string, { readonly bit: 'flag1' | 'flag2' | 'flag3'; readonly scheduler?: string }>
> = {
  'flag-1': { bit: 'flag1' },
  'flag-2': { bit: 'flag2' },
  'flag-3': { bit: 'flag3' },
  'sh-fallback': { bit: 'flag1', scheduler: 'sh' },
  'sh-port': { bit: 'flag2', scheduler: 'sh' },
  'mh-fallback': { bit: 'flag1', scheduler: 'mh' },
  'mh-port': { bit: 'flag2', scheduler: 'mh' },
};

/** The bits of -b. A word that belongs to one scheduler is refused with another. */
export function flagsOf(draft: Draft): ServiceSettings['schedulerFlags'] {
  if (draft.flagWords === '') return noSchedulerFlags;
  const flags = { flag1: false, flag2: false, flag3: false };
  for (const word of draft.flagWords.split(',')) {
    if (word === '') continue;
    const found = Object.hasOwn(flagWords, word) ? flagWords[word] : undefined;
    if (found === undefined) throw new Refusal(`invalid scheduler flag \`${word}'`);
    if (found.scheduler !== undefined && draft.scheduler !== found.scheduler) {
      throw new Refusal(`incompatible scheduler flag \`${word}'`);
    }
    flags[found.bit] = true;
  }
  return flags;
}

const isTunnelType = (text: string): text is Tunnel['type'] => Object.hasOwn(tunnelTypeNumbers, text);
const isProtocol = (text: string): text is Protocol => text === 'tcp' || text === 'udp' || text === 'sctp';

function readGroup(text: string): Address {
  const six = text.includes(':');
  const address = parseAddress(text);
  if (address === undefined || !isMulticast(address))
    return refuse(`invalid IPv${six ? 6 : 4} mcast-group \`${text}'`);
  return address;
}

function readNetmask(draft: Draft, text: string, names: NameLookup): void {
  if (draft.service.family === 'inet6') {
    // atoi(3): a number at the start, whatever follows.
    const length = Number(/^\s*([+-]?\d+)/.exec(text)?.[1] ?? 0);
    if (length < 1 || length > 128) refuse('illegal ipv6 netmask specified');
    draft.prefix = length;
    return;
  }
  const mask = looseAddress(text) ?? names.host(text);
  draft.mask = mask ?? refuse('illegal virtual server persistent mask specified');
}

function readService(draft: Draft, text: string, variant: string, names: NameLookup): void {
  if (!isProtocol(variant)) {
    draft.service.family = 'inet';
    draft.service.protocol = 'tcp';
    draft.mark = markOf(text);
    return;
  }
  draft.service.protocol = variant;
  if (readPlace(text, draft.service, names) === 'nothing')
    refuse('illegal virtual server address[:port] specified');
  // The mask of a service starts over with its family.
  if (draft.service.family === 'inet6') draft.prefix = 128;
}

function readServer(draft: Draft, text: string, names: NameLookup): void {
  const place = { ...draft.service };
  const found = readPlace(text, place, names);
  if (found === 'nothing') refuse('illegal real server address[:port] specified');
  draft.server = found === 'address' ? { ...place, port: draft.service.port } : place;
}

type Reader = (draft: Draft, argument: string, variant: string, names: NameLookup) => void;
const mark: Reader = () => {};

const readers = {
  numeric: mark,
  connection: mark,
  'service-address': readService,
  scheduler: (draft, text) => {
    draft.scheduler = text.slice(0, longestName);
  },
  persistent: mark,
  netmask: (draft, text, _, names) => readNetmask(draft, text, names),
  'real-server': (draft, text, _, names) => readServer(draft, text, names),
  'forwarding-method': (draft, _, variant) => {
    draft.forwarding = variant === 'NAT' || variant === 'TUN' ? variant : 'DR';
  },
  weight: (draft, text) => {
    draft.weight = within(text, 0, intMax, 'weight');
  },
  'u-threshold': (draft, text) => {
    draft.upperThreshold = within(text, 0, intMax, 'u_threshold');
  },
  'l-threshold': (draft, text) => {
    draft.lowerThreshold = within(text, 0, intMax, 'l_threshold');
  },
  'mcast-interface': (draft, text) => {
    draft.interface = text.slice(0, longestName);
  },
  timeout: mark,
  daemon: mark,
  stats: mark,
  rate: mark,
  thresholds: mark,
  'persistent-conn': mark,
  nosort: mark,
  syncid: (draft, text) => {
    draft.syncId = within(text, 0, 255, 'syncid');
  },
  exact: mark,
  ops: draft => {
    draft.onePacket = true;
  },
  pe: (draft, text) => {
    draft.engine = text.slice(0, longestName);
  },
  'sched-flags': (draft, text) => {
    draft.flagWords = text;
  },
  'mcast-group': (draft, text) => {
    draft.group = readGroup(text);
  },
  'mcast-port': (draft, text) => {
    draft.groupPort = within(text, 1, 65_535, 'mcast-port');
  },
  'mcast-ttl': (draft, text) => {
    draft.ttl = within(text, 1, 255, 'mcast-ttl');
  },
  'sync-maxlen': (draft, text) => {
    draft.maxLength = within(text, 1, 65_535 - 20 - 8, 'sync-maxlen');
  },
  'tun-info': mark,
  'tun-type': (draft, text) => {
    draft.tunnel.type = isTunnelType(text) ? text : refuse('illegal tunnel type specified');
  },
  'tun-port': (draft, text) => {
    draft.tunnel.port = within(text, 1, 65_535, 'tunnel port');
  },
  'tun-nocsum': mark,
  'tun-csum': draft => {
    draft.tunnel.checksum = 'csum';
  },
  'tun-remcsum': draft => {
    draft.tunnel.checksum = 'remcsum';
  },
} as const satisfies Record<OptionName, Reader>;

/** Adds one option. Throws Refusal with ipvsadm's complaint. */
export function addOption(
  draft: Draft,
  name: OptionName,
  argument: string | undefined,
  variant: string,
  names: NameLookup,
): void {
  if (draft.options.has(name)) refuse(`multiple '${name}' options specified`);
  draft.options.add(name);
  if (name === 'persistent') draft.timeout = timeoutOf(argument, 1);
  else readers[name](draft, argument ?? '', variant, names);
}

/** The persistence the kernel is told: the timeout and the client mask. */
/** The mask of -M, or that of a single client. */
export function maskOf({ service, prefix, mask }: Draft) {
  if (service.family === 'inet6') return { maskLength: prefix };
  return mask === undefined ? { maskLength: 32 } : readMask(mask);
}

export const persistenceOf = (draft: Draft) =>
  draft.timeout === undefined ? undefined : { timeout: draft.timeout, ...maskOf(draft) };
