// Types of named-tests.mjs for the TypeScript files that import it.
export function namedTests(report: unknown, root: string): { failed: string[]; skipped: string[] };
export function slowestTests(
  reports: readonly unknown[],
  root: string,
  count: number,
): { took: number; name: string }[];
export function failedFiles(report: unknown, root: string): string[];
