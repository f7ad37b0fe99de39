// One record of virtual_rules or static_rules.
// Spec: keepalived.conf(5) "virtual_rules"; the words of ip-rule(8).

import type { RuleConfig } from '../../link/model.ts';
import type { Prefix } from '../../net/index.ts';
import type { Statement } from '../statement.ts';
import type { Context } from './context.ts';
import { LineWords } from './line-words.ts';
import { parseBaseZero } from './name-tables.ts';
import { defineRecord } from './record-words.ts';

type Action = RuleConfig['action'];
type Mutable = { -readonly [K in keyof RuleConfig]: RuleConfig[K] };
type Draft = Omit<Mutable, 'action' | 'family' | 'protocol'> & {
  action: Action | undefined;
  protocol: number | undefined;
};
type Word = (draft: Draft, words: LineWords) => void;

const ipProtocols: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmpv6: 58,
  ospf: 89,
  vrrp: 112,
  sctp: 132,
  udplite: 136,
};

/** Preferences given to rules without one, per family, as keepalived counts them: downwards from here. */
const firstAutomaticPreference = 16384;

function act(draft: Draft, words: LineWords, action: Action): void {
  if (draft.action !== undefined) words.drop('invalid-word', 'a rule has one action only');
  draft.action = action;
}

function range(words: LineWords, maximum: number, single: boolean): readonly [number, number] | undefined {
  const text = words.value();
  if (text === undefined) return undefined;
  const match = /^(\d+)-(\d+)$/.exec(text);
  const [low, high] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null && single && /^\d+$/.test(text)) {
    return words.drop('invalid-range', `keepalived refuses the single port ${text}: write ${text}-${text}`);
  }
  if (match === null || low > high || high > maximum)
    return words.drop('invalid-range', `${text} is no range LOW-HIGH`);
  return [low, high];
}

const select =
  (side: 'from' | 'to'): Word =>
  (draft, words) => {
    const prefix = words.prefix();
    if (prefix !== undefined && prefix !== 'any') draft[side] = prefix as Prefix;
  };
const table: Word = (draft, words) => {
  const number = words.named('tables', 4294967295);
  if (number === 0) words.drop('invalid-number', 'table 0 is no table');
  else if (number !== undefined) act(draft, words, { kind: 'table', table: number });
};
const preference: Word = (draft, words) => {
  draft.preference = words.number(4294967295);
};
const fields: Word = (draft, words) => {
  draft.tos = words.named('fields', 255) ?? 0;
};
const input: Word = (draft, words) => {
  draft.inputInterface = words.interface();
};
const suppressLength: Word = (draft, words) => {
  draft.suppressPrefixLength = words.number(2147483647);
};
const suppressGroup: Word = (draft, words) => {
  draft.suppressInterfaceGroup = words.named('groups', 4294967295);
};
const swallow: Word = (_draft, words) => {
  const lost = words.peek();
  words.at++;
  if (lost !== undefined)
    words.warn('swallowed-word', `keepalived skips the word after inet/inet6 here: ${lost} has no effect`);
};
const simple =
  (kind: 'blackhole' | 'unreachable' | 'prohibit' | 'nop'): Word =>
  (draft, words) =>
    act(draft, words, { kind });

