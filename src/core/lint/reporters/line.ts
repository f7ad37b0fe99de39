// One line for each finding, as compilers write it: editors and grep understand it.
// Spec: GNU coding standards, "Formatting error messages"; visible.ts for what files say.

import { visible } from '../../visible.ts';
import { everyFinding, type Reporter } from './report.ts';

export const line: Reporter = results =>
  everyFinding(results)
    .map(({ finding: { place, severity, message, rule } }) => {
      const { file, line: at, column } = place;
      return `${visible(`${file}:${at}:${column}: ${severity}: ${message} [${rule}]`)}\n`;
    })
    .join('');
