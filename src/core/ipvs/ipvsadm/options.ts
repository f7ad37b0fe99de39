// The options of ipvsadm 1.31: spellings, arguments, and which command may, must or must not have them.
// Spec: ipvsadm(8); every refusal observed on ipvsadm 1.31 (test/kernel/ipvsadm.test.ts compares them all).

/** What comes first on the line and says what is to be done. */
export type CommandName =
  | 'add-service'
  | 'edit-service'
  | 'delete-service'
  | 'flush'
  | 'list'
  | 'add-server'
  | 'delete-server'
  | 'edit-server'
  | 'set'
  | 'start-daemon'
  | 'stop-daemon'
  | 'restore'
  | 'save'
  | 'zero';

/** An option by the name that ipvsadm's complaints give it; -t, -u, --sctp-service and -f are all `service-address`. */
export const optionNames = [
  'numeric',
  'connection',
  'service-address',
  'scheduler',
  'persistent',
  'netmask',
  'real-server',
  'forwarding-method',
  'weight',
  'u-threshold',
  'l-threshold',
  'mcast-interface',
  'timeout',
  'daemon',
  'stats',
  'rate',
  'thresholds',
  'persistent-conn',
  'nosort',
  'syncid',
  'exact',
  'ops',
  'pe',
  'sched-flags',
  'mcast-group',
  'mcast-port',
  'mcast-ttl',
  'sync-maxlen',
  'tun-info',
  'tun-type',
  'tun-port',
  'tun-nocsum',
  'tun-csum',
  'tun-remcsum',
] as const;
export type OptionName = (typeof optionNames)[number];

/** A spelling's meaning: what the reader hands on. */
export type Switch =
  | { readonly command: CommandName }
  | { readonly text: 'help' | 'version' }
  | { readonly option: OptionName; readonly variant?: string }
  /** Accepted and without effect of its own on the table of options. */
  | { readonly other: 'ipv6' | 'sort' };

export interface Spelling {
  readonly short?: string;
  readonly argument: 'none' | 'required' | 'optional';
  readonly means: Switch;
}

const bare = (means: Switch, short?: string): Spelling => ({
  ...(short === undefined ? {} : { short }),
  argument: 'none',
  means,
});
const valued = (means: Switch, short?: string): Spelling => ({ ...bare(means, short), argument: 'required' });
const option = (name: OptionName, variant?: string): Switch =>
  variant === undefined ? { option: name } : { option: name, variant };

/** By long name. `-l` is a second letter of `list` and stands in `extraLetters`. */
export const spellings: Readonly<Record<string, Spelling>> = {
  'add-service': bare({ command: 'add-service' }, 'A'),
  'edit-service': bare({ command: 'edit-service' }, 'E'),
  'delete-service': bare({ command: 'delete-service' }, 'D'),
  clear: bare({ command: 'flush' }, 'C'),
  list: bare({ command: 'list' }, 'L'),
  zero: bare({ command: 'zero' }, 'Z'),
  'add-server': bare({ command: 'add-server' }, 'a'),
  'edit-server': bare({ command: 'edit-server' }, 'e'),
  'delete-server': bare({ command: 'delete-server' }, 'd'),
  set: bare({ command: 'set' }),
  help: bare({ text: 'help' }, 'h'),
  version: bare({ text: 'version' }, 'v'),
  restore: bare({ command: 'restore' }, 'R'),
  save: bare({ command: 'save' }, 'S'),
  'start-daemon': valued({ command: 'start-daemon' }),
  'stop-daemon': valued({ command: 'stop-daemon' }),
  'tcp-service': valued(option('service-address', 'tcp'), 't'),
  'udp-service': valued(option('service-address', 'udp'), 'u'),
  'sctp-service': valued(option('service-address', 'sctp')),
  'fwmark-service': valued(option('service-address', 'fwmark'), 'f'),
  scheduler: valued(option('scheduler'), 's'),
  persistent: { short: 'p', argument: 'optional', means: option('persistent') },
  netmask: valued(option('netmask'), 'M'),
  'real-server': valued(option('real-server'), 'r'),
  masquerading: bare(option('forwarding-method', 'NAT'), 'm'),
  ipip: bare(option('forwarding-method', 'TUN'), 'i'),
  gatewaying: bare(option('forwarding-method', 'DR'), 'g'),
  weight: valued(option('weight'), 'w'),
  'u-threshold': valued(option('u-threshold'), 'x'),
  'l-threshold': valued(option('l-threshold'), 'y'),
  numeric: bare(option('numeric'), 'n'),
  connection: bare(option('connection'), 'c'),
  'mcast-interface': valued(option('mcast-interface')),
  syncid: valued(option('syncid')),
  timeout: bare(option('timeout')),
  daemon: bare(option('daemon')),
  stats: bare(option('stats')),
  rate: bare(option('rate')),
  thresholds: bare(option('thresholds')),
  'persistent-conn': bare(option('persistent-conn')),
  nosort: bare(option('nosort')),
  sort: bare({ other: 'sort' }),
  exact: bare(option('exact'), 'X'),
  ipv6: bare({ other: 'ipv6' }, '6'),
  ops: bare(option('ops'), 'o'),
  pe: valued(option('pe')),
  'sched-flags': valued(option('sched-flags'), 'b'),
  'mcast-group': valued(option('mcast-group')),
  'mcast-port': valued(option('mcast-port')),
  'mcast-ttl': valued(option('mcast-ttl')),
  'sync-maxlen': valued(option('sync-maxlen')),
  'tun-info': bare(option('tun-info')),
  'tun-type': valued(option('tun-type')),
  'tun-port': valued(option('tun-port')),
  'tun-nocsum': bare(option('tun-nocsum')),
  'tun-csum': bare(option('tun-csum')),
  'tun-remcsum': bare(option('tun-remcsum')),
};

