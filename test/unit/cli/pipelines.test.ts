// The GitHub Action, the pre-commit hooks and the recipes of docs/lint.md: their commands and flags exist, and they run.
// Truth: the flag tables; GitHub's syntax of action.yml, pre-commit's of .pre-commit-hooks.yaml.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import Fmt from '../../../src/commands/fmt.ts';
import Lint from '../../../src/commands/lint.ts';
import { ensureBuilt } from '../../lab/built.ts';

const root = join(import.meta.dirname, '../../..');
const text = (name: string) => readFileSync(join(root, name), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'lvskit-pipelines-'));
const commands: Readonly<Record<string, readonly string[]>> = {
  lint: Object.keys(Lint.flags),
  fmt: Object.keys(Fmt.flags),
};

const good = `vrrp_instance V {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        10.0.0.3/24
    }
}
`;

beforeAll(() => {
  ensureBuilt();
  writeFileSync(join(folder, 'good.conf'), good);
  writeFileSync(join(folder, 'bad.conf'), good.replace('priority', 'prioritty'));
  writeFileSync(join(folder, 'lvskit'), `#!/bin/sh\nexec node '${root}/bin/run.js' "$@"\n`, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, env: Readonly<Record<string, string>> = {}) =>
  spawnSync('bash', ['-e', '-o', 'pipefail', '-c', command], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', PATH: `${folder}:${process.env['PATH']}`, ...env },
  });

describe('action.yml', () => {
  const action = parse(text('action.yml'));
  const [, lint] = action.runs.steps;

  it('uses inputs it declares, and flags that exist', () => {
    for (const [, name] of text('action.yml').matchAll(/\$\{\{ inputs\.([\w-]+) \}\}/g))
      expect(Object.keys(action.inputs)).toContain(name);
    for (const [, flag] of lint.run.matchAll(/--([a-z-]+)/g)) expect(commands['lint']).toContain(flag);
    expect(action.runs.steps.every(({ shell }: { shell: string }) => shell === 'bash')).toBe(true);
  });

  /** The step with these inputs, the others as they are by default. */
  const step = (inputs: Readonly<Record<string, string>>) => {
    const env: Record<string, string> = { GITHUB_ACTION_PATH: root };
    for (const [name, template] of Object.entries<string>(lint.env)) {
      const input = /inputs\.([\w-]+)/.exec(template)?.[1] ?? '';
      env[name] = inputs[input] ?? action.inputs[input].default;
    }
    return run(lint.run, env);
  };

  it('annotates and fails, or not', () => {
    const bad = step({ files: 'bad.conf\ngood.conf', 'fail-on': 'warning' });
    expect(bad.status).toBe(1);
    expect(bad.stdout).toMatch(/^::warning file=bad\.conf,line=5,col=5,/);
    expect(step({ files: 'good.conf' })).toMatchObject({ status: 0, stdout: '' });
    expect(step({ files: 'bad.conf', target: '2.3.x' }).status).toBe(0);
    expect(step({ 'fail-on': 'warning' }).status).toBe(1);
    writeFileSync(join(folder, 'lost.conf'), good.replace('vrrp_instance', 'vrrp_instnce'));
    expect(step({ files: 'lost.conf' }).status).toBe(1);
    rmSync(join(folder, 'lost.conf'));
  });

  it('writes a report into a file', () => {
    expect(step({ files: '.', format: 'sarif', output: 'out.sarif', 'fail-on': 'never' }).status).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'out.sarif'), 'utf8')).version).toBe('2.1.0');
  });
});

describe('.pre-commit-hooks.yaml', () => {
  const hooks: readonly { readonly id: string; readonly entry: string; readonly files: string }[] = parse(
    text('.pre-commit-hooks.yaml'),
  );

  it.each(hooks.map(hook => [hook.id, hook] as const))('%s runs on the files it is given', (id, hook) => {
    const [program, command = '', ...flags] = hook.entry.split(' ');
    expect(program).toBe('lvskit');
    for (const flag of flags) expect(commands[command]).toContain(flag.replace(/^--/, ''));
    const files = new RegExp(hook.files);
    expect(files.test('roles/lb/keepalived.conf') && files.test('keepalived-lb1.conf')).toBe(true);
    expect(files.test('nginx.conf')).toBe(false);
    expect(run(`${hook.entry} good.conf`).status).toBe(0);
    writeFileSync(join(folder, 'lost.conf'), good.replace('vrrp_instance', 'vrrp_instnce'));
    expect(run(`${hook.entry} good.conf lost.conf`).status).toBe(id === 'lvskit-lint' ? 1 : 0);
    rmSync(join(folder, 'lost.conf'));
  });
});

describe('recipes of docs/lint.md', () => {
  const commandLines = [
    ...text('docs/lint.md').matchAll(/(?:validate: |validate_cmd => '|run: )([^'\n]*lvskit lint[^'\n]*)/g),
  ].map(match => match[1]!);

  it('are commands that refuse a bad file and accept a good one', () => {
    expect(commandLines.length).toBeGreaterThanOrEqual(2);
    for (const line of commandLines) {
      for (const [, flag] of line.matchAll(/--([a-z-]+)/g)) expect(commands['lint']).toContain(flag);
      const on = (file: string) => run(line.replace('/usr/bin/', '').replace(/%s?/, file)).status;
      expect(on('good.conf'), line).toBe(0);
      writeFileSync(join(folder, 'broken.conf'), good.replace('51', '512'));
      expect(on('broken.conf'), line).toBe(1);
    }
  });
});
