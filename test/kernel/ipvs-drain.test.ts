// Draining a server and applying a file beside real connections: what the built commands answer, do, and leave alone.
// Spec: ipvsadm 1.31 -Sn in the same kernel; real TCP connections through masquerading.
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../lab/built.ts';
import { labResult, labTime } from '../lab/run-program.ts';
import type { LabResult, Seen } from './ipvs-drain-lab.ts';
import { schemaFaults } from './ipvs-schema.ts';

let result: LabResult;

beforeAll(async () => {
  ensureBuilt();
  result = await labResult({ script: 'test/kernel/ipvs-drain-lab.ts' });
}, labTime);

function seen(name: string): Seen {
  const found = result.seen[name];
  if (found === undefined) throw new Error(`nothing was noted for ${name}`);
  return found;
}
const fact = (name: string) => result.facts[name];
const words = 'tcp:10.0.0.1:80 10.0.1.11:80';
const weight = (value: number) => `-r 10.0.1.11:80 -m -w ${value}\n`;

describe('rs drain', () => {
  it('gives weight 0, waits, and keeps server and connection when the deadline passes', () => {
    expect(seen('late')).toMatchObject({
      code: 1,
      stdout: `${words}: deadline passed, 1 active, 0 templates, 0 inactive left; kept with weight 0 (--undo sets weight 7 again).\n`,
      stderr: '10.0.1.11:80: 1 active, 0 templates, 0 inactive\n',
    });
    expect(seen('late').table).toContain(weight(0));
    expect(fact('late: still connected')).toBe(true);
  });

  it('says in its document whether the server was deleted, and remembers the first weight', () => {
    expect(JSON.parse(seen('late again').stdout)).toEqual({
      schema: 'lvskit/ipvs/1',
      service: 'tcp:10.0.0.1:80',
      server: '10.0.1.11:80',
      ending: 'deadline',
      deleted: false,
      weightBefore: 7,
      activeConnections: 1,
      persistentConnections: 0,
      inactiveConnections: 0,
    });
  });

  it('gives the weight back once', () => {
    expect(seen('undone')).toMatchObject({ code: 0 });
    expect(seen('undone').stdout).toContain('ending: undone\n');
    expect(seen('undone').table).toContain(weight(7));
    expect(seen('undone twice')).toMatchObject({
      code: 2,
      stderr: `lvskit: ${words}: no drain is remembered\n  lvskit rs weight sets a weight.\n`,
    });
  });

  it('leaves weight 0 and says how to go back when it is interrupted', () => {
    expect(fact('interrupted: table while it waits')).toContain(weight(0));
    expect(seen('interrupted')).toMatchObject({
      code: 1,
      stdout: `${words}: interrupted, 1 active, 0 templates, 0 inactive left; kept with weight 0 (--undo sets weight 7 again).\n`,
    });
    expect(seen('interrupted').table).toContain(weight(0));
    expect(fact('interrupted: still connected')).toBe(true);
    expect(seen('undone after interruption').table).toContain(weight(7));
  });

  it('is interrupted by Ctrl-C on a terminal, its progress line taken back', () => {
    const { code, stdout } = seen('interrupted from the keyboard');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /\r\x1b\[K10\.0\.1\.11:80: 1 active.*\r\x1b\[Ktcp:10\.0\.0\.1:80 .*interrupted, 1 active/s,
    );
    expect(stdout).toContain('settings are back');
  });

  it('rewrites one line on a terminal, never wider than it, and keeps the server where asked', () => {
    const { code, stdout, table } = seen('kept');
    const looks = stdout.split('\r\x1b[K').slice(1, -1);
    expect(looks.length).toBeGreaterThan(2);
    expect(looks.filter(line => line.length >= 40 || line.includes('\n'))).toEqual([]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `\r\x1b[K${words}: drained, kept with weight 0 (--undo sets weight 7 again).\r\n`,
    );
    expect(table).toContain(weight(0));
    expect(seen('undone after keep').table).toContain(weight(7));
  });

  it('deletes the server when its last connection is closed', () => {
    expect(seen('deleted')).toMatchObject({ code: 0, stdout: `${words}: drained, deleted.\n` });
    expect(seen('deleted').table).not.toContain('10.0.1.11');
    expect(seen('undone after delete')).toMatchObject({ code: 1 });
    expect(seen('undone after delete').stderr).toContain('No such destination');
  });

  it('does not claim a drain when somebody deletes the service meanwhile', () => {
    expect(seen('service gone meanwhile')).toMatchObject({
      code: 7,
      stdout:
        'tcp:10.0.0.1:81 10.0.1.11:81: somebody else deleted the service during the drain; the last look showed 1 active, 0 templates, 0 inactive.\n',
      table: '',
    });
  });

  it('deletes a busy server when forced, and says so by its exit code', () => {
    expect(seen('forced').code).toBe(1);
    expect(seen('forced').stdout).toContain('deadline passed, 1 active');
    expect(seen('forced').stdout).toContain('deleted (--force)');
    expect(seen('forced').table).not.toContain('10.0.1.11');
  });

  it('waits for a persistence template, which brings clients back', () => {
    const { code, stdout, stderr, table } = seen('templates');
    expect(stderr).toContain('1 templates');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'tcp:10.0.0.1:83 10.0.1.11:83: drained, deleted.\n',
    });
    expect(table).not.toContain('10.0.1.11');
  });
});

describe('vs apply', () => {
  it.each(['weight', 'scheduler', 'flags', 'thresholds', 'persistence', 'server added', 'server removed'])(
    'keeps a live connection: %s',
    name => {
      expect(seen(`apply ${name}`).code).toBe(0);
      const { changes } = JSON.parse(seen(`apply ${name}`).stdout) as { changes: unknown[] };
      expect(changes.length).toBeGreaterThan(0);
      expect(fact(`apply ${name}: still connected`)).toEqual([true, 1]);
      // What the file does not name stays, as long as --prune is not given.
      expect(seen(`apply ${name}`).table).toContain('-A -t 10.0.0.1:99 -s wlc\n');
    },
  );

  it('does nothing the second time', () => {
    expect(JSON.parse(seen('apply same').stdout)).toEqual({
      schema: 'lvskit/ipvs/1',
      done: true,
      changes: [],
    });
  });

  it('reports live connections on what is removed, planned and done', () => {
    const removed = { action: 'removed', server: '10.0.1.11:84', connections: { active: 1, inactive: 0 } };
    for (const [name, done] of [
      ['apply dry', false],
      ['apply pruned', true],
    ] as const) {
      const answer = JSON.parse(seen(name).stdout) as { done: boolean; changes: unknown[] };
      expect(answer.done).toBe(done);
      expect(answer.changes).toContainEqual(expect.objectContaining(removed));
    }
    expect(fact('apply dry: still connected')).toEqual([true, 1]);
  });
});

it('says drift by the exit code of vs diff', () => {
  expect(seen('diff with a bystander')).toMatchObject({ code: 1 });
  expect(seen('diff same')).toMatchObject({ code: 0, stdout: 'No drift.\n' });
  expect(seen('diff other')).toMatchObject({ code: 1 });
});

it('answers by the schema wherever JSON was asked for', () => {
  const documents = Object.entries(result.seen).filter(([, { stdout }]) => stdout.startsWith('{'));
  expect(documents.length).toBeGreaterThan(8);
  for (const [name, { stdout }] of documents)
    expect([name, schemaFaults(JSON.parse(stdout))]).toEqual([name, []]);
});
