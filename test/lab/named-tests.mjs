// The full names of the tests in a JSON report of vitest, by what became of them: `file > describe > test`, one line each.
// Spec: vitest's JSON reporter, whose fields are Jest's (testResults, assertionResults).
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

/** The `count` slowest tests and set-ups (what a file took beside its tests: its lab), slowest first. */
export function slowestTests(reports, root, count) {
  const all = [];
  for (const { testResults } of reports) {
    for (const { name, startTime, endTime, assertionResults } of testResults) {
      const file = relative(root, name);
      let rest = endTime - startTime;
      for (const test of assertionResults) {
        const took = test.duration ?? 0;
        rest -= took;
        all.push({
          took,
          name: [file, ...test.ancestorTitles, test.title].join(' > ').replaceAll(/\s+/g, ' '),
        });
      }
      all.push({ took: rest, name: `${file} > set-up` });
    }
  }
  return all.sort((a, b) => b.took - a.took).slice(0, count);
}

/** The files of a report in which something failed. */
export const failedFiles = (report, root) =>
  report.testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative(root, name));
