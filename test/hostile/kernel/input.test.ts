// The commands on a real table with input that is late, wrong or missing: what must stay stays, what is refused is refused whole.
// Spec: ipvsadm 1.31 -Sn in the same kernel, after each line.
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../lab/built.ts';
import { labResult, labTime } from '../../lab/run-program.ts';
import type { LabResult, Seen } from './input-lab.ts';

let result: LabResult;

beforeAll(async () => {
  ensureBuilt();
  result = await labResult({ script: 'test/hostile/kernel/input-lab.ts' });
}, labTime);

/** The table before each line, as ipvsadm saves it. */
const before =
  '-A -t 10.0.0.1:80 -s sh -b sh-port\n-a -t 10.0.0.1:80 -r 10.0.1.1:80 -g -w 3\n-A -f 5 -s rr\n';

function seen(name: string): Seen {
  const found = result[name];
  if (found === undefined) throw new Error(`nothing was noted for ${name}`);
  return found;
}

describe('vs restore', () => {
  it.each(['standard input', 'a pipe', 'a slow pipe', 'a terminal'])('of the same rules from %s', way => {
    const { code, stdout, table } = seen(`restore from ${way}`);
    expect([code, table]).toEqual([0, before]);
    expect(stdout).toContain('Nothing to do.');
  });

  it('of more rules adds them', () => {
    expect(seen('restore more')).toMatchObject({
      code: 0,
      table: expect.stringContaining('10.0.0.7:80 -s lc'),
    });
  });

  it('says what it awaits on a terminal', () => {
    expect(seen('restore from a terminal').stdout).toContain('Reading rules from the terminal');
  });

  it.each(['restore nothing', 'restore a closed input', 'apply nothing'])('keeps the table: %s', name => {
    expect(seen(name)).toMatchObject({ code: 5, stdout: '', table: before });
    expect(seen(name).stderr).toContain('--allow-empty');
  });

  it('empties the table where that is meant', () => {
    expect(seen('apply nothing, meant')).toMatchObject({ code: 0, table: '' });
  });

  it.each(['an unknown scheduler', 'an unknown scheduler, only shown'])('changes nothing for %s', name => {
    expect(seen(name)).toMatchObject({ code: 1, stdout: '', table: before });
    expect(seen(name).stderr).toBe(
      "tcp:10.0.0.9:80: the kernel does not have the scheduler 'nosuch'\nlvskit: the plan is refused: 1 error\n  Nothing was changed. A scheduler is a module of the kernel (modprobe ip_vs_NAME); lvskit sync stop ends a synchronization daemon.\n",
    );
  });

  it('changes nothing for an unknown persistence engine', () => {
    expect(seen('an unknown engine')).toMatchObject({ code: 1, table: before });
    expect(seen('an unknown engine').stderr).toContain("persistence engine 'nosuch'");
  });
});

it('leaves a loop its lines', () => {
  expect(
    seen('the loop')
      .stdout.split('\n')
      .filter(line => line.startsWith('line -')),
  ).toHaveLength(3);
});

describe('vs edit', () => {
  it('drops flags of the former scheduler', () => {
    expect(seen('an edit of the scheduler').table).toContain('-A -t 10.0.0.1:80 -s wrr\n');
  });
  it('keeps them for the same one', () => {
    expect(seen('an edit of another setting').table).toContain('-A -t 10.0.0.1:80 -s sh -p 60 -b sh-port\n');
  });
});

it('says which threshold is wrong', () => {
  const { code, stderr, table } = seen('thresholds');
  expect([code, table]).toEqual([2, before]);
  expect(stderr).toContain('the lower threshold 9 must not exceed the upper threshold 5');
});

it.each(['list', 'export', 'conn list'])('a full disk is one sentence and exit 1: %s', name => {
  expect(seen(`a full disk for ${name}`)).toMatchObject({
    code: 1,
    stderr:
      'lvskit: standard output cannot be written: ENOSPC: no space left on device\n  What was written before is not complete.\n',
  });
});

describe('vs export', () => {
  it('leaves what is no table alone', () => {
    const { stdout, stderr } = seen('export over a stranger');
    expect(stdout).toBe('5\nservices:\n  web:\n    image: nginx\n');
    expect(stderr).toContain('mine.yaml is not overwritten');
  });
  it('writes over a table, with its comments', () => {
    expect(seen('export over a table')).toMatchObject({ code: 0, stdout: expect.stringContaining('# kept') });
  });
  it('writes into a device and leaves it one', () => {
    expect(seen('export to a device').stdout).toContain('character special file');
  });
});

it('vs diff ends with 0 without and with 1 with a difference', () => {
  expect(seen('diff').stdout).toMatch(/^No drift\.\n0\n\+ tcp:10\.0\.0\.7:80 {2}lc\n.*\n1\n$/s);
});

describe('an empty listing', () => {
  it('says so on a terminal', () => {
    expect(seen('an empty list on a terminal').stdout.replaceAll('\r', '')).toBe(
      'There are no virtual services.\nThere are no such connections.\n',
    );
  });
  it('and nothing in a pipe', () => {
    expect(seen('an empty list in a pipe')).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('a server of the other address family', () => {
  it('is named where a synchronization daemon is refused for it', () => {
    const { code, stderr } = seen('a daemon beside a mixed server');
    expect(code).toBe(1);
    expect(stderr).toContain('while a real server is of the other address family');
  });
  it('is refused before anything is changed where a daemon runs', () => {
    const { code, stderr, table } = seen('a mixed server beside a daemon');
    expect([code, table]).toEqual([1, before]);
    expect(stderr).toContain('not possible while a synchronization daemon runs');
  });
});
