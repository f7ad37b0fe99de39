// The page of every rule: what, why, bad, good, how to suppress. Shown by --explain and collected in docs/rules.md.
// Spec: rules/*/rule.md (as rule-pages.ts) and reader-pages.ts.

import { nearest } from '../nearest.ts';
import { readerPages } from './reader-pages.ts';
import { rulePages } from './rule-pages.ts';
import { rules } from './rules/index.ts';

export interface Page {
  readonly summary: string;
  /** Markdown. */
  readonly text: string;
}

const own = new Map(rules.map(rule => [rule.id, rule]));

const suppress = (id: string) => `## Suppress

\`\`\`conf
priority 100   # lvskit-disable-line ${id} -- say why here
\`\`\`

\`lvskit-disable-next-line\` and \`lvskit-disable-file\` do the same for the next line and for the whole file. For all files of a
project write it into \`lvskit.yaml\`:

\`\`\`yaml
lint:
  rules:
    ${id}: off
\`\`\`
`;

/** Ids of all pages, sorted. */
export const pageIds: readonly string[] = [...own.keys(), ...Object.keys(readerPages)].sort();

/** What to say of a rule that does not exist. */
export function noSuchRule(id: string): string {
  const near = nearest(id, pageIds);
  return `there is no rule ${id}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

export const hasPage = (id: string): boolean => own.has(id) || Object.hasOwn(readerPages, id);

/** The page of a rule; undefined where there is no such rule. */
export function pageOf(id: string): Page | undefined {
  const rule = own.get(id);
  if (rule !== undefined) {
    const facts = `Severity: ${rule.severity}.${rule.fixable === true ? ' Can be repaired by --fix.' : ''}\n`;
    return { summary: rule.summary, text: `${rulePages[id] ?? ''}\n${suppress(id)}\n${facts}` };
  }
  if (!Object.hasOwn(readerPages, id)) return undefined;
  const [summary, remedy] = readerPages[id as keyof typeof readerPages];
  return { summary, text: `# ${id}\n\n${summary}\n\n${remedy}\n\n${suppress(id)}` };
}
