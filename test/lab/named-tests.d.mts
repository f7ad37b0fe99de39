// Types of named-tests.mjs for the TypeScript files that import it.
export function namedTests(report: unknown, root: string): { failed: string[]; skipped: string[] };
