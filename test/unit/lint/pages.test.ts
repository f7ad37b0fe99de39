// Pages: the generated table equals the files, and every rule the reader can name has a page.
// Truth: rules/*/rule.md and the sources of conf/. LVSKIT_REWRITE=1 writes rule-pages.ts, docs/rules.md and man/lvskit-rules.7 anew.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pageIds, pageOf, rules } from '../../../src/core/lint/index.ts';
import { rulesPage } from '../../lab/rules-page.mjs';

const root = join(import.meta.dirname, '../../..');
const sources = join(root, 'src/core');

const table = () => {
  const pages = rules.map(({ id }) => {
    const page = readFileSync(join(sources, 'lint/rules', id, 'rule.md'), 'utf8');
    return `  '${id}': ${JSON.stringify(page)},\n`;
  });
  return `// The pages of the rules as one table, so that a bundle carries them. Written by test/unit/lint/pages.test.ts.
// Spec: rules/*/rule.md.

// biome-ignore format: generated
export const rulePages: Readonly<Record<string, string>> = {
${pages.join('')}};
`;
};

const book = () =>
  `# The rules of lvskit lint\n\nWritten from the pages that \`lvskit lint --explain RULE\` shows.\n\n${pageIds
    .map(id => pageOf(id)?.text.replace(/^#/gm, '##') ?? '')
    .join('\n')}`;

const manualPage = () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return rulesPage(book(), version)[1];
};

describe('generated files', () => {
  it.each([
    ['src/core/lint/rule-pages.ts', table],
    ['docs/rules.md', book],
    ['man/lvskit-rules.7', manualPage],
  ] as const)('%s', (file, text) => {
    const path = join(root, file);
    if (process.env['LVSKIT_REWRITE'] === '1') writeFileSync(path, text());
    expect(readFileSync(path, 'utf8')).toBe(text());
  });
});

describe('pages', () => {
  /** Rules as they are written in the calls and literals of conf/. */
  const calls =
    /\b(?:error|warn|fatal|warnWithFix|reportLine|tell|tellAt|drop)\(\s*(?:events, event, )?'([a-z]+(?:-[a-z]+)*)'|\b(?:c\.|findings\.)report\(\s*(?:'(?:info|warning|error)',\s*)?'([a-z]+(?:-[a-z]+)*)'|\brule: '([a-z]+(?:-[a-z]+)*)'|(?:'(?:warning|error|fatal)'|\bseverity),\s*'([a-z]+(?:-[a-z]+)+)'/g;
  const used = new Set<string>();
  for (const entry of readdirSync(join(sources, 'conf'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const match of text.matchAll(calls)) used.add(match.slice(1).find(rule => rule !== undefined) ?? '');
  }

  it('every rule of the reader has one', () => {
    expect(used.size).toBeGreaterThan(60);
    expect([...used].filter(rule => pageOf(rule) === undefined)).toEqual([]);
  });

  it('each begins with its rule, and says how to suppress it', () => {
    for (const id of pageIds) {
      const text = pageOf(id)?.text ?? '';
      expect(text.startsWith(`# ${id}\n`), id).toBe(true);
      expect(text, id).toContain(`lvskit-disable-line ${id} -- `);
    }
  });
});
