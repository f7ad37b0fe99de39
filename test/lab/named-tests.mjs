// The full names of the tests in a JSON report of vitest, by what became of them: `file > describe > test`, one line each.
// Stands behind it: vitest's JSON reporter, whose fields are Jest's (testResults, assertionResults).
import { relative } from 'node:path';

/** Failed tests, files that failed outside any test, and skipped tests, in the report's order. */
export function namedTests(report, root) {
  const failed = [];
  const skipped = [];
  for (const { name, status, message, assertionResults } of report.testResults) {
    const file = relative(root, name);
    const before = failed.length;
    for (const test of assertionResults) {
      const line = [file, ...test.ancestorTitles, test.title].join(' > ').replaceAll(/\s+/g, ' ');
      if (test.status === 'failed') failed.push(line);
      else if (test.status !== 'passed') skipped.push(line);
    }
    // A hook that throws, or a file that cannot be read.
    if (status === 'failed' && failed.length === before) failed.push(`${file}: ${message}`.split('\n', 1)[0]);
  }
  return { failed, skipped };
}
