// What a real kernel and the simulated one are asked, move by move, and how their answers are made comparable.
// Truth: the real kernel's errno and notices (route-kernel.test.ts); the moves are those a VRRP daemon and its surroundings make.

import type { Address, Prefix } from '../../src/core/net/index.ts';
import { parsePrefix } from '../../src/core/net/index.ts';
import {
  type AddressRecord,
  addAddress,
  addRoute,
  addRule,
  type Request,
  type RouteInsertion,
  type RouteNews,
  type RouteRecord,
  type RuleRecord,
  removeAddress,
  removeRoute,
  removeRule,
  replaceAddress,
} from '../../src/core/netlink/index.ts';
import type { LinkEdit } from '../../src/core/simulate/index.ts';

export type Move =
  /** `ifindex` 0 in a record stands for the interface of now (`eth0`, whatever its index or name). */
  | { readonly kind: 'ask'; readonly what: string; request(ifindex: number): Request }
  | { readonly kind: 'link'; readonly what: string; readonly edit: LinkEdit }
  | { readonly kind: 'promote'; readonly what: string; readonly on: boolean };

export interface Reply {
  readonly what: string;
  readonly errno: string | undefined;
  readonly notices: readonly string[];
  /** What the kernel holds after the move. */
  readonly holds: readonly string[];
}

const prefix = (text: string): Prefix => {
  const found = parsePrefix(text);
  if (found === undefined) throw new Error(text);
  return found;
};

const addressRecord = (text: string, changes: Partial<AddressRecord>): Omit<AddressRecord, 'ifindex'> => ({
  prefix: prefix(text),
  scope: 0,
  label: undefined,
  broadcast: undefined,
  peer: undefined,
  // IFA_F_NODAD: duplicate address detection would report the address twice.
  flags: text.includes(':') ? 2 : 0,
  preferredLifetime: 'forever',
  ...changes,
});

const add = (text: string, changes: Partial<AddressRecord> = {}): Move => ({
  kind: 'ask',
  what: `add ${text} ${JSON.stringify(changes)}`,
  request: ifindex => addAddress({ ifindex, ...addressRecord(text, changes) }),
});

const replace = (text: string, changes: Partial<AddressRecord> = {}): Move => ({
  kind: 'ask',
  what: `replace ${text} ${JSON.stringify(changes)}`,
  request: ifindex => replaceAddress({ ifindex, ...addressRecord(text, changes) }),
});

const remove = (text: string, changes: Partial<AddressRecord> = {}): Move => ({
  kind: 'ask',
  what: `remove ${text} ${JSON.stringify(changes)}`,
  request: ifindex => removeAddress({ ifindex, ...addressRecord(text, changes) }),
});

interface Path {
  readonly via?: string;
  readonly dev?: number;
  readonly insert?: RouteInsertion;
  readonly changes?: Partial<RouteRecord>;
}

function routeRecord(text: string, ifindex: number, { via, dev, changes }: Path): RouteRecord {
  const device = dev === undefined ? ifindex : dev < 0 ? undefined : dev;
  return {
    family: text.includes(':') ? 'inet6' : 'inet',
    type: 1,
    destination: prefix(text),
    source: undefined,
    preferredSource: undefined,
    hops: [{ via: via as Address | undefined, ifindex: device, weight: 1, onlink: false }],
    table: 254,
    // RTPROT_KEEPALIVED.
    protocol: 18,
    scope: 0,
    metric: undefined,
    tos: 0,
    realms: undefined,
    metrics: [],
    locked: 0,
    preference: undefined,
    expires: undefined,
    ttlPropagate: undefined,
    encapsulated: false,
    ...changes,
  };
}

const route = (text: string, path: Path = {}): Move => ({
  kind: 'ask',
  what: `route ${text} ${JSON.stringify(path)}`,
  request: ifindex => addRoute(routeRecord(text, ifindex, path), path.insert ?? 'add'),
});

const unroute = (text: string, path: Path = {}): Move => ({
  kind: 'ask',
  what: `unroute ${text} ${JSON.stringify(path)}`,
  request: ifindex => removeRoute(routeRecord(text, ifindex, path)),
});

const ruleRecord = (changes: Partial<RuleRecord>): RuleRecord => ({
  family: 'inet',
  invert: false,
  from: undefined,
  to: undefined,
  preference: undefined,
  tos: 0,
  fwmark: undefined,
  inputInterface: undefined,
  outputInterface: undefined,
  protocol: 18,
  ipProtocol: undefined,
  sourcePorts: undefined,
  destinationPorts: undefined,
  uidRange: undefined,
  tunnelId: undefined,
  realms: undefined,
  suppressPrefixLength: undefined,
  suppressInterfaceGroup: undefined,
  l3mdev: false,
  action: 1,
  table: 100,
  target: undefined,
  ...changes,
});

const rule = (changes: Partial<RuleRecord>): Move => ({
  kind: 'ask',
  what: `rule ${JSON.stringify(changes)}`,
  request: () => addRule(ruleRecord(changes)),
});

