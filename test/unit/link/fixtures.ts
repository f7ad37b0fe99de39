// Interfaces and configuration lines for the tests of link/, with keepalived.conf's defaults filled in.
// Truth of the defaults: keepalived 2.2.7's addresses, routes and rules, read back with ip(8) in a network namespace.
import {
  type AddressConfig,
  applyNews,
  createMirror,
  type Interface,
  type LinkChange,
  type Mirror,
  type RouteConfig,
  type RuleConfig,
  reread,
  type Wanted,
} from '../../../src/core/link/index.ts';
import { type Address, type Mac, type Prefix, parsePrefix } from '../../../src/core/net/index.ts';
import { decodeRouteMessage, type Request, type RouteNews } from '../../../src/core/netlink/index.ts';

export const prefix = (text: string): Prefix => {
  const found = parsePrefix(text);
  if (found === undefined) throw new Error(text);
  return found;
};

export const eth = (index: number, name: string, changes: Partial<Interface> = {}): Interface => ({
  index,
  name,
  mac: '02:00:00:00:00:0a' as Mac,
  broadcast: 'ff:ff:ff:ff:ff:ff' as Mac,
  flags: { up: true, running: true, multicast: true, noarp: false },
  mtu: 1500,
  kind: 'veth',
  lower: undefined,
  ...changes,
});

export const address = (
  text: string,
  {
    flags,
    ...rest
  }: Partial<Omit<AddressConfig, 'flags'>> & { flags?: Partial<AddressConfig['flags']> } = {},
): AddressConfig => ({
  prefix: prefix(text),
  dev: undefined,
  scope: 0,
  label: undefined,
  broadcast: undefined,
  peer: undefined,
  preferredLifetime: text.includes(':') && prefix(text).length === 128 ? 0 : 'forever',
  tracked: true,
  trackGroup: undefined,
  useVmac: false,
  ...rest,
  flags: {
    home: false,
    duplicateDetection: false,
    manageTemporary: false,
    noPrefixRoute: false,
    autojoin: false,
    ...flags,
  },
});

export const route = (
  destination: string,
  hops: readonly { readonly via?: string; readonly dev?: string; readonly weight?: number }[],
  changes: Partial<RouteConfig> = {},
): RouteConfig => ({
  family: destination.includes(':') ? 'inet6' : 'inet',
  type: 'unicast',
  destination: prefix(destination),
  source: undefined,
  preferredSource: undefined,
  hops: hops.map(hop => ({
    via: hop.via as Address | undefined,
    dev: hop.dev,
    weight: hop.weight ?? 1,
    onlink: false,
    encap: undefined,
  })),
  table: 254,
  protocol: 18,
  scope: undefined,
  metric: undefined,
  tos: 0,
  realms: undefined,
  metrics: [],
  preference: undefined,
  expires: undefined,
  ttlPropagate: undefined,
  insert: 'prepend',
  tracked: true,
  trackGroup: undefined,
  ...changes,
});

export const rule = (changes: Partial<RuleConfig>): RuleConfig => ({
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
  action: { kind: 'table', table: 100 },
  tracked: true,
  trackGroup: undefined,
  ...changes,
});

/** What an owner wants, from the parts that it does not leave empty. */
export const wanting = (parts: Partial<Wanted>): Wanted => ({
  label: 'VI_1',
  addresses: [],
  routes: [],
  rules: [],
  ...parts,
});

/** Everything is of interest. */
export const mirrorOf = (...links: readonly Interface[]): Mirror => {
  const mirror = createMirror({ routes: 'all', rules: 'all' });
  reread(
    mirror,
    links.map(record => ({ kind: 'link', gone: false, record })),
  );
  return mirror;
};

/** A kernel that does what it is asked: the requests' own bytes become its reports. Returns what they changed in the mirror. */
export function perform(mirror: Mirror, requests: readonly Request[]): LinkChange[] {
  const news: RouteNews[] = requests.map(({ type, payload }) => {
    const decoded = decodeRouteMessage({ type, flags: 0, sequence: 0, port: 0, payload });
    if (!decoded.ok || decoded.value === undefined) throw new Error('a request that is no news');
    return decoded.value;
  });
  return applyNews(mirror, news);
}
