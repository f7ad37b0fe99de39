// Every keyword of the catalogue in its place, written rightly, wrongly, twice and without its words: one small text each.
// Spec: the catalogue for places and arguments; keepalived -t is asked what each text is worth.

import { type Argument, catalogue, type Keyword } from '../../src/core/conf/index.ts';

export interface Probe {
  readonly variant: string;
  readonly keyword: string;
  readonly text: string;
  /** From 1: where the keyword stands first. */
  readonly line: number;
}

/** What a block needs around and in it so that only the keyword under test is odd. */
const needed: Readonly<Record<string, readonly string[]>> = {
  vrrp_instance: ['interface eth0', 'virtual_router_id 51', 'virtual_ipaddress {', '10.0.0.3/24', '}'],
  vrrp_script: ['script "/bin/true"'],
  vrrp_sync_group: ['group {', 'V', 'W', '}'],
  vrrp_track_process: ['process proxyd'],
  track_file: ['file /run/switch'],
  vrrp_track_file: ['file /run/switch'],
  bfd_instance: ['neighbor_ip 10.0.0.9'],
  garp_group: ['garp_interval 0.1', 'interfaces {', 'eth2', '}'],
  track_group: ['group {', 'V', '}'],
  virtual_server: ['lb_algo rr', 'lb_kind NAT', 'protocol TCP'],
  'virtual_server/real_server': ['weight 1'],
  'virtual_server/real_server/HTTP_GET': ['url {', 'path /', 'status_code 200', '}'],
  'virtual_server/real_server/SSL_GET': ['url {', 'path /', 'status_code 200', '}'],
  'virtual_server/real_server/HTTP_GET/url': ['path /'],
  'virtual_server/real_server/SSL_GET/url': ['path /'],
  'virtual_server/real_server/MISC_CHECK': ['misc_path "/bin/true"'],
  'virtual_server/real_server/FILE_CHECK': ['track_file switch'],
  'virtual_server/real_server/BFD_CHECK': ['name session'],
};
const names: Readonly<Record<string, string>> = {
  virtual_server: '10.0.0.1 80',
  real_server: '10.0.1.1 80',
  global_defs: '',
  SSL: '',
  garp_group: '',
};
const isNamed = (block: string) => /^[a-z]/.test(block) && !['url', 'host', 'authentication'].includes(block);
const headOf = (block: string) => `${block} ${names[block] ?? (isNamed(block) ? 'T' : '')} {`;

/** Blocks other blocks mention. */
const instance = (name: string, id: number) => [
  `vrrp_instance ${name} {`,
  'interface eth0',
  `virtual_router_id ${id}`,
  'virtual_ipaddress {',
  `10.0.0.${id}/24`,
  '}',
  '}',
];
const before = [
  ...['global_defs {', 'script_user root', 'enable_script_security', '}'],
  ...['track_file switch {', 'file /run/other', '}', 'bfd_instance session {', 'neighbor_ip 10.0.0.8', '}'],
  ...['vrrp_script alive {', 'script "/bin/true"', '}'],
  ...instance('V', 61),
  ...instance('W', 62),
];

/** A word the argument takes. */
function wordOf(argument: Argument): string {
  switch (argument.type) {
    case 'integer':
      return String(Math.min(argument.max, Math.max(argument.min, 2)));
    case 'decimal':
      return String(Math.min(argument.max, Math.max(argument.min, 2)));
    case 'boolean':
      return 'on';
    case 'word':
      return argument.words[0] ?? '';
    case 'address':
      return argument.multicast === true
        ? '224.0.0.9'
        : argument.family === 'inet6'
          ? '2001:db8::9'
          : '10.0.2.9';
    case 'prefix':
      return '10.0.2.9/24';
    case 'interface':
      return 'eth1';
    case 'port':
      return '81';
    case 'path':
      return '/run/thing';
    case 'script':
      return '"/bin/true x"';
    case 'user':
      return 'root';
    case 'hex':
      return '0a0b';
    case 'mac':
      return '02:00:00:00:00:01';
    case 'status':
      return '200';
    case 'time':
      return '10';
    case 'regex':
      return '"^a"';
    case 'named-number':
      return '7';
    case 'email':
      return 'a@example.net';
    case 'host':
    case 'domain':
      return 'localhost';
    case 'text':
      return 'thing';
    case 'glob':
      return 'thing*';
    case 'syntax':
      return 'V';
  }
}

const records: Readonly<Record<string, readonly string[]>> = {
  interfaces: ['eth1', 'eth2'],
  linkbeat_interfaces: ['eth1'],
  interface_up_down_delays: ['eth1 2 3'],
  track_interface: ['eth1', 'eth2 weight 5'],
  track_script: ['alive weight 20'],
  track_file: ['switch'],
  track_bfd: ['session'],
  group: ['V', 'W'],
  notification_email: ['a@example.net'],
  unicast_peer: ['10.0.0.77'],
  virtual_server_group: ['10.0.0.4 80', '10.0.0.5-7 80'],
  virtual_ipaddress: ['10.0.2.3/24 dev eth1'],
  virtual_ipaddress_excluded: ['10.0.2.4/24 dev eth1'],
  static_ipaddress: ['10.0.2.5/24 dev eth1'],
  virtual_routes: ['10.9.0.0/16 via 10.0.0.254 dev eth0'],
  static_routes: ['10.8.0.0/16 via 10.0.0.254 dev eth0'],
  virtual_rules: ['from 10.9.0.0/16 table 7'],
  static_rules: ['from 10.8.0.0/16 table 7'],
};