const unrule = (changes: Partial<RuleRecord>): Move => ({
  kind: 'ask',
  what: `unrule ${JSON.stringify(changes)}`,
  request: () => removeRule(ruleRecord(changes)),
});

const edit = (what: string, edit: LinkEdit): Move => ({ kind: 'link', what, edit });
const promote = (on: boolean): Move => ({ kind: 'promote', what: `promote_secondaries ${on}`, on });
const nobody = 4242;
const mac = '02:00:00:00:00:0a' as NonNullable<Extract<LinkEdit, { kind: 'create' }>['mac']>;
const up = edit('up', { kind: 'up', name: 'eth0' });
const down = edit('down', { kind: 'down', name: 'eth0' });
const create = edit('create', { kind: 'create', name: 'eth0', mac, up: true });
const blackhole: Path = { changes: { type: 6, hops: [] } };

/** One story; each move builds on what the former ones left. */
export const moves: readonly Move[] = [
  create,
  // Addresses: a subnet's first address is primary, the others fall with it.
  add('10.0.0.11/24'),
  add('10.0.0.11/24'),
  add('10.0.0.100/24'),
  add('10.0.0.101/24', { label: 'eth0:v' }),
  add('10.0.0.102/32'),
  add('10.0.0.103/24', { scope: 253 }),
  add('10.9.0.1/16', { scope: 253 }),
  add('10.8.0.1/24'),
  add('10.7.0.1/32', { peer: prefix('10.7.0.2/32'), broadcast: '10.7.0.255' as Address }),
  remove('10.0.0.250/24'),
  remove('10.0.0.102/24'),
  remove('10.0.0.101/24', { label: 'eth0:w' }),
  remove('10.0.0.11/24'),
  add('10.0.0.11/24'),
  add('10.0.0.100/24'),
  add('10.0.0.101/24'),
  promote(true),
  remove('10.0.0.11/24'),
  add('10.0.0.11/24'),
  promote(false),
  // IPv6: one address whatever its prefix length; it goes when the interface goes down.
  add('fd00::1/64'),
  add('fd00::1/128'),
  add('fd00::2/128', { preferredLifetime: 0 }),
  // In place: lifetime and some flags; what is not there is added.
  replace('10.0.0.100/24', { preferredLifetime: 1_000 }),
  replace('10.0.0.100/24'),
  replace('10.0.0.105/32'),
  remove('10.0.0.105/32'),
  replace('fd00::2/128', { flags: 0x12 }),
  replace('fd00::2/128', { flags: 2 }),
  replace('fd00::2/64', { flags: 2 }),
  remove('fd00::1/128'),
  remove('fd00::9/64'),
  // Routes: EEXIST by destination, TOS and metric; gateways must be reachable; preferred sources must be held.
  route('192.0.2.0/24', { via: '10.0.0.254' }),
  route('192.0.2.0/24', { via: '10.0.0.253' }),
  route('192.0.2.0/24', { via: '10.0.0.253', insert: 'append' }),
  route('192.0.2.0/24', { via: '10.0.0.252', insert: 'prepend' }),
  route('192.0.2.0/24', { via: '10.0.0.253', insert: 'append' }),
  route('192.0.2.0/24', { via: '10.0.0.253', changes: { metric: 7 } }),
  route('198.51.100.0/24', { via: '172.16.0.1' }),
  route('198.51.100.0/24', { via: '10.8.0.9', dev: -1 }),
  route('198.51.101.0/24', { dev: nobody }),
  route('198.51.102.0/24', { changes: { preferredSource: '10.8.0.1' as Address, scope: 253 } }),
  route('198.51.103.0/24', { changes: { preferredSource: '10.99.0.1' as Address } }),
  route('203.0.113.0/24', blackhole),
  route('203.0.113.0/24', { ...blackhole, changes: { type: 7, hops: [], table: 5000 } }),
  unroute('203.0.113.0/24', { changes: { type: 6, hops: [], table: 77 } }),
  unroute('192.0.2.0/24', { via: '10.0.0.252' }),
  unroute('192.0.2.0/24', { via: '10.0.0.99' }),
  route('2001:db8:1::/48', { via: 'fd00::254' }),
  route('2001:db8:1::/48', { via: 'fd00::253' }),
  route('2001:db8:2::/48', { via: 'fd77::1' }),
  route('2001:db8:3::/48'),
  route('2001:db8:4::/48', blackhole),
  unroute('2001:db8:3::/48', { changes: { metric: 9 } }),
  // A preferred source leaves: the route goes without a notice.
  remove('10.8.0.1/24'),
  add('10.8.0.1/24'),
  // Down and up: IPv4 routes go silently, IPv6 addresses and routes with notices.
  down,
  route('192.0.2.0/24', { via: '10.0.0.254' }),
  add('10.0.0.120/24'),
  up,
  route('192.0.2.0/24', { via: '10.0.0.254' }),
  add('fd00::1/64'),
  // The last IPv4 address takes the routes of its interface with it.
  route('192.0.3.0/24', { changes: { scope: 253 } }),
  remove('10.0.0.100/24'),
  remove('10.0.0.120/24'),
  remove('10.0.0.11/24'),
  remove('10.0.0.101/24'),
  remove('10.8.0.1/24'),
  remove('10.9.0.1/16'),
  remove('10.7.0.1/32', { peer: prefix('10.7.0.2/32') }),
  remove('10.0.0.102/32'),
  add('10.0.0.11/24'),
  // Rules.
  rule({ from: prefix('10.0.0.0/24') }),
  rule({ from: prefix('10.0.0.0/24') }),
  rule({ from: prefix('10.0.0.0/24'), preference: 500 }),
  rule({ family: 'inet6', to: prefix('fd00::/64'), preference: 700 }),
  unrule({ from: prefix('10.0.0.0/24'), preference: 501 }),
  unrule({ from: prefix('10.0.0.0/24'), preference: 500 }),
  unrule({ from: prefix('10.0.0.0/24') }),
  unrule({ from: prefix('10.0.0.0/24') }),
  // Rename: labels follow, addresses stay. Delete: everything goes; the next one of that name is another interface.
  add('10.0.0.100/24', { label: 'eth0:x' }),
  down,
  edit('rename', { kind: 'rename', name: 'eth0', to: 'lan0' }),
  edit('up again', { kind: 'up', name: 'lan0' }),
  remove('10.0.0.100/24'),
  add('10.0.0.100/24'),
  route('192.0.2.0/24', { via: '10.0.0.254' }),
  edit('delete', { kind: 'delete', name: 'lan0' }),
  add('10.0.0.1/24'),
  create,
  add('10.0.0.1/24'),
];

