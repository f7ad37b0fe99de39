// `lvskit lint` as a command: what it takes for input, what it prints, its exit codes, repairs in place.
// Truth: the table of exit codes in src/commands/lint.ts; keepalived -t exits 0 for a path that does not exist.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { explainRule, type LintCommand, runLint } from '../../../src/core/cli/commands/lint.ts';

const clean = `vrrp_instance V {
  interface eth0
  virtual_router_id 51
  priority 150
  virtual_ipaddress {
    10.0.0.3/24
  }
}
`;

describe('lvskit lint', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lvskit-lint-'));
    for (const [name, text] of Object.entries({
      'a.conf': clean,
      'owner.conf': clean.replace('150', '255'),
      'main.conf': 'include part.conf\n',
      'part.conf': clean,
      'remark.conf': clean.replace('/24', ''),
      'lvskit.yaml': 'lint:\n  rules:\n    owner-priority: off\n',
      'broken.yaml': 'lint:\n  colour: true\n',
      'empty.yaml': '{}\n',
    })) {
      writeFileSync(join(folder, name), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(names: readonly string[], options: Partial<LintCommand> = {}) {
    const out: string[] = [];
    const err: string[] = [];
    const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(text => out.push(String(text)) > 0);
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(text => err.push(String(text)) > 0);
    try {
      const code = runLint({
        words: names.map(name => join(folder, name)),
        format: 'line',
        failOn: undefined,
        target: undefined,
        onTarget: false,
        fix: false,
        fleet: false,
        project: join(folder, 'empty.yaml'),
        configId: undefined,
        colour: false,
        root: join(import.meta.dirname, '../../..'),
        ...options,
      });
      return { code, out: out.join(''), err: err.join('') };
    } finally {
      stdout.mockRestore();
      stderr.mockRestore();
    }
  }

  it('0 for a clean file, for remarks and warnings, 1 for errors, or as --fail-on says', () => {
    writeFileSync(join(folder, 'lost.conf'), clean.replace('vrrp_instance', 'vrrp_instnce'));
    expect(run(['a.conf'])).toEqual({ code: 0, out: '', err: '' });
    expect(run(['remark.conf']).code).toBe(0);
    expect(run(['remark.conf'], { failOn: 'info' }).code).toBe(1);
    expect(run(['owner.conf']).code).toBe(0);
    expect(run(['owner.conf'], { failOn: 'warning' }).code).toBe(1);
    expect(run(['lost.conf']).code).toBe(1);
    rmSync(join(folder, 'lost.conf'));
    expect(run(['owner.conf'], { failOn: 'never' }).code).toBe(0);
  });

  it('2 for a path that does not exist, and for a folder without configurations', () => {
    expect(run(['none.conf'])).toMatchObject({ code: 2, out: '' });
    expect(run(['none.conf']).err).toContain('none.conf does not exist');
    const empty = mkdtempSync(join(folder, 'empty-'));
    expect(runLintIn(empty)).toBe(2);
  });

  const runLintIn = (path: string) => run([], { words: [path] }).code;

  it('a folder stands for its files; one that another includes is linted there only', () => {
    const { out } = run(['.'], { format: 'json' });
    const files = JSON.parse(out).map(({ configuration }: { configuration: string }) => configuration);
    expect(new Set(files)).toEqual(new Set([join(folder, 'owner.conf'), join(folder, 'remark.conf')]));
    expect(run(['.'], { format: 'human' }).out).toContain('4 configurations');
  });

  it('takes severities from the project file and refuses one it does not understand', () => {
    expect(run(['owner.conf'], { project: join(folder, 'lvskit.yaml') }).code).toBe(0);
    expect(() => run(['owner.conf'], { project: join(folder, 'broken.yaml') })).toThrow(
      'lint.colour is not known',
    );
    expect(() => run(['owner.conf'], { project: join(folder, 'none.yaml') })).toThrow('none.yaml');
  });

  it('repairs in place what is certain, and only that', () => {
    const path = join(folder, 'typo.conf');
    writeFileSync(path, clean.replace('  priority', '  advret_int 1\n  priority'));
    expect(run(['typo.conf'], { failOn: 'warning' }).code).toBe(1);
    expect(run(['typo.conf'], { fix: true, failOn: 'warning' }).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(clean.replace('  priority', '  advert_int 1\n  priority'));
    rmSync(path);
  });

  it('leaves every other byte of a repaired file alone, in the file included as well', () => {
    const odd = (keyword: string) =>
      Buffer.from(
        `\t! K\xf6ln \xe0\r\nvrrp_instance V {\r\n  interface eth0\t\r\n  virtual_router_id 51 \n  ${keyword} 1\r\n  virtual_ipaddress {\n    10.0.0.3/24\n  }\n}   # end, no line break`,
        'latin1',
      );
    const [main, part] = [join(folder, 'odd-main.conf'), join(folder, 'odd-part.conf')];
    writeFileSync(main, '$X=eth0\r\ninclude odd-part.conf\r\n# \xe9', 'latin1');
    writeFileSync(part, odd('advret_int'), { mode: 0o640 });
    expect(run(['odd-main.conf'], { fix: true })).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(part).equals(odd('advert_int'))).toBe(true);
    expect(statSync(part).mode & 0o777).toBe(0o640);
    expect(readFileSync(main, 'latin1')).toBe('$X=eth0\r\ninclude odd-part.conf\r\n# \xe9');
    rmSync(main);
    rmSync(part);
  });

  it('says what is wrong with a project file, mistake by mistake, with what was probably meant', () => {
    writeFileSync(
      join(folder, 'many.yaml'),
      'lint:\n  targt: 2.2.8\n  rules:\n    owner-priorty: off\n    duplicate: loud\n',
    );
    writeFileSync(join(folder, 'torn.yaml'), 'lint: [\n');
    const refusal = (name: string) => {
      try {
        run(['a.conf'], { project: join(folder, name) });
      } catch (error) {
        return (error as Error).message.replaceAll(folder, '');
      }
      return 'accepted';
    };
    expect(refusal('many.yaml')).toBe(
      `/many.yaml: lint.rules: there is no rule owner-priorty; did you mean owner-priority?; lint.rules.duplicate is none of error, warning, info, off; lint.targt is not known; did you mean target?`,
    );
    expect(refusal('torn.yaml')).toMatch(/^\/torn\.yaml:2:1: /);
    expect(refusal('none.yaml')).toBe('/none.yaml does not exist');
  });

  it('takes any release for a target, and nothing else', () => {
    expect(run(['a.conf'], { target: '2.3.1' }).code).toBe(0);
    expect(() => run(['a.conf'], { target: '9' })).toThrow('--target must be a release of keepalived');
  });

  it('compares a fleet', () => {
    expect(run(['a.conf', 'part.conf'], { fleet: true }).out).toContain('[fleet-priority]');
  });

  it('explains a rule and refuses to explain another', () => {
    const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    try {
      expect(explainRule('owner-priority')).toBe(0);
      expect(stdout.mock.calls.join('')).toContain('# owner-priority');
      expect(explainRule('all')).toBe(0);
      expect(() => explainRule('nothing')).toThrow('there is no rule nothing');
      expect(() => explainRule('owner-priorty')).toThrow('did you mean owner-priority?');
    } finally {
      stdout.mockRestore();
    }
  });
});
