// Reads ipvsadm's restore format: each line is one command of ipvsadm.
// Spec: ipvsadm(8) -R; defaults and refusals observed on ipvsadm 1.31 (scheduler wlc, timeout 360, weight 1, direct routing).

import {
  type Address,
  addressBits,
  type Endpoint,
  type Family,
  familyOf,
  parseAddress,
  parsePort,
} from '../net/index.ts';
import { readMask, serviceFamily } from './codec-service.ts';
import { tunnelTypeNumbers } from './constants.ts';
import { largestThreshold, largestWeight, longestPersistence } from './limits.ts';
import type {
  Destination,
  DestinationId,
  Forwarding,
  Protocol,
  ServiceDefinition,
  ServiceId,
  Tunnel,
  TunnelType,
} from './model.ts';
import { noSchedulerFlags, parseSchedulerFlags } from './scheduler-flags.ts';
import { type OptionName, type Options, readOptions, splitWords } from './text-words.ts';

/** One command of a restore file. */
export type Rule =
  | { readonly kind: 'add-service' | 'edit-service'; readonly service: ServiceDefinition }
  | { readonly kind: 'remove-service'; readonly id: ServiceId }
  | {
      readonly kind: 'add-destination' | 'edit-destination';
      readonly service: ServiceId;
      readonly destination: Destination;
    }
  | { readonly kind: 'remove-destination'; readonly service: ServiceId; readonly destination: DestinationId }
  | { readonly kind: 'clear' }
  | { readonly kind: 'zero'; readonly id: ServiceId | undefined };

/** Looks up names that `ipvsadm -S` without -n writes; without it only numbers are understood. */
export interface NameLookup {
  host(name: string): Address | undefined;
  port(name: string, protocol: Protocol): number | undefined;
}

export interface ParsedRules {
  readonly rules: readonly { readonly line: number; readonly rule: Rule }[];
  /** Lines that are no rule, with the reason. */
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** ipvsadm's own defaults; its manual says 300 for -p, its code and its behaviour 360. */
export const saveDefaults = { scheduler: 'wlc', timeout: 360, weight: 1 } as const;

/** Why a line is refused; thrown and caught inside this file only. */
class Refusal extends Error {}

function whole(text: string, what: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (value < least || value > most)
    throw new Refusal(`${what} must be an integer ${least}-${most} (got '${text}')`);
  return value;
}

function endpoint(
  text: string,
  protocol: Protocol,
  names: NameLookup | undefined,
): Endpoint & { given: boolean } {
  const bare = parseAddress(text);
  if (bare !== undefined && familyOf(bare) === 'inet6')
    throw new Refusal(`the IPv6 address ${text} must be in brackets`);
  const match = /^\[([^\]]+)\](?::(.+))?$/.exec(text) ?? /^([^:]+)(?::(.+))?$/.exec(text);
  const host = match?.[1];
  if (host === undefined)
    throw new Refusal(`'${text}' is not HOST[:PORT]; IPv6 addresses are written in brackets`);
  const address = parseAddress(host) ?? names?.host(host);
  if (address === undefined) throw new Refusal(`'${host}' is not an address or a known host`);
  const word = match?.[2];
  if (word === undefined) return { address, port: 0, given: false };
  const port = parsePort(word) ?? names?.port(word, protocol);
  if (port === undefined) throw new Refusal(`'${word}' is not a port or a known service`);
  return { address, port, given: true };
}

const serviceOptions = [
  ['tcp-service', 'tcp'],
  ['udp-service', 'udp'],
  ['sctp-service', 'sctp'],
] as const;

function serviceId(options: Options, names: NameLookup | undefined): ServiceId | undefined {
  const found: ServiceId[] = [];
  for (const [option, protocol] of serviceOptions) {
    const text = options.get(option);
    if (text === undefined) continue;
    const { address, port } = endpoint(text, protocol, names);
    found.push({ kind: 'address', protocol, address, port });
  }
  const mark = options.get('fwmark-service');
  if (mark !== undefined) {
    const family: Family = options.has('ipv6') ? 'inet6' : 'inet';
    found.push({ kind: 'fwmark', family, mark: whole(mark, 'firewall mark', 1, 0xffffffff) });
  }
  if (found.length > 1) throw new Refusal('more than one virtual service in one rule');
  return found[0];
}