/** RTPROT_KERNEL, the tables local and main, and the marks of IPv6's own multicast: made by the kernel itself. */
const byKernel = ({ protocol, table, destination, family }: RouteRecord): boolean =>
  protocol === 2 || table === 255 || (family === 'inet6' && /^(ff00|fe80)/.test(destination.address));

/** `device` names the interface of now for each index; news of any other interface is left out. */
function word(news: RouteNews, device: (ifindex: number) => string | undefined): string | undefined {
  const sign = news.gone ? '-' : '+';
  if (news.kind === 'link')
    return news.gone && device(news.record.index) !== undefined ? '- link' : undefined;
  if (news.kind === 'address') {
    const { ifindex, prefix: own, scope, label, broadcast, peer, flags } = news.record;
    const name = device(ifindex);
    if (name === undefined || own.address.startsWith('fe80:')) return undefined;
    // IFA_F_STABLE_PRIVACY, IFA_F_TENTATIVE and IFA_F_DEPRECATED come and go by themselves.
    const rest = { scope, label, broadcast, peer, flags: flags & ~0x860 };
    return `${sign} ${own.address}/${own.length} ${name} ${JSON.stringify(rest)}`;
  }
  if (news.kind === 'rule') {
    const { family, from, to, preference, table, action } = news.record;
    if (table >= 253 && table <= 255) return undefined;
    return `${sign} rule ${JSON.stringify({ family, from, to, preference, table, action })}`;
  }
  if (byKernel(news.record)) return undefined;
  const { family, type, destination, preferredSource, hops, table, metric, scope } = news.record;
  const paths = hops.map(hop => `${hop.via ?? ''}@${hop.ifindex === 1 ? 'lo' : device(hop.ifindex ?? 0)}`);
  const rest = { type, preferredSource, table, metric, scope: family === 'inet6' ? 0 : scope };
  return `${sign} route ${destination.address}/${destination.length} ${paths.join(' ')} ${JSON.stringify(rest)}`;
}

const isSix = (text: string): boolean => /^[+-] [0-9a-f]*:/.test(text);

/** In their order; IPv6 reports an address as often as its state changes: each counts once, after the others. */
export function notices(
  news: readonly RouteNews[],
  device: (ifindex: number) => string | undefined,
): readonly string[] {
  const words = news.flatMap(each => word(each, device) ?? []);
  const six = [...new Set(words.filter(isSix))].sort();
  // An interface's end comes last, and down to up is told of many times.
  return [...words.filter(each => !isSix(each)), ...six];
}

/** What a dump says, IPv6 addresses in any order. */
export function holdings(
  dump: readonly RouteNews[],
  device: (ifindex: number) => string | undefined,
): readonly string[] {
  const words = dump.filter(({ kind }) => kind !== 'link').flatMap(each => word(each, device) ?? []);
  const order = (kind: (text: string) => boolean) => words.filter(kind);
  const isRoute = (text: string) => text.startsWith('+ route');
  const isRule = (text: string) => text.startsWith('+ rule');
  return [
    ...order(text => !isRoute(text) && !isRule(text) && !isSix(text)),
    ...order(isSix).sort(),
    ...order(isRoute).sort(),
    ...order(isRule).sort(),
  ];
}