const record = defineRecord<Word>('<rule-line>', {
  inet: swallow,
  inet6: swallow,
  from: select('from'),
  to: select('to'),
  table,
  lookup: table,
  not: d => {
    d.invert = true;
  },
  preference,
  order: preference,
  priority: preference,
  tos: fields,
  dsfield: fields,
  fwmark: (d, w) => {
    const text = w.value();
    if (text === undefined) return;
    const [value, mask = 4294967295] = text.split('/').map(parseBaseZero);
    if (value === undefined || value > 4294967295 || mask > 4294967295)
      w.drop('invalid-number', `${text} is no MARK[/MASK]`);
    else d.fwmark = { value, mask };
  },
  realms: (d, w) => {
    d.realms = w.realms();
  },
  suppress_prefixlength: suppressLength,
  sup_pl: suppressLength,
  suppress_ifgroup: suppressGroup,
  sup_group: suppressGroup,
  dev: input,
  iif: input,
  oif: (d, w) => {
    d.outputInterface = w.interface();
  },
  'tunnel-id': (d, w) => {
    const text = w.value();
    if (text === undefined) return;
    if (/^(0[xX][0-9a-fA-F]+|\d{1,20})$/.test(text) && BigInt(text) < 2n ** 64n) d.tunnelId = BigInt(text);
    else w.drop('invalid-number', `${text} is no 64-bit number`);
  },
  uidrange: (d, w) => {
    d.uidRange = range(w, 4294967294, false);
  },
  l3mdev: (d, w) => {
    if (d.action !== undefined) w.drop('invalid-word', 'l3mdev and another action exclude each other');
    d.l3mdev = true;
  },
  protocol: (d, w) => {
    d.protocol = w.named('protocols', 255);
  },
  ipproto: (d, w) => {
    const text = w.value();
    if (text === undefined) return;
    const number = parseBaseZero(text) ?? ipProtocols[text];
    if (number === undefined || number > 255) w.drop('unknown-name', `${text} is no IP protocol`);
    else d.ipProtocol = number;
  },
  sport: (d, w) => {
    d.sourcePorts = range(w, 65535, true);
  },
  dport: (d, w) => {
    d.destinationPorts = range(w, 65535, true);
  },
  type: () => {},
  goto: (d, w) => {
    const target = w.number(4294967295);
    if (target !== undefined) act(d, w, { kind: 'goto', target });
  },
  nop: simple('nop'),
  blackhole: simple('blackhole'),
  unreachable: simple('unreachable'),
  prohibit: simple('prohibit'),
  no_track: d => {
    d.tracked = false;
  },
  track_group: (d, w) => {
    d.trackGroup = w.value();
  },
});

/** The rule of a record, or undefined where keepalived drops it; each refusal is told. */
export function readRuleLine(s: Statement, c: Context, isStatic: boolean): RuleConfig | undefined {
  const line = new LineWords(s, c, 'rule');
  const draft: Draft = {
    invert: false,
    from: undefined,
    to: undefined,
    preference: undefined,
    tos: 0,
    fwmark: undefined,
    inputInterface: undefined,
    outputInterface: undefined,
    protocol: undefined,
    ipProtocol: undefined,
    sourcePorts: undefined,
    destinationPorts: undefined,
    uidRange: undefined,
    tunnelId: undefined,
    realms: undefined,
    suppressPrefixLength: undefined,
    suppressInterfaceGroup: undefined,
    l3mdev: false,
    action: undefined,
    tracked: true,
    trackGroup: undefined,
  };
  while (!line.done) {
    const word = line.next();
    const known = record.words.get(word);
    if (known === undefined || (word === 'track_group' && !isStatic))
      line.drop('unknown-word', `unknown word ${word}`);
    else line.read(known, record.path, read => read(draft, line));
  }
  if (line.dropped) return undefined;
  const { action, l3mdev } = draft;
  if (action === undefined && !l3mdev)
    return line.drop('missing-argument', 'it has no action (table, goto, blackhole, ...)');
  if (action !== undefined && l3mdev)
    return line.drop('invalid-word', 'l3mdev and another action exclude each other');
  if (action?.kind === 'goto' && (draft.preference === undefined || draft.preference >= action.target)) {
    return line.drop('invalid-number', 'goto needs a preference smaller than its target');
  }
  const needsTable = draft.realms ?? draft.suppressPrefixLength ?? draft.suppressInterfaceGroup;
  if (needsTable !== undefined && action?.kind !== 'table') {
    return line.drop('invalid-word', 'realms and suppressors need a table');
  }
  const family = line.family ?? 'inet';
  let protocol = draft.protocol ?? 18;
  if (draft.tracked && protocol !== 18) {
    line.warn(
      'corrected',
      `a tracked rule has protocol keepalived (18); ${protocol} is replaced (no_track keeps it)`,
    );
    protocol = 18;
  }
  c.checkTrackGroup(draft.trackGroup, s);
  let preferenceGiven = draft.preference;
  if (preferenceGiven === undefined) {
    preferenceGiven = firstAutomaticPreference - c.automaticPreferences[family]++;
    line.warn('missing-preference', `the rule has no preference; it gets ${preferenceGiven}`);
  }
  // The kernel's l3mdev rules carry the table of the device: FR_ACT_TO_TBL with RT_TABLE_UNSPEC.
  return {
    ...draft,
    family,
    protocol,
    preference: preferenceGiven,
    action: action ?? { kind: 'table', table: 0 },
  };
}
