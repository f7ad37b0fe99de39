// Every walk over a text: the lossless tree, expansion, the model, lint with its reports and repairs, fmt, convert.
// Truth: the laws of test/property; texts are damaged real ones and random ones from the grammar. See damage.ts for more time.

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseDocument, SourceFile } from '../../src/core/conf/index.ts';
import { encodeDocument } from '../../src/core/conf/print.ts';
import { applyFixes, formatNames, lint, pageOf, reporters } from '../../src/core/lint/index.ts';
import { checkExchange, checkFormat, mainPath, type Others } from '../property/laws.ts';
import { tableReader } from '../unit/conf-syntax/file-table.ts';
import { budget, damage, damaged, limits, seeds } from './damage.ts';
import { configuration, oneBlock } from './grammar.ts';
import { createWatchdog } from './watchdog.ts';

const watchdog = createWatchdog(60);
afterAll(() => watchdog.stop());

const options = { version: '0', colour: false };

function lintAndReport(bytes: Uint8Array, others: Others): void {
  const result = lint(mainPath, tableReader({ ...others, [mainPath]: bytes }), { configId: 'id' });
  for (const { rule, place } of result.findings) {
    expect(pageOf(rule), rule).toBeDefined();
    const file = result.files.find(({ path }) => path === place.file);
    expect(place.line).toBeGreaterThanOrEqual(1);
    if (file !== undefined) expect(place.line).toBeLessThanOrEqual(Math.max(1, file.lineStarts.length));
    expect(place.endLine > place.line || place.endColumn >= place.column).toBe(true);
  }
  for (const name of formatNames) reporters[name]([result], options);
  for (const file of result.files) applyFixes(file, result.findings);
}

let walked = 0;
let slowest = 0;

function everyWalk(bytes: Uint8Array, others: Others = {}): void {
  watchdog.begin(bytes);
  const start = performance.now();
  expect(encodeDocument(parseDocument(new SourceFile(mainPath, bytes))).equals(bytes)).toBe(true);
  lintAndReport(bytes, others);
  checkFormat(bytes, ['id'], others);
  checkExchange(bytes, 'id', others);
  walked++;
  slowest = Math.max(slowest, performance.now() - start);
}

const timeout = budget * 2000 + 30_000;

describe('texts', () => {
  it('damaged in random places pass every walk', { timeout }, () => {
    fc.assert(
      fc.property(
        fc.nat(seeds.length - 1),
        fc.array(damage, { minLength: 1, maxLength: 6 }),
        (which, damages) => {
          const text = damages.reduce(damaged, seeds[which]!.toString('latin1'));
          everyWalk(Buffer.from(text, 'latin1'), { '/etc/other.conf': Buffer.from('priority 7\n') });
        },
      ),
      limits(0.45, 1500),
    );
  });

  it('made from the grammar pass every walk', { timeout }, () => {
    fc.assert(
      fc.property(configuration, ({ main, other }) => everyWalk(main, { '/etc/other.conf': other })),
      limits(0.3, 700),
    );
  });

  it('of one block of the catalogue pass every walk', { timeout }, () => {
    fc.assert(
      fc.property(oneBlock, bytes => everyWalk(bytes)),
      limits(0.25, 700),
    );
  });

  // A definition that contains itself is unfolded into tens of thousands of lines, for each of sixteen config-ids.
  it('never take long, as small as they are', () => {
    process.stdout.write(`${walked} texts, the slowest ${slowest.toFixed(0)} ms for all walks\n`);
    expect(walked).toBeGreaterThan(0);
    expect(slowest).toBeLessThan(30_000);
  });
});
