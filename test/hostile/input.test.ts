// What reaches the commands on the table by file, pipe, slow pipe, closed pipe, terminal, or not at all; and output that cannot be written.
// Truth: pipe(7), tty(4), full(4), script(1); the exit codes of docs/faults.md. No kernel is asked: what must be refused is refused before.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, ensureBuilt, executable } from '../lab/built.ts';

const folder = mkdtempSync(join(tmpdir(), 'lvskit-input-'));
beforeAll(ensureBuilt, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

/** Runs a shell line in which `lvskit` is the built executable. */
function shell(line: string): Promise<Ended> {
  const child = spawn('bash', ['-c', `lvskit() { '${process.execPath}' '${executable}' "$@"; }\n${line}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', part => {
    stdout += String(part);
  });
  child.stderr.on('data', part => {
    stderr += String(part);
  });
  return new Promise(resolve => child.on('close', code => resolve({ code, stdout, stderr })));
}

/** A bad rule: that it is named with its line shows that the whole input was read, before any kernel was asked. */
const bad = '-A -t 10.0.0.1:80 -s rr\n-X\n';
const named = ':2: error: unknown option -X';
const noTrace = ({ stderr }: Ended) => expect(stderr).not.toMatch(/\n {4}at |internal fault|node:/);

describe('vs restore reads its rules', { timeout: 60_000 }, () => {
  it.each([
    ['from a file as standard input', 'lvskit vs restore < bad.rules', '<stdin>'],
    ['from a named file', 'lvskit vs restore bad.rules', 'bad.rules'],
    ['from a pipe', 'cat bad.rules | lvskit vs restore', '<stdin>'],
    ['from a pipe by name', 'cat bad.rules | lvskit vs restore -', '<stdin>'],
    ['from a slow pipe', '(head -1 bad.rules; sleep 2; tail -1 bad.rules) | lvskit vs restore', '<stdin>'],
    [
      'from a pipe that was silent first',
      '(sleep 1; cat bad.rules) | lvskit vs restore --merge --dry-run',
      '<stdin>',
    ],
    ['from a FIFO', 'mkfifo f; (sleep 1; cat bad.rules) > f & lvskit vs restore f', 'f'],
  ])('%s', async (_, line, name) => {
    file('bad.rules', bad);
    const ended = await shell(line);
    expect(ended).toMatchObject({ code: 5, stdout: '' });
    expect(ended.stderr).toContain(`${name}${named}`);
    expect(ended.stderr).toContain(`lvskit: ${name} is refused: 1 error`);
    noTrace(ended);
  });

  it('from a terminal, and says what it awaits', async () => {
    const typed = join(folder, 'typed');
    writeFileSync(typed, '-X\n\x04');
    const ended = await shell(
      `(sleep 1; cat typed; sleep 1) | script -qec "'${process.execPath}' '${executable}' vs restore" /dev/null`,
    );
    expect(ended.stdout).toContain('Reading rules from the terminal; end with Ctrl-D');
    expect(ended.stdout).toContain('<stdin>:1: error: unknown option -X');
    expect(ended.code).toBe(5);
  });

  it.each(['< /dev/null', '<&-', '< empty', '< comments', 'comments', '/dev/null'])(
    'and refuses to take nothing for an empty table: %s',
    async words => {
      file('empty', '');
      file('comments', '# nothing\n\n  # at all\n');
      const ended = await shell(`lvskit vs restore ${words}`);
      expect(ended).toMatchObject({ code: 5, stdout: '' });
      expect(ended.stderr).toMatch(/(?:is empty|names no service); nothing was changed\n {2}.*--allow-empty/);
    },
  );

  it('and says plainly that a directory is none, and that a file is missing', async () => {
    expect((await shell('lvskit vs restore < .')).stderr).toContain('EISDIR');
    const missing = await shell('lvskit vs restore nowhere');
    expect(missing).toMatchObject({ code: 6, stderr: expect.stringContaining('nowhere does not exist') });
  });
});

describe('vs apply and vs diff refuse what names no service', { timeout: 60_000 }, () => {
  const head = 'schema: lvskit/ipvs/1\n';
  it.each([
    ['empty.rules', ''],
    ['comments.rules', '# comments\n# only\n'],
    ['cleared.rules', '-C\n'],
    ['no-value.yaml', `${head}services:\n`],
    ['no-key.yaml', head],
    ['none.yaml', `${head}services: []\n`],
    ['none.json', '{"schema": "lvskit/ipvs/1", "services": []}'],
    ['bom.json', '\ufeff{"schema": "lvskit/ipvs/1"}'],
  ])('%s', async (name, text) => {
    file(name, text);
    for (const command of ['apply', 'apply --prune', 'diff']) {
      const ended = await shell(`lvskit vs ${command} ${name}`);
      expect(ended).toMatchObject({ code: 5, stdout: '' });
      expect(ended.stderr).toContain('--allow-empty');
    }
  });

  it('from a producer that failed', async () => {
    const ended = await shell('false | lvskit vs apply - --prune');
    expect(ended).toMatchObject({ code: 5, stderr: expect.stringContaining('<stdin> is empty') });
  });

  it('unless that is meant: then the kernel is asked', async () => {
    const ended = await shell('lvskit vs apply empty.rules --allow-empty --dry-run');
    expect(ended.stderr).not.toContain('names no service');
    expect(ended.code).not.toBe(5);
  });
});

describe('no other command reads standard input', { timeout: 60_000 }, () => {
  it.each([
    'rs list',
    'vs stats',
    'vs zero',
    'vs delete',
    'rs add tcp:10.0.0.1:80',
    'rs weight',
    'vs add',
    'sync start -i x',
    'sync stop',
    'vs diff',
  ])('%s leaves the loop its lines', async words => {
    // Without the argument some fail, without a kernel all do; what counts is that the loop still sees every line.
    const ended = await shell(
      `printf 'tcp:10.0.0.1:80\\ntwo\\nthree\\n' | while read -r line; do echo "$line"; lvskit ${words} >/dev/null 2>&1; done`,
    );
    expect(ended.stdout).toBe('tcp:10.0.0.1:80\ntwo\nthree\n');
  });
});

describe('output that cannot be written', { timeout: 60_000 }, () => {
  const conf = 'vrrp_instance A {\n interface lo\n virtual_router_id 5\n}\n';
  it.each(['expand c.conf', 'convert c.conf', 'fmt < c.conf', 'vs --help', '--version'])(
    '%s on a full disk: one line and exit 1',
    async words => {
      file('c.conf', conf);
      const ended = await shell(`lvskit ${words} > /dev/full`);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(
        'lvskit: standard output cannot be written: ENOSPC: no space left on device\n',
      );
      expect(ended.stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
      noTrace(ended);
    },
  );

  it('a reader of stderr that is gone does not change the exit code', async () => {
    expect((await shell('lvskit vs add 2>/dev/full')).code).toBe(2);
    expect((await shell('lvskit vs restore nowhere 2>/dev/full')).code).toBe(6);
    expect((await shell('{ lvskit vs add; echo $? >&3; } 3>code 2> >(true); sleep 1; cat code')).stdout).toBe(
      '2\n',
    );
  });
});

describe('vs export and vs save write over nothing but a table', { timeout: 60_000 }, () => {
  it.each([
    ['broken.yaml', 'schema: lvskit/ipvs/1\nservices: [\n'],
    ['compose.yaml', 'services:\n  web:\n    image: nginx\n'],
    ['package.json', '{"name": "x"}\n'],
    ['notes.rules', 'my notes\n'],
    ['typo.yaml', 'schema: lvskit/ipvs/1\nservices:\n- {fwmark: 1, schduler: rr}\n'],
  ])('%s stays as it is', async (name, text) => {
    file(name, text);
    const ended = await shell(`lvskit vs export -o ${name}`);
    expect(ended).toMatchObject({ code: 5, stdout: '' });
    expect(ended.stderr).toMatch(new RegExp(`${name}:\\d+:[\\d:]* error: `));
    expect(ended.stderr).toContain(`${name} is not overwritten`);
    expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  });

  it('a directory is refused, and a device stays a device', async () => {
    expect((await shell('lvskit vs export -o .')).stderr).toContain(
      '. cannot be written: it is a directory (EISDIR)',
    );
    const device = join(folder, 'null');
    execFileSync('mknod', [device, 'c', '1', '3']);
    file('c.conf', 'vrrp_instance A {\ninterface lo\n}\n');
    await shell('lvskit vs save -o null; lvskit fmt --write null');
    expect(statSync(device).isCharacterDevice()).toBe(true);
  });
});

describe('a file that is not meant', { timeout: 60_000 }, () => {
  it.each(['vs restore FILE --dry-run', 'vs restore < FILE', 'vs apply FILE --dry-run', 'vs diff FILE'])(
    'a program is refused in one sentence: %s',
    async line => {
      const ended = await shell(`cp /bin/ls program; lvskit ${line.replace('FILE', 'program')}`);
      expect(ended.stderr).toMatch(
        /^lvskit: .* is not a text in UTF-8: it has NUL bytes; nothing was changed\n.*\n$/,
      );
      expect(ended).toMatchObject({ code: 5, stdout: '' });
    },
  );

  it('a line of a megabyte is named by its beginning', async () => {
    file('long.rules', `${'x'.repeat(1_000_000)}\n`);
    const { code, stderr } = await shell('lvskit vs restore long.rules');
    expect(code).toBe(5);
    expect(stderr).toContain('long.rules:1: error: unexpected word xxx');
    expect(stderr.length).toBeLessThan(600);
  });

  it('every wrong setting of the boot has a line of its own', async () => {
    file('wrong', 'AUTO=$(id)\nDAEMON="quark"\n');
    const { code, stderr } = await shell('lvskit vs boot start --settings wrong --rules none');
    expect(code).toBe(5);
    expect(stderr).toContain('wrong:1: error: only NAME=VALUE');
    expect(stderr).toContain('\nwrong:2: error: DAEMON must be');
    expect(stderr).not.toContain('\\n');
  });
});
