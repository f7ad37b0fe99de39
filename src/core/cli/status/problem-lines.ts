// The problems at the head of every answer of `lvskit status`, the worst first.

import type { Status } from '../../control/index.ts';
import { visible } from '../../visible.ts';
import { paint } from '../ipvs/columns.ts';

export function problemLines(shown: Status['problems']): string {
  const colour = paint();
  return shown
    .map(({ severity, message }) => {
      const text = visible(message);
      return `${severity === 'critical' ? colour.red(`CRITICAL ${text}`) : colour.yellow(`WARNING  ${text}`)}\n`;
    })
    .join('');
}
