// Completion on a shell's command line, as bash asks for it.
// Truth: bash itself; the words are the commands and flags of the built program. The package @oclif/plugin-autocomplete writes the function.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureBuilt, executable } from '../../lab/built.ts';

const home = mkdtempSync(join(tmpdir(), 'lvskit-home-'));
const environment = { PATH: process.env['PATH'], HOME: home, SHELL: '/bin/bash', NO_COLOR: '1' };

beforeAll(ensureBuilt);
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What bash offers for the last of these words. */
function offered(...words: readonly string[]): string[] {
  const script = [
    // What people put into ~/.bashrc.
    `eval "$('${process.execPath}' '${executable}' autocomplete script bash)"`,
    `COMP_WORDS=(lvskit ${words.map(word => `'${word}'`).join(' ')})`,
    `COMP_CWORD=${words.length}`,
    '_lvskit_autocomplete',
    `printf '%s\\n' "\${COMPREPLY[@]}"`,
  ].join('\n');
  const text = execFileSync('bash', ['--norc', '-c', script], { env: environment, encoding: 'utf8' });
  return text.trim().split('\n');
}

it('offers commands, their parts and their flags', () => {
  execFileSync(process.execPath, [executable, 'autocomplete', 'bash'], { env: environment, stdio: 'pipe' });
  expect(offered('')).toEqual(expect.arrayContaining(['vs', 'rs', 'lint', 'run', 'genhash']));
  expect(offered('vs', 'l')).toEqual(['list']);
  expect(offered('rs', '')).toEqual(expect.arrayContaining(['add', 'drain', 'weight']));
  expect(offered('vs', 'list', '--')).toEqual(expect.arrayContaining(['--json', '--yaml', '--names']));
});
