// `rs drain` with a second administrator, UDP flows, a lost session and a running daemon: it ends with what really happened.
// Spec: ipvsadm 1.31 in the same kernel; real connections and datagrams through masquerading.
import { beforeAll, describe, expect, it } from 'vitest';
import { schemaFaults } from '../../kernel/ipvs-schema.ts';
import { ensureBuilt } from '../../lab/built.ts';
import { labResult, labTime } from '../../lab/run-program.ts';
import type { LabResult, Seen } from './drain-lab.ts';

let result: LabResult;

beforeAll(async () => {
  ensureBuilt();
  result = await labResult({ script: 'test/hostile/kernel/drain-lab.ts' });
}, labTime);

function seen(name: string): Seen {
  const found = result.seen[name];
  if (found === undefined) throw new Error(`nothing was noted for ${name}`);
  return found;
}
const fact = (name: string) => result.facts[name];

describe('another administrator', () => {
  it('sets a weight during the drain: it stays, the server too, and the drain says so', () => {
    expect(seen('weight set by another')).toMatchObject({
      code: 7,
      stdout:
        'tcp:10.0.0.1:80 10.0.1.11:80: somebody else set weight 5 during the drain; left in service, 1 active, 0 templates, 0 inactive left.\n',
    });
    expect(seen('weight set by another').table).toContain('-r 10.0.1.11:80 -m -w 5\n');
    expect(seen('undo after that')).toMatchObject({ code: 2 });
    expect(seen('undo after that').table).toContain('-r 10.0.1.11:80 -m -w 5\n');
  });

  it('deletes the server during the drain: nobody claims that it was drained', () => {
    const { code, stdout } = seen('server deleted by another');
    expect(code).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({ ending: 'server-gone', deleted: false, activeConnections: 1 });
    expect(schemaFaults(JSON.parse(stdout))).toEqual([]);
  });

  it('sets a weight after the drain: --undo does not write over it', () => {
    expect(seen('deadline')).toMatchObject({ code: 1 });
    expect(seen('deadline').stdout).toContain('(--undo sets weight 7 again)');
    expect(seen('undo over a later weight')).toMatchObject({ code: 7, stdout: '' });
    expect(seen('undo over a later weight').stderr).toContain('its weight is 9, somebody else has set it');
    expect(seen('undo over a later weight').table).toContain('-r 10.0.1.11:85 -m -w 9\n');
  });

  it('drains the same server at once: one deletes it, or both see that it is gone', () => {
    expect([
      [0, 0],
      [0, 7],
    ]).toContainEqual(fact('twice at once: codes'));
    expect(fact('twice at once: table')).not.toContain('10.0.1.11:88');
  });
});

it('deletes an idle server', () => {
  expect(seen('idle')).toMatchObject({
    code: 0,
    stdout: 'tcp:10.0.0.1:88 10.0.1.11:88: drained, deleted.\n',
  });
  expect(seen('idle').table).not.toContain('-a ');
});

describe('UDP', () => {
  it('is drained when its flows have ended, not before', () => {
    expect(seen('udp').stderr).toContain('0 active, 0 templates, 1 inactive');
    expect(seen('udp')).toMatchObject({
      code: 0,
      stdout: 'udp:10.0.0.1:82 10.0.1.11:82: drained, deleted.\n',
    });
  });

  it('is kept at the deadline while flows live', () => {
    expect(seen('udp with a deadline').code).toBe(1);
    expect(seen('udp with a deadline').table).toContain('-r 10.0.1.11:83 -m -w 0\n');
  });

  it('is not waited for where the user says so', () => {
    expect(seen('udp without waiting').code).toBe(0);
    expect(JSON.parse(seen('udp without waiting').stdout)).toMatchObject({
      ending: 'drained',
      inactiveConnections: 1,
    });
  });

  it('counts behind a firewall mark as well', () => {
    expect(seen('mark').code).toBe(1);
    expect(seen('mark').stdout).toContain('1 inactive left');
  });
});

it('is interrupted by a lost session as by INT', () => {
  expect(seen('hung up').code).toBe(1);
  expect(seen('hung up').stdout).toContain('interrupted, 1 active');
  expect(seen('hung up').table).toContain('-r 10.0.1.11:86 -m -w 0\n');
  expect(seen('undone after that').table).toContain('-r 10.0.1.11:86 -m -w 7\n');
});

describe('a running daemon', () => {
  it('lists the services of its configuration', () => {
    expect(fact('owned: listed')).toBe('tcp 10.0.0.1 89\n');
  });

  it.each(['owned', 'owned undo'])('keeps its services to itself: %s', name => {
    expect(seen(name)).toMatchObject({ code: 7, stdout: '' });
    expect(seen(name).stderr).toContain('tcp:10.0.0.1:89 belongs to the running lvskit daemon');
    expect(seen(name).table).toContain('-r 10.0.1.11:89 -m -w 7\n');
  });

  it('leaves other services to the administrator', () => {
    expect(seen('not owned').code).toBe(1);
    expect(JSON.parse(seen('not owned').stdout)).toMatchObject({ ending: 'deadline' });
  });
});
