// One record of virtual_routes or static_routes.
// Spec: keepalived.conf(5) "virtual_routes"; the words of ip-route(8).

import type { NextHop, RouteConfig, RouteMetric, RouteType } from '../../link/model.ts';
import { type Address, type Family, type Prefix, parsePrefix } from '../../net/index.ts';
import type { Statement } from '../statement.ts';
import type { Context } from './context.ts';
import { LineWords } from './line-words.ts';
import { defineRecord } from './record-words.ts';

const routeTypes: Readonly<Record<string, RouteType>> = {
  unicast: 'unicast',
  local: 'local',
  nat: 'nat',
  broadcast: 'broadcast',
  brd: 'broadcast',
  anycast: 'anycast',
  multicast: 'multicast',
  prohibit: 'prohibit',
  unreachable: 'unreachable',
  blackhole: 'blackhole',
  xresolve: 'xresolve',
  throw: 'throw',
};

/** Metrics that are plain numbers; those of `lockable` may follow `lock`. */
const metricNames = {
  mtu: true,
  hoplimit: false,
  advmss: true,
  reordering: true,
  window: false,
  cwnd: true,
  ssthresh: true,
  initcwnd: false,
  initrwnd: false,
  quickack: false,
  fastopen_no_cookie: false,
} as const satisfies Partial<Record<RouteMetric['name'], boolean>>;

/** Bare numbers of these are in units of 1/N millisecond (rtnetlink(7), RTAX_RTT and RTAX_RTTVAR). */
const timeMetrics = { rtt: 8, rttvar: 4, rto_min: 1 } as const satisfies Partial<
  Record<RouteMetric['name'], number>
>;

const protocolKeepalived = 18;

interface Draft {
  type: RouteType;
  destination: Prefix | 'any' | undefined;
  source: Prefix | undefined;
  preferredSource: Address | undefined;
  via: Address | undefined;
  or: Address | undefined;
  dev: string | undefined;
  onlink: boolean;
  encap: readonly string[] | undefined;
  hops: NextHop[];
  table: number;
  protocol: number | undefined;
  scope: number | undefined;
  metric: number | undefined;
  tos: number;
  realms: number | undefined;
  metrics: RouteMetric[];
  preference: 'low' | 'medium' | 'high' | undefined;
  expires: number | undefined;
  ttlPropagate: boolean | undefined;
  insert: 'add' | 'prepend' | 'append';
  tracked: boolean;
  trackGroup: string | undefined;
}

type Word = (draft: Draft, words: LineWords) => void;

function timeMetric(words: LineWords, name: keyof typeof timeMetrics): number | undefined {
  const text = words.value();
  if (text === undefined) return undefined;
  if (text === '') {
    words.warn('invalid-number', 'an empty word is read as 0');
    return 0;
  }
  const match = /^(\d+(?:\.\d+)?)(ms|s|secs?)?$/.exec(text);
  if (match === null) return words.drop('invalid-number', `${text} is no time`);
  const factor = timeMetrics[name];
  const unit = match[2];
  const given = Number(match[1]) / (unit === undefined ? factor : 1);
  const milliseconds = unit === undefined || unit === 'ms' ? given : given * 1000;
  const kept = Math.min(120_000, Math.max(200, milliseconds));
  if (kept !== milliseconds)
    words.warn('corrected', `${name} is limited to 200 ms..120 s; ${kept} ms is used`);
  return Math.round(kept * factor);
}

/** The options of an encapsulation; `value`: it takes one word. */
const encaps = defineRecord<readonly string[] | 'value'>('<encap>', {
  ip: ['id', 'dst', 'src', 'tos', 'ttl', 'flags'],
  ip6: ['id', 'dst', 'src', 'tc', 'hoplimit', 'flags'],
  mpls: 'value',
  ila: 'value',
});

/** The words of an encapsulation, kept as words: whoever programs the kernel reads them. */
function encapsulation(words: LineWords): readonly string[] | undefined {
  const kind = words.value();
  if (kind === undefined) return undefined;
  const options = encaps.words.get(kind)?.read;
  if (options === 'value') {
    const value = words.value();
    return value === undefined ? undefined : [kind, value];
  }
  if (options === undefined) return words.drop('unknown-word', `unknown encapsulation ${kind}`);
  const out = [kind];
  while (!words.done && options.includes(words.peek() ?? '')) {
    out.push(words.next());
    const value = words.value();
    if (value === undefined) return undefined;
    out.push(value);
  }
  if (!out.includes('dst') && !out.includes('id'))
    return words.drop('missing-argument', `encap ${kind} needs dst or id`);
  return out;
}

