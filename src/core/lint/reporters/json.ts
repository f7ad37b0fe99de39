// A list of findings for programs. Field names are a contract: they are documented in docs/lint.md.
// Spec: RFC 8259.

import type { Place } from '../../conf/index.ts';
import { everyFinding, type Reporter } from './report.ts';

const flat = ({ file, line, column, endLine, endColumn }: Place) => ({
  file,
  line,
  column,
  endLine,
  endColumn,
});

export const json: Reporter = results => {
  const findings = everyFinding(results).map(({ finding, result }) => ({
    rule: finding.rule,
    severity: finding.severity,
    message: finding.message,
    ...flat(finding.place),
    configuration: result.path,
    related: (finding.related ?? []).map(({ message, place }) => ({ message, ...flat(place) })),
    fix:
      finding.fix === undefined
        ? null
        : { message: finding.fix.message, text: finding.fix.text, ...flat(finding.fix.place) },
  }));
  return `${JSON.stringify(findings, null, 2)}\n`;
};
