// Blocks that nobody acts on yet, judged all the same: what is tracked, and the groups that pace announcements or hold tracking.
// Spec: keepalived.conf(5) "TRACK FILE", "VRRP TRACK PROCESS", "BFD CONFIGURATION", "GARP GROUP", "TRACK GROUP".

import { familyOf, parseAddress } from '../../net/index.ts';
import type { GarpGroupValues } from '../blocks/garp-group.ts';
import type { Statement } from '../statement.ts';
import { decimalWord, integerWord } from './arguments.ts';
import { defineBlock } from './block.ts';
import type { Context } from './context.ts';

const lineOf = (block: readonly Statement[], ...names: readonly string[]) =>
  block.find(({ keyword }) => names.includes(keyword));

/** What the block is about; without it keepalived ignores the block, and what names it misses it. */
const subjects = {
  files: ['file'],
  processes: ['process'],
  bfd: ['neighbor_ip', 'neighbour_ip'],
} as const;

export type TrackableKind = keyof typeof subjects;

/** Whether the block defines what it is to define; `from`: where the findings about it begin. */
export function isComplete(
  kind: TrackableKind,
  s: Statement,
  block: readonly Statement[],
  c: Context,
  from: number,
): boolean {
  const [subject] = subjects[kind];
  if (lineOf(block, ...subjects[kind]) === undefined) {
    const message = `${s.keyword} ${s.word(1) ?? ''} has no ${subject}; it is ignored`;
    const told = c.causes.of(s, subjects[kind], from);
    c.conclude(told, 'error', 'incomplete-block', s, message);
    if (told === undefined) c.causes.misses(s.word(1));
    else c.causes.lose(s);
    return false;
  }
  return kind !== 'bfd' || isSession(s, block, c);
}

/** Both ends of one address family, and no session that watches the same neighbour. */
function isSession(s: Statement, block: readonly Statement[], c: Context): boolean {
  const neighbour = parseAddress(lineOf(block, ...subjects.bfd)?.word(1) ?? '');
  const line = lineOf(block, 'source_ip');
  const source = parseAddress(line?.word(1) ?? '');
  if (neighbour === undefined) return true;
  if (line !== undefined && source !== undefined && familyOf(source) !== familyOf(neighbour)) {
    const message = `source_ip ${source} and the neighbour are not of one address family; the session is disabled`;
    c.error('mixed-families', line, message, 1);
    c.causes.misses(s.word(1));
    return false;
  }
  const first = c.neighbours.get(neighbour);
  if (first === undefined) c.neighbours.set(neighbour, s);
  else {
    c.duplicate('error', s, first, `${neighbour} is watched by another bfd_instance; this one is ignored`, 1);
    c.causes.misses(s.word(1));
  }
  return first === undefined;
}

/** A quorum and a greatest number that exclude one another: the later line is ignored. */
export function judgeQuorum(block: readonly Statement[], c: Context): void {
  const known: { quorum?: number; quorum_max?: number } = {};
  for (const line of block) {
    const { keyword } = line;
    if (keyword !== 'quorum' && keyword !== 'quorum_max') continue;
    const value = Number(line.word(1));
    // One that is no number of processes is told already.
    if (!(value >= 0 && value <= 65_535)) continue;
    const least = keyword === 'quorum' ? value : (known.quorum ?? 1);
    const most = keyword === 'quorum_max' ? value : (known.quorum_max ?? Number.POSITIVE_INFINITY);
    if (least > most && !(keyword === 'quorum_max' && value === 0 && known.quorum === undefined))
      c.warn('corrected', line, `quorum ${least} is above quorum_max ${most}; this line is ignored`, 1);
    else known[keyword] = value;
  }
}

/** `init_file [VALUE] [overwrite]` */
export function readInitFile(s: Statement, c: Context): void {
  for (let word = 1; word < s.length; word++) {
    const text = s.word(word) ?? '';
    if (text === 'overwrite') continue;
    if (/^[-+]?\d/.test(text))
      integerWord(s, word, { type: 'integer', min: -254, max: 254, strict: true }, c);
    else
      c.warn('unknown-word', s, `init_file: ${text} is neither a number nor overwrite; it is ignored`, word);
  }
}

/** A garp_group without an interval paces nothing. `from`: where the findings about it begin. */
export function judgeGarpGroup(s: Statement, values: GarpGroupValues, from: number, c: Context): void {
  if (values.garp_interval !== undefined || values.gna_interval !== undefined) return;
  const told = c.causes.of(s, ['garp_interval', 'gna_interval'], from);
  const message = 'garp_group has neither garp_interval nor gna_interval; it is ignored';
  c.conclude(told, 'warning', 'incomplete-block', s, message);
}

/** A track_group: its members are looked for by nobody yet. */
export const trackGroup = defineBlock<{ members: boolean }>('track_group', {
  group: (d, s, c, _k, block) => {
    if (d.members) c.warn('duplicate', s, 'a second group list is ignored');
    else if (block.length === 0) c.warn('no-effect', s, 'group names no instance');
    d.members = true;
  },
});

const linkbeatKinds = ['MII', 'ETHTOOL', 'IOCTL'];

/** `IFNAME [MII|ETHTOOL|IOCTL]` */
export function readLinkbeat(block: readonly Statement[], c: Context): void {
  for (const line of block) {
    c.mention(line.keyword, line, 0);
    const word = line.word(1);
    if (word !== undefined && !linkbeatKinds.includes(word))
      c.warn('unknown-word', line, `${word} is none of ${linkbeatKinds.join(', ')}; it is ignored`, 1);
  }
}

/** `IFNAME DOWN_DELAY [UP_DELAY]` */
export function readUpDownDelays(block: readonly Statement[], c: Context): void {
  for (const line of block) {
    c.mention(line.keyword, line, 0);
    for (let word = 1; word < Math.min(line.length, 3); word++)
      decimalWord(line, word, { type: 'decimal', min: 0, max: 255, unit: 's', decimals: 6 }, c);
  }
}
