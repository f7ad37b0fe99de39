// `lvskit convert` and `lvskit expand` as programs: formats by name, comments, errors with their place, exit codes.
// Truth: their manual pages; that nothing is lost is the law in test/property/conf-exchange.test.ts.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ensureBuilt, runLvskit } from '../../lab/built.ts';

const folder = mkdtempSync(join(tmpdir(), 'lvskit-convert-'));
const lvskit = (...args: string[]) => runLvskit(args, { cwd: folder });
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

const conf = `# the site
global_defs {
    router_id lb1 # me
}

# web
virtual_server 10.0.0.1 80 {
    lb_algo rr
    # first
    real_server 10.0.1.1 80 {
        weight 1
    }
    real_server 10.0.1.2 80 { # second
        weight 2
    }
}
# the end
`;

const yaml = `# the site
global_defs:
  router_id: lb1 # me

# web
virtual_server:
  _name: 10.0.0.1 80
  lb_algo: rr
  real_server:
    # first
    - _name: 10.0.1.1 80
      weight: 1
    # second
    - _name: 10.0.1.2 80
      weight: 2

# the end
`;

beforeAll(() => {
  ensureBuilt();
  write('main.conf', conf);
  write('main.yaml', yaml);
  write('main.json', JSON.stringify(parse(yaml)));
  write('macros.conf', '$V=10.0.0.1\n@lb1 global_defs { router_id one }\ninclude part*.conf\n');
  write('part1.conf', 'virtual_server $V 80 {\n}\n');
  write('missing.conf', 'include nowhere.conf\nglobal_defs {\n}\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const withoutComments = conf
  .replace(/ ?# .*$/gm, '')
  .replace(/^\s*\n/gm, '')
  .replace('}\nvirt', '}\n\nvirt');

describe('convert', () => {
  it('gives YAML with the comments', async () => {
    expect(await lvskit('convert', 'main.conf')).toEqual({ code: 0, stdout: yaml, stderr: '' });
  });

  it.each([
    // A comment behind an opening brace has no place in YAML: it comes back above.
    [
      'main.yaml',
      conf
        .replace('    real_server 10.0.1.2 80 { # second', '    # second\n    real_server 10.0.1.2 80 {')
        .replace('# the end', '\n# the end'),
    ],
    ['main.json', withoutComments],
  ])('gives keepalived.conf from %s', async (name, stdout) => {
    expect(await lvskit('convert', name, '--to', 'conf')).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('gives JSON', async () => {
    const { stdout } = await lvskit('convert', 'main.conf', '--to', 'json');
    expect(JSON.parse(stdout)).toEqual(parse(yaml));
  });

  it('prints the schema', async () => {
    const file = new URL('../../../docs/schema/keepalived.schema.json', import.meta.url);
    expect((await lvskit('convert', '--schema')).stdout).toBe(readFileSync(file, 'utf8'));
  });

  it.each([
    ['a.yaml', 'global_defs: {router_id: a\nb: [', 5, 'a.yaml:2:'],
    ['b.yaml', 'global_defs: 7\n', 5, 'b.yaml: global_defs: a map of keywords is expected'],
    ['c.json', '{"a": }', 5, "c.json:1:7: error: expected a value, found '}'"],
    ['d.yaml', 'a: &x [1]\nb: *y\n', 5, 'd.yaml:2:4: error: the alias *y names no anchor above it'],
  ])('refuses %s', async (name, text, code, told) => {
    write(name, text);
    const run = await lvskit('convert', name, '--to', 'conf');
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toContain(told);
    expect(run.stderr).not.toContain('    at ');
  });

  it('gives nothing for a configuration that is not all there, exit 5', async () => {
    const { code, stdout, stderr } = await lvskit('convert', 'missing.conf');
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatch(/^missing\.conf:1:1: /);
  });

  it('needs its file, exit 6', async () => {
    expect(await lvskit('convert', 'nowhere.conf')).toMatchObject({ code: 6, stdout: '' });
  });
});

describe('expand', () => {
  it('resolves what the file includes, beside the file', async () => {
    expect(await lvskit('expand', '-i', 'lb1', 'macros.conf')).toEqual({
      code: 0,
      stdout: 'global_defs {\n    router_id one\n}\n\nvirtual_server 10.0.0.1 80 {\n}\n',
      stderr: '',
    });
    const { stdout } = await lvskit('expand', '-i', 'lb2', '--origins', 'macros.conf');
    expect(stdout).toBe(
      'virtual_server 10.0.0.1 80 { # part1.conf:1, included here at macros.conf:3, in the definition of $V at macros.conf:1\n}\n',
    );
  });

  it('prints what it could read, and says what not', async () => {
    const { code, stdout, stderr } = await lvskit('expand', 'missing.conf');
    expect({ code, stdout }).toEqual({ code: 5, stdout: 'global_defs {\n}\n' });
    expect(stderr).toContain('nowhere.conf');
  });
});
