// What the configurations of published tutorials mean: typed configuration and findings of each file.
// Truth: keepalived.conf(5); each golden file was read against it. LVSKIT_REWRITE=1 writes them anew.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadText } from '../../unit/conf/load-text.ts';

const seeds = join(import.meta.dirname, '../../fixtures/seeds');
const names = readdirSync(seeds).filter(name => name.endsWith('.conf'));

const plain = (_key: string, value: unknown) =>
  value instanceof Map ? Object.fromEntries(value) : typeof value === 'bigint' ? String(value) : value;

describe.each(names)('%s', name => {
  const loaded = loadText(readFileSync(join(seeds, name), 'utf8'));
  const folder = join(import.meta.dirname, name.replace('.conf', ''));
  const seen = {
    'config.json': `${JSON.stringify(loaded.config, plain, 2)}\n`,
    'findings.txt': loaded.diagnostics
      .map(
        ({ place, severity, rule, message }) =>
          `${place.line}:${place.column} ${severity} ${rule}: ${message}\n`,
      )
      .join(''),
  };

  it('is not refused', () => {
    expect(loaded.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each(Object.entries(seen))('%s', (file, text) => {
    const path = join(folder, file);
    if (process.env['LVSKIT_REWRITE'] === '1') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, text);
    }
    expect(text).toBe(readFileSync(path, 'utf8'));
  });
});
