// Checkstyle's XML, which most continuous-integration servers read.
// Spec: the output of Checkstyle (checkstyle, file, error); severities error, warning, info.

import type { Diagnostic } from '../../conf/index.ts';
import { textPlace } from '../finding-lines.ts';
import { escapeXml, everyFinding, type Reporter } from './report.ts';

export const checkstyle: Reporter = (results, { version }) => {
  const files = new Map<string, Diagnostic[]>(results.map(({ path }) => [path, []]));
  for (const { finding: counted, result } of everyFinding(results)) {
    const finding = { ...counted, place: textPlace(result.files, counted.place) };
    const known = files.get(finding.place.file);
    if (known === undefined) files.set(finding.place.file, [finding]);
    else known.push(finding);
  }
  const blocks = [...files].map(([file, findings]) => {
    const lines = findings.map(
      ({ place, severity, message, rule }) =>
        `    <error line="${place.line}" column="${place.column}" severity="${severity}" message="${escapeXml(message)}" source="lvskit.${escapeXml(rule)}"/>\n`,
    );
    return `  <file name="${escapeXml(file)}">\n${lines.join('')}  </file>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="lvskit-${escapeXml(version)}">\n${blocks.join('')}</checkstyle>\n`;
};