const letters = new Map<string, Spelling>();
for (const spelling of Object.values(spellings)) {
  if (spelling.short !== undefined) letters.set(spelling.short, spelling);
}
letters.set('l', bare({ command: 'list' }));

/** The spelling of a one-letter option. */
export const letterSpelling = (letter: string): Spelling | undefined => letters.get(letter);

/** Options a command must have, may have, and may have at most one of; all others are illegal with it. */
export interface Legality {
  readonly must?: readonly OptionName[];
  readonly may?: readonly OptionName[];
  readonly oneOf?: readonly OptionName[];
}

const ofService: Legality = {
  must: ['service-address'],
  may: ['scheduler', 'persistent', 'netmask', 'ops', 'pe', 'sched-flags'],
};
const ofServer: Legality = {
  must: ['service-address', 'real-server'],
  may: [
    'forwarding-method',
    'weight',
    'u-threshold',
    'l-threshold',
    'tun-type',
    'tun-port',
    'tun-nocsum',
    'tun-csum',
    'tun-remcsum',
  ],
};

export const commandLegality = {
  'add-service': ofService,
  'edit-service': ofService,
  'delete-service': { must: ['service-address'] },
  flush: {},
  list: {
    oneOf: ['connection', 'service-address', 'timeout', 'daemon'],
    may: [
      'numeric',
      'stats',
      'rate',
      'thresholds',
      'persistent-conn',
      'nosort',
      'syncid',
      'exact',
      'tun-info',
    ],
  },
  'add-server': ofServer,
  'delete-server': { must: ['service-address', 'real-server'] },
  'edit-server': ofServer,
  set: {},
  'start-daemon': {
    may: ['mcast-interface', 'syncid', 'mcast-group', 'mcast-port', 'mcast-ttl', 'sync-maxlen'],
  },
  'stop-daemon': { may: ['syncid'] },
  restore: {},
  save: { may: ['numeric'] },
  zero: { may: ['service-address'] },
} as const satisfies Record<CommandName, Legality>;

/** The options that belong to tunnels, in the order in which they are looked at. */
export const tunnelOptions = ['tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'] as const;

export const tunnelLegality = {
  ipip: {},
  gue: { must: ['tun-port'], oneOf: ['tun-nocsum', 'tun-csum', 'tun-remcsum'] },
  gre: { oneOf: ['tun-nocsum', 'tun-csum'] },
} as const satisfies Record<'ipip' | 'gue' | 'gre', Legality>;

/** Whether nothing is wrong, without looking for what would be said first: a restore asks this for every line. */
export function isLegal(given: ReadonlySet<OptionName>, { must, may, oneOf }: Legality): boolean {
  let left = must?.length ?? 0;
  let chosen = 0;
  for (const name of given) {
    if (must?.includes(name) === true) left--;
    else if (oneOf?.includes(name) === true) chosen++;
    else if (may?.includes(name) !== true) return false;
  }
  return left === 0 && chosen <= 1;
}

/** The first thing wrong with `given`, looking at `order` from its start; `owner` is `'list' command`, `'gue' tunnel type`. */
export function findIllegal(
  given: ReadonlySet<OptionName>,
  legality: Legality,
  order: readonly OptionName[],
  owner: string,
): string | undefined {
  let chosen: OptionName | undefined;
  for (const name of order) {
    const required = legality.must?.includes(name) === true;
    if (!given.has(name)) {
      if (required) return `You need to supply the '${name}' option for the ${owner}`;
    } else if (legality.oneOf?.includes(name) === true) {
      if (chosen !== undefined)
        return `The option '${name}' conflicts with the '${chosen}' option in the ${owner}`;
      chosen = name;
    } else if (!required && legality.may?.includes(name) !== true) {
      return `Illegal '${name}' option with the ${owner}`;
    }
  }
  return undefined;
}
