// A simulation over time as lines for a terminal: one bar a node, marks where something was done to the fleet.

import type { LinkEdit, Outcome, SimulatedAction, StateSpan, Trouble } from '../../simulate/index.ts';
import { between, type Instant, inSeconds, instant } from '../../time.ts';
import { visible } from '../../visible.ts';
import type { VrrpState } from '../../vrrp/index.ts';
import { paint } from '../ipvs/columns.ts';

const letters = {
  MASTER: '█',
  BACKUP: '░',
  FAULT: '×',
  INIT: '·',
  LEAVING: '▓',
  STOP: '·',
  none: ' ',
} as const satisfies Record<VrrpState | 'none', string>;
export const legend = `${letters.MASTER} MASTER  ${letters.BACKUP} BACKUP  ${letters.FAULT} FAULT  ${letters.LEAVING} LEAVING  (empty) not running`;

/** The state that lasts longest in a slice of time, but never hides a MASTER. */
function letterAt(spans: readonly StateSpan[], from: Instant, to: Instant): string {
  let most = 0;
  let letter: string = letters.none;
  for (const span of spans) {
    const share = Math.min(span.to, to) - Math.max(span.from, from);
    if (share <= 0) continue;
    if (span.state === 'MASTER' && share * 2 >= to - from) return letters.MASTER;
    if (share > most) {
      most = share;
      letter = letters[span.state ?? 'none'];
    }
  }
  return letter;
}

/** Steps that give at most eight labels. */
const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400];

function scale(until: Instant, cells: number): string {
  const end = inSeconds(between(instant(0), until));
  const step = steps.find(each => end / each <= 8) ?? end;
  let line = '';
  for (let at = 0; at <= end; at += step) {
    const column = Math.round((at / end) * cells);
    const label = `${Number(at.toFixed(1))}`;
    if (column >= line.length && column + label.length <= cells + 2) line = line.padEnd(column) + label;
  }
  return `${line} s`;
}

/** The bars of one router. `width`: columns of the terminal. */
export function bars({ states, router }: Outcome, trouble: Trouble, width: number): string {
  const nodes = [...router.instances.keys()];
  const margin = Math.max(...nodes.map(name => visible(name).length), 4) + 4;
  const cells = Math.max(20, Math.min(100, width - margin - 6));
  const { until, actions } = trouble.scenario;
  const slice = (cell: number) => instant((until * cell) / cells);
  const colour = paint();
  const tint = { [letters.MASTER]: colour.green, [letters.FAULT]: colour.red } as Readonly<
    Record<string, (text: string) => string>
  >;
  const lines = nodes.map(node => {
    const own = states.filter(span => span.node === node);
    const bar = Array.from({ length: cells }, (_, cell) => letterAt(own, slice(cell), slice(cell + 1)));
    return `  ${visible(node).padEnd(margin - 2)}${bar.map(each => tint[each]?.(each) ?? each).join('')}`;
  });
  const marks = Array.from({ length: cells }, () => ' ');
  for (const { at } of actions) marks[Math.min(cells - 1, Math.floor((at / until) * cells))] = '▼';
  return [
    ...(actions.length === 0 ? [] : [' '.repeat(margin) + marks.join('').trimEnd()]),
    ...lines,
    `${' '.repeat(margin)}${scale(until, cells)}`,
    '',
  ].join('\n');
}

const what = (action: SimulatedAction): string => {
  const where = 'node' in action ? `${action.node}: ` : '';
  if (action.kind === 'link') return `${where}interface ${action.edit.name} ${linkWord(action.edit)}`;
  if (action.kind === 'script')
    return `${where}script ${action.name} ${action.success ? 'succeeds' : 'fails'}`;
  return `${where}${action.kind}`;
};
const linkWord = (edit: LinkEdit): string =>
  edit.kind === 'carrier' ? (edit.running ? 'has carrier' : 'loses carrier') : edit.kind;

/** What was done and which states changed, in order of time. */
export function changes({ states }: Outcome, { scenario }: Trouble): string {
  const rows = [
    ...scenario.actions.map(({ at, action }) => ({ at, text: `▼ ${what(action)}` })),
    ...states
      .filter(({ state, from }) => state !== undefined || from > 0)
      .map(({ node, from, state }) => ({ at: from, text: `${node} ${state ?? 'ends'}` })),
  ];
  return rows
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, text }) => `  ${seconds(at)}  ${visible(text)}\n`)
    .join('');
}

const seconds = (at: Instant): string => `${inSeconds(between(instant(0), at)).toFixed(3)} s`.padStart(11);
