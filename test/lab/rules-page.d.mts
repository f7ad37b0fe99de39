// Types of rules-page.mjs for the TypeScript files that import it.
export function rulesPage(markdown: string, version: string): readonly [file: string, text: string];
