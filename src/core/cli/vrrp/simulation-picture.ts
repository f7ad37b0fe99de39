// A simulation as an SVG picture: a row a node for each virtual router, colours for states, dashed lines for what was done to the fleet.
// Spec: SVG 1.1; no script, no font of its own, readable on white and on black.

import type { Outcome, Trouble } from '../../simulate/index.ts';
import { between, type Instant, inSeconds, instant } from '../../time.ts';
import { visible } from '../../visible.ts';
import type { VrrpState } from '../../vrrp/index.ts';

export interface Played {
  readonly trouble: Trouble;
  readonly outcomes: readonly Outcome[];
}

const colours = {
  MASTER: '#59a14f',
  BACKUP: '#a0cbe8',
  FAULT: '#e15759',
  INIT: '#bab0ac',
  LEAVING: '#f28e2b',
  STOP: '#bab0ac',
} as const satisfies Record<VrrpState, string>;
const left = 150;
const width = 900;
const row = 20;

const escaped = (text: string): string =>
  visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y}"${more}>${escaped(words)}</text>`;

function drawTrouble(
  { trouble, outcomes }: Played,
  top: number,
): { readonly parts: string[]; readonly end: number } {
  const { until, actions } = trouble.scenario;
  const x = (at: Instant) => left + (at / until) * width;
  const parts = [
    text(
      4,
      top + 14,
      trouble.end === undefined ? trouble.title : `${trouble.title}, then ${trouble.end}`,
      ' font-weight="bold"',
    ),
  ];
  let y = top + 22;
  for (const outcome of outcomes) {
    parts.push(text(4, y + 14, `${nameOf(outcome)}: ${outcome.verdict.join('; ')}`));
    y += row;
    for (const node of outcome.router.instances.keys()) {
      parts.push(text(left - 6, y + 14, node, ' text-anchor="end"'));
      for (const span of outcome.states.filter(each => each.node === node && each.state !== undefined)) {
        const wide = Math.max(0.5, x(span.to) - x(span.from));
        parts.push(
          `<rect x="${x(span.from).toFixed(1)}" y="${y + 2}" width="${wide.toFixed(1)}" height="${row - 4}" fill="${colours[span.state ?? 'INIT']}"/>`,
        );
      }
      y += row;
    }
  }
  for (const at of new Set(actions.map(each => each.at)))
    parts.push(
      `<line x1="${x(at).toFixed(1)}" x2="${x(at).toFixed(1)}" y1="${top + 20}" y2="${y}" stroke="#888" stroke-dasharray="2 3"/>`,
    );
  const end = inSeconds(between(instant(0), until));
  parts.push(
    text(left, y + 14, '0 s'),
    text(left + width, y + 14, `${Number(end.toFixed(1))} s`, ' text-anchor="end"'),
  );
  return { parts, end: y + 34 };
}

/** The names of a router's instances, once where all nodes agree. */
export function nameOf({ router }: Outcome): string {
  const names = [...new Set([...router.instances.values()].map(({ name }) => name))];
  return names.join('/');
}

/** All scenarios below each other. */
export function simulationPicture(played: readonly Played[]): string {
  let y = 40;
  const parts: string[] = [];
  for (const each of played) {
    const drawn = drawTrouble(each, y);
    parts.push(...drawn.parts);
    y = drawn.end;
  }
  const keys = Object.entries(colours)
    .filter(([state]) => state !== 'STOP')
    .map(
      ([state, fill], index) =>
        `<rect x="${left + index * 110}" y="10" width="12" height="12" fill="${fill}"/>${text(left + index * 110 + 18, 21, state)}`,
    );
  const wide = left + width + 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${y}" viewBox="0 0 ${wide} ${y}">
<style>text { font: 13px sans-serif; fill: #333 } @media (prefers-color-scheme: dark) { text { fill: #ddd } }</style>
${[...keys, ...parts].join('\n')}
</svg>
`;
}