type Form = (keyword: string, words: readonly string[]) => readonly string[];
const line = (keyword: string, words: readonly string[]) => [keyword, ...words].join(' ');
/** The first word replaced. */
const first =
  (word: string): Form =>
  (keyword, words) => [line(keyword, [word, ...words.slice(1)])];

const forms: Readonly<Record<string, Form>> = {
  right: (keyword, words) => [line(keyword, words)],
  twice: (keyword, words) => [line(keyword, words), line(keyword, words)],
  bare: keyword => [keyword],
  extra: (keyword, words) => [line(keyword, [...words, 'extra'])],
  nonsense: first('nonsense'),
  zero: first('0'),
  negative: first('-7'),
  large: first('99999999999'),
  fraction: first('2.5'),
  tail: (keyword, words) => [line(keyword, [`${words[0] ?? ''}x`, ...words.slice(1)])],
  empty: first('""'),
  'equals sign': (keyword, words) => [line(keyword, ['=', ...words])],
  'single quotes': (keyword, words) => [
    line(
      keyword,
      words.map(word => `'${word.replaceAll('"', '')}'`),
    ),
  ],
  maybe: first('maybe'),
  off: first('off'),
  block: (keyword, words) => [`${line(keyword, words)} {`, '}'],
};

const wordsOf = ({ name, arguments: list }: Keyword): readonly string[] =>
  name in names
    ? (names[name] ?? '').split(' ').filter(word => word !== '')
    : list.filter(({ optional }) => optional !== true).map(wordOf);

function probesOf(path: string, keyword: Keyword): readonly Probe[] {
  const blocks = path === '(root)' ? [] : path.split('/');
  const heads: string[] = [...before];
  for (const [index, block] of blocks.entries()) {
    heads.push(headOf(block), ...(needed[blocks.slice(0, index + 1).join('/')] ?? []));
  }
  const closing = [...blocks].reverse().flatMap(block => {
    if (block !== 'virtual_server' || blocks.length > 1) return ['}'];
    return ['real_server 10.0.1.7 80 {', 'weight 1', '}', '}'];
  });
  const own = path === '(root)' ? keyword.name : `${path}/${keyword.name}`;
  const inner = keyword.kind === 'lines' ? (records[keyword.name] ?? ['thing']) : (needed[own] ?? []);
  const body = own === 'virtual_server' ? [...inner, 'real_server 10.0.1.7 80 {', 'weight 1', '}'] : inner;
  const owns = keyword.kind === 'block' || keyword.kind === 'lines';
  const isPlain = keyword.kind === 'lines' && keyword.arguments.length === 0;
  const words = isPlain
    ? []
    : owns
      ? headOf(keyword.name)
          .split(' ')
          .slice(1, -1)
          .filter(word => word !== '')
      : wordsOf(keyword);
  return Object.entries(forms).map(([variant, form]) => {
    const lines = form(keyword.name, words);
    const text = owns && variant !== 'block' ? lines.flatMap(one => [`${one} {`, ...body, '}']) : lines;
    return {
      variant,
      keyword: own,
      text: `${[...heads, ...text, ...closing].join('\n')}\n`,
      line: heads.length + 1,
    };
  });
}

/** A record to which the words of a line grammar are added, and the block it stands in. */
const lineGrammars: Readonly<Record<string, readonly [block: string, record: string]>> = {
  '<ip-address-line>': ['virtual_ipaddress', '10.0.2.3/24'],
  '<route-line>': ['virtual_routes', '10.9.0.0/16 via 10.0.0.254 dev eth0'],
  '<rule-line>': ['virtual_rules', 'from 10.9.0.0/16 table 7'],
  '<track-interface-line>': ['track_interface', 'eth1'],
  '<track-script-line>': ['track_script', 'alive'],
  '<track-file-line>': ['track_file', 'switch'],
  '<track-process-line>': ['track_process', 'running'],
  '<track-bfd-line>': ['track_bfd', 'session'],
};

function recordProbes(path: string, keyword: Keyword): readonly Probe[] {
  const [block = '', record = ''] = lineGrammars[path] ?? [];
  const heads = [
    ...before,
    ...['vrrp_track_process running {', 'process proxyd', '}'],
    ...[
      'vrrp_instance T {',
      'interface eth0',
      'virtual_router_id 51',
      'virtual_ipaddress {',
      '10.0.0.3/24',
      '}',
    ],
    `${block} {`,
  ];
  return Object.entries(forms).flatMap(([variant, form]) =>
    variant === 'block'
      ? []
      : [
          {
            variant,
            keyword: `${path}/${keyword.name}`,
            text: `${[...heads, `${record} ${form(keyword.name, wordsOf(keyword)).join(' ')}`, '}', '}'].join('\n')}\n`,
            line: heads.length + 1,
          },
        ],
  );
}

/** Keywords that make keepalived leave the machine's namespaces, or write files. */
const left = new Set(['net_namespace', 'net_namespace_ipvs', 'include_check', 'umask']);

export const probes = (): readonly Probe[] => [
  ...catalogue.flatMap(({ path, keywords }) =>
    path in lineGrammars
      ? keywords.filter(({ name }) => /^[a-z-]/.test(name)).flatMap(keyword => recordProbes(path, keyword))
      : [],
  ),
  ...catalogue
    .filter(({ path }) => !path.startsWith('<') && !path.endsWith('unicast_peer'))
    .flatMap(({ path, keywords }) =>
      keywords.filter(({ name }) => !left.has(name)).flatMap(keyword => probesOf(path, keyword)),
    ),
];
