// Workflow commands that GitHub shows as annotations beside the lines.
// Spec: the documentation of workflow commands for GitHub Actions (error, warning, notice; escaping of % , : and line breaks).

import type { Severity } from '../../conf/index.ts';
import { visible } from '../../visible.ts';
import { textPlace } from '../finding-lines.ts';
import { everyFinding, type Reporter } from './report.ts';

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const satisfies Record<
  Severity,
  string
>;

/** Runners print commands into a log that terminals show: nothing that a terminal obeys may be left in them. */
const escapeData = (text: string) => visible(text).replaceAll('%', '%25');
const escapeProperty = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

export const github: Reporter = results =>
  everyFinding(results)
    .map(({ finding: { severity, rule, message, place: counted }, result }) => {
      const place = textPlace(result.files, counted);
      const properties = [
        `file=${escapeProperty(place.file)}`,
        `line=${place.line}`,
        `col=${place.column}`,
        `endLine=${place.endLine}`,
        `endColumn=${place.endColumn}`,
        `title=${escapeProperty(rule)}`,
      ];
      return `::${commands[severity]} ${properties.join(',')}::${escapeData(message)}\n`;
    })
    .join('');
