// What the caller's surroundings hold: plugins in its home, NODE_OPTIONS, programs in front of its PATH, escape sequences in files.
// Truth: marks that planted code would leave; ECMA-48 for what a terminal obeys.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { accountOf, forgetAccounts } from '../../src/core/host/index.ts';
import { executable, type Stage, stage } from './supervisor.ts';

let here: Stage;
afterEach(() => here.clear());

/** Exit code and everything written. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): { code: number; text: string } {
  const options = { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', ...env } } as const;
  try {
    return {
      code: 0,
      text: execFileSync(process.execPath, [executable, ...args], { ...options, stdio: 'pipe' }),
    };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, text: `${stdout}${stderr}` };
  }
}

/** A user plugin as oclif would find it in a data folder; it leaves a mark when its code runs. */
function plantPlugin(data: string, mark: string): void {
  const plugin = join(data, 'node_modules', 'evil');
  mkdirSync(join(plugin, 'commands'), { recursive: true });
  const entry = { type: 'user', name: 'evil' };
  writeFileSync(join(data, 'package.json'), JSON.stringify({ name: 'data', oclif: { plugins: [entry] } }));
  const hooks = { init: './hook.js' };
  const oclif = { commands: './commands', hooks };
  writeFileSync(
    join(plugin, 'package.json'),
    JSON.stringify({ name: 'evil', version: '1.0.0', main: 'hook.js', oclif }),
  );
  const code = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, 'x'); module.exports = async () => {};`;
  writeFileSync(join(plugin, 'hook.js'), code);
  writeFileSync(join(plugin, 'commands', 'evil.js'), code);
}

describe('plugins of the caller', () => {
  it.each(['HOME', 'LVSKIT_DATA_DIR', 'XDG_DATA_HOME'])('are not loaded from %s', variable => {
    here = stage();
    const mark = join(here.folder, 'mark');
    const data = {
      HOME: join(here.folder, '.local', 'share', 'lvskit'),
      LVSKIT_DATA_DIR: here.folder,
      XDG_DATA_HOME: join(here.folder, 'lvskit'),
    }[variable] as string;
    plantPlugin(data, mark);
    const plain = { XDG_DATA_HOME: '', LVSKIT_DATA_DIR: '' };
    for (const words of [['--version'], ['--help'], ['vs'], ['evil'], ['no', 'such', 'command']]) {
      run(words, { ...plain, [variable]: here.folder });
      expect({ words, ran: existsSync(mark) }).toEqual({ words, ran: false });
    }
  });
});

it('getent is not looked for in PATH', () => {
  here = stage();
  const mark = join(here.folder, 'mark');
  const false_getent = join(here.folder, 'getent');
  writeFileSync(false_getent, `#!/bin/sh\n: >'${mark}'\n`);
  chmodSync(false_getent, 0o755);
  const before = process.env['PATH'];
  process.env['PATH'] = `${here.folder}:${before}`;
  try {
    forgetAccounts();
    expect(accountOf('no-such-user-anywhere', undefined).ok).toBe(false);
    expect(existsSync(mark)).toBe(false);
  } finally {
    process.env['PATH'] = before;
  }
});

describe('what a file says reaches nobody raw', () => {
  const bad = '\u001b[2J\u001b]0;title\u0007\u009b31m\rX';
  const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

  it.each([
    ['run', '-t', '-f'],
    ['run', '-t', '--log-format', 'json', '-f'],
    ['lint', '--format', 'human'],
    ['lint', '--format', 'line'],
    ['lint', '--format', 'github'],
  ])('%s %s %s %s', (...words) => {
    here = stage(`vrrp_instance VI {\n  unknown_${bad} ${bad}\n  interface ${bad}\n}\nword_${bad}\n`);
    const { text } = run([...words, join(here.folder, 'keepalived.conf')]);
    expect(text).toContain('\\e[2J');
    expect(raw.exec(text)?.[0]).toBeUndefined();
    const decoded = words.includes('json')
      ? text
          .trim()
          .split('\n')
          .map(line => JSON.parse(line).message as string)
          .join('\n')
      : '';
    expect(raw.exec(decoded)?.[0]).toBeUndefined();
  });

  it('a refused start names files visibly', () => {
    here = stage();
    const { code, text } = run(['run', '-f', `/nowhere/${bad}`]);
    expect(code).toBe(6);
    expect(raw.exec(text)?.[0]).toBeUndefined();
  });
});
