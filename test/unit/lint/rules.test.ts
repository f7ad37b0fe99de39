// Every rule has a folder, a page, an entry in the list, and examples that prove it: the bad one is found, the good one is clean.
// Truth: the pages themselves, written against keepalived.conf(5) and the mistakes real files contain.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTarget, type LintOptions, rules } from '../../../src/core/lint/index.ts';
import { exampleMachine, lintText } from './lint-text.ts';

const folder = join(import.meta.dirname, '../../../src/core/lint/rules');
const folders = readdirSync(folder, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name);

interface Example {
  readonly text: string;
  readonly options: LintOptions;
  readonly files: Readonly<Record<string, string>>;
  readonly permissions: { readonly mode: number; readonly uid: number; readonly gid: number };
}

/** The configuration under a heading; its fence may say `target=V`, `on-target`, `files=PATH`, `mode=OCTAL`. */
function exampleOf(page: string, heading: string): Example {
  const match = new RegExp(`\n## ${heading}\n\n\`\`\`conf([^\n]*)\n([\\s\\S]*?)\`\`\``).exec(page);
  const [, words = '', text = ''] = match ?? [];
  const target = /target=(\S+)/.exec(words)?.[1];
  const files = /files=(\S+)/.exec(words)?.[1];
  return {
    text,
    options: {
      ...(target !== undefined && isTarget(target) ? { target } : {}),
      ...(words.includes('on-target') ? { onTarget: true, machine: exampleMachine } : {}),
    },
    files: files === undefined ? {} : { [files]: '' },
    permissions: { mode: Number.parseInt(/mode=(\d+)/.exec(words)?.[1] ?? '755', 8), uid: 0, gid: 0 },
  };
}

it('the list names the folders, in order', () => {
  expect(rules.map(({ id }) => id)).toEqual([...folders].sort());
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});

describe.each(rules.map(rule => [rule.id, rule] as const))('%s', (id, rule) => {
  const page = readFileSync(join(folder, id, 'rule.md'), 'utf8');
  const found = ({ text, options, files, permissions }: Example) => {
    expect(text.length).toBeGreaterThan(20);
    return lintText(text, options, files, permissions).findings;
  };

  it('has a page with its name, its sentence and a reason', () => {
    expect(page.startsWith(`# ${id}\n\n${rule.summary}\n`)).toBe(true);
    expect(rule.summary.endsWith('.')).toBe(true);
    expect(page).toMatch(/\n## Why\n\n[\s\S]{80}/);
  });

  it('finds the bad example once, with its severity', () => {
    const mine = found(exampleOf(page, 'Bad')).filter(finding => finding.rule === id);
    expect(mine.map(({ severity }) => severity)).toEqual([rule.severity]);
  });

  it('has a bad example without any other fault', () => {
    const others = found(exampleOf(page, 'Bad')).filter(
      finding => finding.rule !== id && finding.rule !== 'not-acted-on',
    );
    const allowed: Readonly<Record<string, readonly string[]>> = {
      // The reader tells the double block as well.
      'conflicting-service': ['duplicate'],
    };
    expect(others.map(finding => finding.rule)).toEqual(allowed[id] ?? []);
  });

  it('finds nothing in the good example', () => {
    expect(
      found(exampleOf(page, 'Good'))
        .filter(finding => finding.rule !== 'not-acted-on')
        .map(finding => `${finding.rule}: ${finding.message}`),
    ).toEqual([]);
  });
});
