// keepalived itself on the formatted, expanded and converted seeds: it says what it says of the originals, word for word.
// Truth: keepalived -t of Debian (package keepalived, must be installed); only line numbers and file names may differ.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import {
  dataOf,
  decodeData,
  formatFile,
  plainData,
  printExpanded,
  readConfiguration,
  SourceFile,
} from '../../../src/core/conf/index.ts';
import { unwrap } from '../../../src/core/fault.ts';
import { tableReader } from '../conf-syntax/file-table.ts';

const seeds = join(import.meta.dirname, '../../fixtures/seeds');
const folder = mkdtempSync(join(tmpdir(), 'lvskit-oracle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Exit code and messages, without what depends on the layout. */
async function said(content: string | Uint8Array): Promise<string> {
  const path = join(folder, 'keepalived.conf');
  writeFileSync(path, content);
  const run = promisify(execFile)('keepalived', ['-t', '-f', path, '-i', 'x'], { timeout: 10_000 });
  const { code, stderr } = await run.then(
    ({ stderr }) => ({ code: 0, stderr }),
    (error: { code: number; stderr: string }) => error,
  );
  return `${stderr.replace(/^\((?:[^:()]*: )?Line \d+\) /gm, '').replace(/[Ll]ine \d+/g, 'line N')}exit ${code}`;
}

it.each(readdirSync(seeds).filter(name => name.endsWith('.conf')))('%s', async name => {
  const bytes = readFileSync(join(seeds, name));
  const reader = tableReader({ '/etc/main.conf': bytes });
  const reading = readConfiguration('/etc/main.conf', reader, { configId: 'x' });
  const formatted = formatFile(new SourceFile(name, bytes));
  if (formatted.kind === 'refused') throw new Error('refused');
  const expected = await said(bytes);
  expect(expected).toMatch(/exit \d+$/);
  expect(await said(formatted.bytes)).toBe(expected);
  expect(await said(printExpanded(reading.statements, { origins: true }))).toBe(expected);
  expect(await said(unwrap(decodeData(plainData(dataOf(reading, reader).root))))).toBe(expected);
});
