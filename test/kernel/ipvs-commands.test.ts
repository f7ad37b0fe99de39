// The modern IPVS commands on a real kernel: what they answer, and what the real ipvsadm then finds.
// Spec: ipvsadm 1.31 -Sn and --thresholds in the same kernel, after each command.
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { print } from '../../src/core/cli/ipvs/present.ts';
import { labResult, labTime } from '../lab/run-program.ts';
import type { LabResult, Seen } from './ipvs-commands-lab.ts';
import { schemaFaults } from './ipvs-schema.ts';

let result: LabResult;

beforeAll(async () => {
  result = await labResult({ script: 'test/kernel/ipvs-commands-lab.ts' });
}, labTime);

function seen(name: string): Seen {
  const found = result.seen[name];
  if (found === undefined) throw new Error(`nothing was noted for ${name}`);
  return found;
}
const changes = (name: string) => (seen(name).answer as { changes: readonly unknown[] }).changes;

describe('services and servers', () => {
  it('adds what ipvsadm then saves', () => {
    expect(seen('add').table).toBe('-A -t 10.0.0.1:80 -s wrr -p 300 -M 255.255.255.0\n');
    expect(seen('add mark').table).toContain('-A -f -1 -6 -s sh -b sh-port\n');
    expect(seen('add server').table).toContain('-a -t 10.0.0.1:80 -r 10.0.1.1:8080 -m -w 5\n');
    expect(seen('add tunnel').table).toContain(
      '-a -t 10.0.0.1:80 -r 10.0.1.2:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum\n',
    );
  });

  it('names service and reason when the kernel refuses', () => {
    expect(seen('add again').answer).toBe('refused: tcp:10.0.0.1:80: Service already exists');
    expect(seen('show missing').answer).toBe('refused: tcp:10.9.9.9:1: No such service');
  });

  it('edits only what is named, and nothing when nothing differs', () => {
    expect(seen('edit').table).toContain('-A -t 10.0.0.1:80 -s rr -p 300 -M 255.255.255.0\n');
    expect(changes('edit nothing')).toEqual([]);
    expect(seen('weight').table).toContain('-r 10.0.1.1:8080 -m -w 7\n');
  });

  it('deletes', () => {
    expect(seen('delete server').table).not.toContain('10.0.1.2');
    expect(seen('delete').table).not.toContain('10.0.0.1:80');
  });
});

describe('tables in files', () => {
  it('keeps comments when it writes over a file', () => {
    expect(result.rewritten).toContain('# the shop\nservices:');
    expect(result.rewritten).toContain('weight: 7 # strong');
  });

  it('tells drift by the exit code', () => {
    expect([seen('diff same').exit, changes('diff same')]).toEqual([0, []]);
    expect([seen('diff empty').exit, changes('diff empty').length]).toEqual([1, 4]);
    expect(seen('diff empty').table).toBe('');
  });

  it('brings the whole table back, thresholds too, and does nothing the second time', () => {
    expect(seen('apply').table).toBe(seen('weight').table);
    expect(result.thresholds).toMatch(/10\.0\.1\.1:8080 +100 +0 /);
    expect(changes('apply again')).toEqual([]);
  });

  it('restores over a table that is there, changing only what differs', () => {
    expect(changes('dry run')).toEqual(changes('restore'));
    expect(changes('restore')).toMatchObject([
      { action: 'changed', server: '10.0.1.1:8080' },
      { action: 'removed', service: 'tcp:10.0.0.77:80', connections: { active: 0, inactive: 0 } },
    ]);
    expect(seen('dry run').table).toContain('10.0.0.77');
    expect(seen('restore').table).toBe(seen('apply').table);
  });
});

describe('settings', () => {
  it('sets one timeout and leaves the others', () => {
    expect(seen('timeouts').answer).toMatchObject({ timeouts: { tcp: 777, tcpFin: 120, udp: 300 } });
  });

  it('starts, shows and stops synchronization', () => {
    expect(seen('sync status').answer).toMatchObject({
      daemons: [{ state: 'master', interface: 'dummy0', syncId: 9 }],
    });
    expect(seen('sync twice').answer).toBe('refused: master daemon: Daemon has already run');
    expect(seen('sync nowhere').answer).toBe('refused: nosuch0: no such interface');
    expect(seen('sync stop').answer).toMatchObject({ daemons: [] });
  });
});

describe('connections and draining', () => {
  it('tells templates from connections', () => {
    const kinds = (name: string) =>
      (seen(name).answer as { connections: { template: boolean }[] }).connections.map(
        ({ template }) => template,
      );
    expect(kinds('connections').sort()).toEqual([false, true]);
    expect(kinds('templates')).toEqual([true]);
  });

  it('waits for templates, keeps weight 0 when the deadline passes, and gives the weight back', () => {
    expect(seen('drain late')).toMatchObject({
      exit: 1,
      answer: { ending: 'deadline', deleted: false, persistentConnections: 1 },
    });
    expect(seen('drain late').table).toContain('-r 10.255.0.1:9 -m -w 0\n');
    expect(seen('drain undone').table).toContain('-r 10.255.0.1:9 -m -w 1\n');
  });

  it('deletes an idle server at once, and a busy one when forced', () => {
    expect(seen('drain idle')).toMatchObject({ exit: 0, answer: { ending: 'drained', deleted: true } });
    expect(seen('drain idle').table).not.toContain('10.0.1.1:8080');
    expect(seen('drain forced').table).not.toContain('-r 10.255.0.1:9');
  });
});

it('lists without fault or double while thousands of services come and go', () => {
  expect(result.churn.faults).toEqual([]);
  expect(result.churn.listings).toBeGreaterThan(0);
});

it('answers by the schema, in JSON and in YAML', async () => {
  const documents = Object.entries(result.seen).filter(([, { answer }]) => typeof answer === 'object');
  expect(documents.length).toBeGreaterThan(25);
  for (const [name, { answer }] of documents) {
    const yaml = parse(await print({ yaml: true }, { document: answer, text: () => '' }));
    expect([name, yaml]).toEqual([name, answer]);
    expect([name, schemaFaults(answer)]).toEqual([name, []]);
  }
});

it('passes on what the kernel says itself (NETLINK_EXT_ACK)', () => {
  const { fault } = result.objection as { fault: { message: string; kernelText?: string; errno: string } };
  expect(fault).toMatchObject({ errno: 'ERANGE', kernelText: expect.stringMatching(/attribute/i) });
  expect(fault.message).toMatch(/^IPVS_CMD_SET_CONFIG: ERANGE, .*attribute/i);
});