interface HopDraft {
  via: Address | undefined;
  dev: string | undefined;
  weight: number;
  onlink: boolean;
  encap: readonly string[] | undefined;
}

const hopRecord = defineRecord<(hop: HopDraft, words: LineWords, draft: Draft) => void>('<nexthop>', {
  via: (hop, words) => {
    words.skip('inet', 'inet6');
    hop.via = words.address();
  },
  dev: (hop, words) => {
    hop.dev = words.interface();
  },
  weight: (hop, words) => {
    hop.weight = words.number(256, 1) ?? 1;
  },
  onlink: hop => {
    hop.onlink = true;
  },
  encap: (hop, words) => {
    hop.encap = encapsulation(words);
  },
  realms: (_hop, words, draft) => {
    draft.realms = words.realms();
  },
  as: (_hop, words) => words.drop('unsupported', 'a nexthop takes no as [to] ADDR'),
});

function nextHops(draft: Draft, words: LineWords): void {
  while (!words.done) {
    const hop: HopDraft = { via: undefined, dev: undefined, weight: 1, onlink: false, encap: undefined };
    while (!words.done && words.peek() !== 'nexthop') {
      const word = words.next();
      const known = hopRecord.words.get(word);
      if (known === undefined) words.drop('unknown-word', `unknown word ${word} in a nexthop`);
      else words.read(known, hopRecord.path, read => read(hop, words, draft));
    }
    words.skip('nexthop');
    draft.hops.push(hop);
  }
}

/** Words for the metrics that are plain numbers. */
function plainMetrics(): Readonly<Record<string, Word>> {
  const words = Object.entries(metricNames).map(([name, lockable]): [string, Word] => [
    name,
    (draft, line) => {
      const locked = lockable && line.skip('lock');
      const value = line.number(name === 'hoplimit' ? 255 : 4294967295);
      if (value !== undefined) draft.metrics.push({ name: name as RouteMetric['name'], value, locked });
    },
  ]);
  return Object.fromEntries(words);
}

/** Words for the metrics that are times. */
function timeMetricWords(): Readonly<Record<string, Word>> {
  const names = Object.keys(timeMetrics) as (keyof typeof timeMetrics)[];
  const words = names.map((name): [string, Word] => [
    name,
    (draft, line) => {
      const locked = line.skip('lock');
      const value = timeMetric(line, name);
      if (value !== undefined) draft.metrics.push({ name, value, locked });
    },
  ]);
  return Object.fromEntries(words);
}

/** `default` or a prefix; any other word drops the route. */
const destination: Word = (draft, line) => {
  const text = line.peek() ?? '';
  if (['default', 'any', 'all', 'default6'].includes(text) || parsePrefix(text) !== undefined)
    draft.destination = line.prefix();
  else {
    line.at++;
    line.drop('unknown-word', `unknown word ${text}`);
  }
};

const gateway: Word = (draft, words) => {
  words.skip('inet', 'inet6');
  draft.via = words.address();
};
const device: Word = (draft, words) => {
  draft.dev = words.interface();
};
const metric: Word = (draft, words) => {
  draft.metric = words.number(4294967295);
};
const fields: Word = (draft, words) => {
  draft.tos = words.named('fields', 255) ?? 0;
};
const swallow =
  (family: Family): Word =>
  (_draft, words) => {
    if (words.family !== undefined && words.family !== family)
      words.warn(
        'mixed-families',
        `${family} stands in a route of the other address family; it has no effect`,
      );
    const lost = words.peek();
    words.at++;
    if (lost !== undefined)
      words.warn('swallowed-word', `keepalived skips the word after inet/inet6 here: ${lost} has no effect`);
  };
const notForRoutes: Word = (_draft, words) => {
  words.skip('to');
  words.value();
  words.warn('unknown-word', 'as belongs to MPLS routes; it is ignored');
};

