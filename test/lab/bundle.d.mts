// Types of bundle.mjs for the TypeScript files that import it.
export const root: string;
export function labFolder(): string;
export function bundle(entry: string, outfile: string): Promise<void>;
export function runEntry(entry: string, args: readonly string[]): Promise<void>;