function requireService(options: Options, names: NameLookup | undefined): ServiceId {
  const id = serviceId(options, names);
  if (id === undefined) throw new Refusal('no virtual service: -t, -u, --sctp-service or -f is missing');
  return id;
}

function persistence(options: Options, family: Family): ServiceDefinition['persistence'] {
  const mask = options.get('netmask');
  let masked: { maskLength: number; rawMask?: Address } = { maskLength: addressBits[family] };
  if (mask !== undefined && family === 'inet6') masked = { maskLength: whole(mask, 'netmask', 1, 128) };
  else if (mask !== undefined) {
    const address = parseAddress(mask);
    if (address === undefined || familyOf(address) !== 'inet')
      throw new Refusal(`'${mask}' is not a netmask`);
    masked = readMask(address);
  }
  if (!options.has('persistent')) return undefined;
  const text = options.get('persistent');
  const timeout = text === undefined ? saveDefaults.timeout : whole(text, 'timeout', 1, longestPersistence);
  return { timeout, ...masked };
}

function definition(options: Options, id: ServiceId): ServiceDefinition {
  const family = serviceFamily(id);
  const text = options.get('sched-flags');
  const flags = text === undefined ? noSchedulerFlags : parseSchedulerFlags(text);
  if ('unknown' in flags) throw new Refusal(`unknown scheduler flag ${flags.unknown}`);
  const persistent = persistence(options, family);
  if (id.kind === 'address' && id.port === 0 && persistent === undefined) {
    throw new Refusal('zero port specified for a service that is not persistent');
  }
  return {
    id,
    scheduler: options.get('scheduler') ?? saveDefaults.scheduler,
    schedulerFlags: flags,
    persistence: persistent,
    onePacket: options.has('ops'),
    engine: options.get('pe'),
  };
}

const forwardingOptions = [
  ['gatewaying', 'DR'],
  ['ipip', 'TUN'],
  ['masquerading', 'NAT'],
] as const satisfies readonly (readonly [OptionName, Forwarding])[];

const checksumOptions = [
  ['tun-nocsum', 'nocsum'],
  ['tun-csum', 'csum'],
  ['tun-remcsum', 'remcsum'],
] as const satisfies readonly (readonly [OptionName, Tunnel['checksum']])[];

const isTunnelType = (text: string): text is TunnelType => Object.hasOwn(tunnelTypeNumbers, text);

function tunnel(options: Options): Tunnel {
  const type = options.get('tun-type') ?? 'ipip';
  if (!isTunnelType(type)) throw new Refusal(`unknown tunnel type ${type}`);
  const checksums = checksumOptions.filter(([option]) => options.has(option));
  const both = checksums.length === 2 && !options.has('tun-nocsum');
  if (checksums.length > 1 && !both) throw new Refusal('--tun-nocsum beside another tunnel checksum option');
  const port = options.get('tun-port');
  if (type === 'gue' && port === undefined) throw new Refusal('--tun-type gue needs --tun-port');
  if (type !== 'gue' && port !== undefined) throw new Refusal('--tun-port is for --tun-type gue only');
  const checksum = both ? 'csum+remcsum' : (checksums[0]?.[1] ?? 'nocsum');
  if (type === 'ipip' && checksums.length > 0)
    throw new Refusal('tunnel checksums are for --tun-type gue and gre');
  return { type, port: port === undefined ? 0 : whole(port, 'tunnel port', 1, 65_535), checksum };
}

function realServer(
  options: Options,
  id: ServiceId,
  names: NameLookup | undefined,
): Endpoint & { given: boolean } {
  const text = options.get('real-server');
  if (text === undefined) throw new Refusal('no real server: -r is missing');
  const server = endpoint(text, id.kind === 'address' ? id.protocol : 'tcp', names);
  return server.given || id.kind === 'fwmark' ? server : { ...server, port: id.port };
}

function destination(options: Options, id: ServiceId, names: NameLookup | undefined): Destination {
  const server = realServer(options, id, names);
  const methods = forwardingOptions.filter(([option]) => options.has(option));
  if (methods.length > 1) throw new Refusal('more than one forwarding method');
  const forwarding = methods[0]?.[1] ?? 'DR';
  if (familyOf(server.address) !== serviceFamily(id) && forwarding !== 'TUN') {
    throw new Refusal('a real server of the other address family needs -i');
  }
  const amount = (name: OptionName, most: number, otherwise: number) =>
    whole(options.get(name) ?? String(otherwise), `--${name}`, 0, most);
  return {
    address: server.address,
    // Direct routing and tunnels leave the packet's port as it is, so ipvsadm stores the service's.
    port: forwarding === 'NAT' || id.kind === 'fwmark' ? server.port : id.port,
    forwarding,
    tunnel: forwarding === 'TUN' ? tunnel(options) : undefined,
    weight: amount('weight', largestWeight, saveDefaults.weight),
    upperThreshold: amount('u-threshold', largestThreshold, 0),
    lowerThreshold: amount('l-threshold', largestThreshold, 0),
  };
}

