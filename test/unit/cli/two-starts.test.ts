// Commands of the lean bundles say through bin/run.js what oclif's own start would have them say.
// Truth: the long way itself (dist/main.js), run with the same words.

import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, ensureBuilt, executable, runLvskit } from '../../lab/built.ts';

const root = dirname(dirname(executable));

function runLong(args: readonly string[]): Promise<Ended> {
  const main = pathToFileURL(join(root, 'dist', 'main.js')).href;
  const program = `const { main } = await import('${main}'); await main(${JSON.stringify(root)}, process.argv.slice(1));`;
  return new Promise(resolve => {
    const child = execFile(
      process.execPath,
      ['--input-type=module', '-e', program, '--', ...args],
      { cwd: root, env: { ...process.env, NO_COLOR: '1' } },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

describe('the short start', () => {
  beforeAll(ensureBuilt, 60_000);

  // Paths are those of the project's folder.
  it.each([
    'run --nope',
    'run -P -C',
    'run -t -f nonexistent.conf',
    'run -t -f test/fixtures/seeds/001-check-web.conf',
    'lint --format json test/fixtures/seeds/001-check-web.conf',
    'lint --help',
    'fmt --check --write x',
    'expand one another',
    'convert --to json test/fixtures/seeds/001-check-web.conf',
    'vs list --nope',
    'genhash --help',
    'genhash -h',
  ])('says what the long one says: %s', { timeout: 20_000 }, async line => {
    const args = line.split(' ');
    const [short, long] = await Promise.all([runLvskit(args, { cwd: root }), runLong(args)]);
    expect(short).toEqual(long);
  });
});
