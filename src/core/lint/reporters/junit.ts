// JUnit's XML: one suite for each configuration, one failed case for each finding, one passed case for a clean one.
// Spec: the report format of Apache Ant's junit task, as continuous-integration servers read it.

import type { LintResult } from '../engine.ts';
import { escapeXml, type Reporter } from './report.ts';

function suite({ path, findings }: LintResult): string {
  const failures = findings.map(({ rule, severity, message, place }) => {
    const where = `${place.file}:${place.line}:${place.column}`;
    return `    <testcase classname="${escapeXml(path)}" name="${escapeXml(`${rule} ${where}`)}">\n      <failure type="${severity}" message="${escapeXml(message)}">${escapeXml(where)}</failure>\n    </testcase>\n`;
  });
  const cases =
    failures.length > 0 ? failures : [`    <testcase classname="${escapeXml(path)}" name="clean"/>\n`];
  return `  <testsuite name="${escapeXml(path)}" tests="${cases.length}" failures="${failures.length}" errors="0">\n${cases.join('')}  </testsuite>\n`;
}

export const junit: Reporter = results =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${results.map(suite).join('')}</testsuites>\n`;