const shared: readonly OptionName[] = [
  'tcp-service',
  'udp-service',
  'sctp-service',
  'fwmark-service',
  'ipv6',
  'numeric',
];
const ofService: readonly OptionName[] = [
  ...shared,
  'scheduler',
  'persistent',
  'netmask',
  'pe',
  'ops',
  'sched-flags',
];
const ofServer: readonly OptionName[] = [
  ...shared,
  'real-server',
  'gatewaying',
  'ipip',
  'masquerading',
  'weight',
  'u-threshold',
  'l-threshold',
  'tun-type',
  'tun-port',
  'tun-nocsum',
  'tun-csum',
  'tun-remcsum',
];

type CommandOption = Extract<
  OptionName,
  | 'add-service'
  | 'edit-service'
  | 'delete-service'
  | 'add-server'
  | 'edit-server'
  | 'delete-server'
  | 'clear'
  | 'zero'
>;

/** Each command with the options it may have and the rule it makes. */
const rules = {
  'add-service': [
    ofService,
    (o, n) => ({ kind: 'add-service', service: definition(o, requireService(o, n)) }),
  ],
  'edit-service': [
    ofService,
    (o, n) => ({ kind: 'edit-service', service: definition(o, requireService(o, n)) }),
  ],
  'delete-service': [shared, (o, n) => ({ kind: 'remove-service', id: requireService(o, n) })],
  'add-server': [ofServer, (o, n) => withServer('add-destination', o, n)],
  'edit-server': [ofServer, (o, n) => withServer('edit-destination', o, n)],
  'delete-server': [
    [...shared, 'real-server'],
    (o, n) => {
      const service = requireService(o, n);
      const { address, port } = realServer(o, service, n);
      return { kind: 'remove-destination', service, destination: { address, port } };
    },
  ],
  clear: [['numeric'], () => ({ kind: 'clear' })],
  zero: [shared, (o, n) => ({ kind: 'zero', id: serviceId(o, n) })],
} as const satisfies Record<
  CommandOption,
  readonly [readonly OptionName[], (options: Options, names: NameLookup | undefined) => Rule]
>;

function withServer(
  kind: 'add-destination' | 'edit-destination',
  options: Options,
  names: NameLookup | undefined,
): Rule {
  const service = requireService(options, names);
  return { kind, service, destination: destination(options, service, names) };
}

/** The rule of one command line's words (without the program's name), or why it is none. */
export function parseRule(words: readonly string[], names?: NameLookup): Rule | { readonly problem: string } {
  const options = readOptions(words);
  if ('problem' in options) return options;
  const commands = [...options.keys()].filter((name): name is CommandOption => Object.hasOwn(rules, name));
  const [command] = commands;
  if (command === undefined) return { problem: 'no command: one of -A -E -D -a -e -d -C -Z is needed' };
  if (commands.length > 1) return { problem: `--${commands[0]} and --${commands[1]} in one rule` };
  const [permitted, make] = rules[command];
  const may: readonly OptionName[] = permitted;
  for (const name of options.keys()) {
    if (name !== command && !may.includes(name))
      return { problem: `--${name} does not belong to --${command}` };
  }
  try {
    return make(options, names);
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.message };
    throw error;
  }
}

/** All rules of a text. Blank lines and lines that begin with # are passed over; a leading `ipvsadm` is dropped. */
export function parseSave(text: string, names?: NameLookup): ParsedRules {
  const found: ParsedRules['rules'][number][] = [];
  const problems: ParsedRules['problems'][number][] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = splitWords(line);
    if (words[0]?.replace(/^.*\//, '') === 'ipvsadm') words.shift();
    if (words.length === 0 || words[0]?.startsWith('#') === true) continue;
    const rule = parseRule(words, names);
    if ('problem' in rule) problems.push({ line: index + 1, message: rule.problem });
    else found.push({ line: index + 1, rule });
  }
  return { rules: found, problems };
}