const record = defineRecord<Word>('<route-line>', {
  ...plainMetrics(),
  ...timeMetricWords(),
  to: destination,
  inet: swallow('inet'),
  inet6: swallow('inet6'),
  src: (d, w) => {
    d.preferredSource = w.address();
  },
  as: notForRoutes,
  via: gateway,
  gw: (d, w) => {
    w.warn('deprecated', 'gw is the old word for via');
    gateway(d, w);
  },
  from: (d, w) => {
    const prefix = w.prefix();
    if (prefix === undefined || prefix === 'any') return;
    if (w.belongTo('inet6')) d.source = prefix;
  },
  tos: fields,
  dsfield: fields,
  table: (d, w) => {
    d.table = w.named('tables', 4294967295) ?? 254;
  },
  protocol: (d, w) => {
    d.protocol = w.named('protocols', 255);
  },
  scope: (d, w) => {
    d.scope = w.named('scopes', 255);
  },
  metric,
  priority: metric,
  preference: metric,
  dev: device,
  oif: device,
  onlink: d => {
    d.onlink = true;
  },
  encap: (d, w) => {
    d.encap = encapsulation(w);
  },
  expires: (d, w) => {
    if (w.belongTo('inet6')) d.expires = w.number(4294967295);
  },
  realms: (d, w) => {
    d.realms = w.realms();
  },
  features: (d, w) => {
    const value = w.value();
    if (value === 'ecn') d.metrics.push({ name: 'features', value: 1, locked: false });
    else if (value !== undefined) w.warn('invalid-word', `the only feature is ecn; ${value} is ignored`);
  },
  congctl: (d, w) => {
    const locked = w.skip('lock');
    const value = w.value();
    if (value !== undefined) d.metrics.push({ name: 'congctl', value, locked });
  },
  pref: (d, w) => {
    const value = w.value();
    if (value === undefined || !w.belongTo('inet6')) return;
    if (value === 'low' || value === 'medium' || value === 'high') d.preference = value;
    else w.drop('invalid-word', `pref ${value} is none of low, medium, high`);
  },
  'ttl-propagate': (d, w) => {
    const value = w.value();
    if (value === 'enabled' || value === 'disabled') d.ttlPropagate = value === 'enabled';
    else if (value !== undefined)
      w.warn('invalid-word', `ttl-propagate ${value} is neither enabled nor disabled; it is ignored`);
  },
  add: d => {
    d.insert = 'add';
  },
  prepend: d => {
    d.insert = 'prepend';
  },
  append: d => {
    d.insert = 'append';
  },
  or: (d, w) => {
    const address = w.address();
    if (d.or !== undefined) w.warn('duplicate', 'a second or is ignored');
    else {
      w.warn('deprecated', 'or is the old form of two nexthop clauses');
      d.or = address;
    }
  },
  nexthop: (d, w) => {
    if (d.or !== undefined) w.drop('invalid-word', 'nexthop cannot be combined with or');
    else nextHops(d, w);
  },
  no_track: d => {
    d.tracked = false;
  },
  track_group: (d, w) => {
    d.trackGroup = w.value();
  },
  vrf: (_d, w) => {
    const value = w.value();
    if (value !== undefined) w.drop('unsupported', `vrf ${value} is not supported: name its table instead`);
  },
});

/** The route of a record, or undefined where keepalived drops it; each refusal is told. */
export function readRouteLine(s: Statement, c: Context, isStatic: boolean): RouteConfig | undefined {
  const line = new LineWords(s, c, 'route');
  const draft: Draft = {
    type: 'unicast',
    destination: undefined,
    source: undefined,
    preferredSource: undefined,
    via: undefined,
    or: undefined,
    dev: undefined,
    onlink: false,
    encap: undefined,
    hops: [],
    table: 254,
    protocol: undefined,
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
  };
  while (!line.done) {
    const word = line.next();
    const known = record.words.get(word);
    if (known !== undefined && (word !== 'track_group' || isStatic))
      line.read(known, record.path, read => read(draft, line));
    else if (Object.hasOwn(routeTypes, word)) {
      draft.type = routeTypes[word] ?? 'unicast';
      draft.destination = line.prefix();
    } else {
      line.at--;
      destination(draft, line);
    }
  }
  if (line.dropped) return undefined;
  if (draft.destination === undefined) return line.drop('missing-argument', 'it has no destination');
  const family: Family = line.family ?? 'inet';
  if (draft.tracked && draft.dev === undefined)
    line.warn('not-tracked', 'a route without dev is not tracked; write dev IFNAME, or no_track');
  c.checkTrackGroup(draft.trackGroup, s);
  let protocol = draft.protocol ?? protocolKeepalived;
  if (draft.tracked && protocol !== protocolKeepalived) {
    line.warn(
      'corrected',
      `a tracked route has protocol keepalived (18); ${protocol} is replaced (no_track keeps it)`,
    );
    protocol = protocolKeepalived;
  }
  const plain: NextHop = {
    via: draft.via,
    dev: draft.dev,
    weight: 1,
    onlink: draft.onlink,
    encap: draft.encap,
  };
  const own = draft.via === undefined && draft.dev === undefined && draft.encap === undefined ? [] : [plain];
  const hops =
    draft.hops.length > 0 ? draft.hops : draft.or === undefined ? own : [plain, { ...plain, via: draft.or }];
  const { destination: to, via, or, dev, onlink, encap, ...rest } = draft;
  const any: Prefix = { address: (family === 'inet' ? '0.0.0.0' : '::') as Address, length: 0 };
  return { ...rest, family, destination: to === 'any' ? any : to, protocol, hops };
}
