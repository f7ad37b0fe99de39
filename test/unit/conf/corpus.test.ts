// Real configuration files: none makes the builder throw, none that keepalived accepts is refused.
// Truth: what keepalived 2.2.7 said about each file (oracle.tsv). The directory comes by LVSKIT_CORPUS; skipped without it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../src/core/conf/index.ts';
import { createReader } from '../../../src/core/host/index.ts';

const corpus = process.env['LVSKIT_CORPUS'];

/** Files that keepalived accepts and that are refused here, with the reason. */
const exceptions: Readonly<Record<string, string>> = {};

describe.skipIf(corpus === undefined)('corpus', () => {
  const rows =
    corpus === undefined ? [] : readFileSync(join(corpus, 'oracle.tsv'), 'utf8').trim().split('\n').slice(1);
  it(`${rows.length} files: accepted ones load without an error, the others without a crash`, () => {
    const refused: string[] = [];
    for (const row of rows) {
      const [id = '', , , , , configId = '', verdict = ''] = row.split('\t');
      const options = configId === '' ? {} : { configId };
      const { diagnostics } = loadConfiguration(
        join(corpus ?? '', 'conf', `${id}.conf`),
        createReader(),
        options,
      );
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      if (errors.length > 0 && verdict.startsWith('ok') && exceptions[id] === undefined) {
        refused.push(`${id}:${errors[0]?.place.line} ${errors[0]?.message}`);
      }
    }
    expect(rows.length).toBeGreaterThan(0);
    expect(refused).toEqual([]);
  });
});
