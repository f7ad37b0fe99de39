// JUnit's XML: one suite for each configuration, one case for each finding: failed, or passed with a text where it is only info.
// Spec: the report format of Apache Ant's junit task, as continuous-integration servers read it.

import type { LintResult } from '../engine.ts';
import { escapeXml, type Reporter } from './report.ts';

function suite({ path, findings }: LintResult): string {
  const cases = findings.map(({ rule, severity, message, place }) => {
    const where = `${place.file}:${place.line}:${place.column}`;
    const body =
      severity === 'info'
        ? `<system-out>${escapeXml(message)}</system-out>`
        : `<failure type="${severity}" message="${escapeXml(message)}">${escapeXml(where)}</failure>`;
    return `    <testcase classname="${escapeXml(path)}" name="${escapeXml(`${rule} ${where}`)}">\n      ${body}\n    </testcase>\n`;
  });
  if (cases.length === 0) cases.push(`    <testcase classname="${escapeXml(path)}" name="clean"/>\n`);
  const failures = findings.filter(({ severity }) => severity !== 'info').length;
  return `  <testsuite name="${escapeXml(path)}" tests="${cases.length}" failures="${failures}" errors="0">\n${cases.join('')}  </testsuite>\n`;
}

export const junit: Reporter = results =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${results.map(suite).join('')}</testsuites>\n`;
