// The part of the status screen about our processes, and about packets that were for no instance.
// Spec: docs/status.md.

import { longestSilence } from '../../control/index.ts';
import { visible } from '../../visible.ts';
import { columns, paint } from '../ipvs/columns.ts';
import type { Part } from './part.ts';
import { between, brief, counted, megabytes, span } from './words.ts';

export const processes: Part = ({ processes: found, time }) => {
  const colour = paint();
  return columns(
    ['PROCESS', 'PID', 'STATE', 'FOR', 'MEMORY', 'LATE', 'LAST WORD'].map(head => ({ head })),
    found.map(({ name, pid, state, since, memory, lateness, silence, pending = 0, restarts }) => [
      name,
      pid === undefined ? '-' : String(pid),
      restarts === 0 ? state : `${state} (start ${restarts + 1})`,
      span(between(since, time)),
      memory === undefined ? '-' : megabytes(memory),
      lateness === undefined ? '-' : brief(lateness.worst),
      silence === undefined
        ? '-'
        : silence > longestSilence
          ? colour.red(`silent for ${span(silence)}`)
          : `${span(silence)} ago${pending > 0 ? `, ${counted(pending, 'record')} to come` : ''}`,
    ]),
  );
};

export const refused: Part = ({ interfaces }) =>
  interfaces
    .map(({ name, refused: counts }) => ({
      name,
      parts: Object.entries(counts).filter(([, count]) => count > 0),
    }))
    .filter(({ parts }) => parts.length > 0)
    .map(
      ({ name, parts }) =>
        `${visible(name)}: packets for no instance: ${parts.map(([cause, count]) => `${cause} ${count}`).join(', ')}\n`,
    )
    .join('');
