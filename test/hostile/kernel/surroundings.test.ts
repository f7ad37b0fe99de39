// A director whose three processes are signalled, unread, unheard, killed and stopped by their own scripts. Truth: proc(5), the kernel's
// addresses and IPVS table, and what keepalived gives to scripts (umask, groups, no descriptors).
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime } from '../../lab/run-program.ts';
import type { Mistreated } from './surroundings-lab.ts';

let seen: Mistreated;

beforeAll(async () => {
  seen = await labResult({ script: 'test/hostile/kernel/surroundings-lab.ts' });
}, labTime);

const nothing = { processes: [], held: false, table: [], scripts: 0 };

describe('signals', () => {
  it('SIGUSR1 every 5 ms from the fork of the children on leaves no debugger and a living daemon', () => {
    expect(seen.debuggers, seen.logs).toEqual([]);
    expect(seen.survived.before, seen.logs).toHaveLength(3);
  });
  it('USR1, USR2, QUIT, ALRM, PIPE and real-time signals end none of the three processes', () => {
    expect(seen.survived.after, seen.logs).toEqual(seen.survived.before);
  });
  it('SIGTERM to the VRRP process alone is logged as what it was', () => {
    expect(seen.terminated).toContain(
      'The vrrp process was ended by SIGTERM that did not come from the supervisor; restarting',
    );
  });
});

describe('the log', () => {
  it('that nobody reads blocks nothing and is bounded; what was dropped is counted', () => {
    expect(seen.unread, seen.logs).toMatchObject({ alive: true, held: true });
    expect(seen.unread.grown).toBeLessThan(100_000);
    expect(seen.unread.said).toMatch(/\d+ log lines dropped/);
  });
  it('whose reader is gone ends nothing', () => {
    expect(seen.unheard, seen.logs).toEqual({ alive: true, held: true });
  });
});

describe('a track script', () => {
  it('inherits no descriptor', () => {
    // Its own listing opens two: the file it is written to and the folder of descriptors.
    const open = seen.script.descriptors.split('\n').filter(line => line.includes(' -> '));
    expect(open.filter(line => !/\/dev\/null$|\/out\/fd\.new$|\/proc\/\d+\/fd$|dump$/.test(line))).toEqual(
      [],
    );
  });
  it('has the supplementary groups of its user', () => {
    expect(seen.script.groups.trim().split(' ').sort()).toEqual(['daemon', 'surgroup']);
  });
  it('gets nothing of the caller, and neither does the VRRP process', () => {
    for (const environment of [seen.script.environment, seen.environment]) {
      expect(environment).not.toMatch(/SECRETTOKEN|NODE_OPTIONS/);
    }
    expect(seen.script.environment).not.toContain('NODE_');
  });
});

describe('nothing is left', () => {
  it('when the supervisor is killed', () => {
    expect(seen.killed, seen.logs).toEqual(nothing);
  });
  it('when a tracked script stops the daemon and waits for its end', () => {
    expect(seen.stoppedByScript, seen.logs).toEqual({ ...nothing, code: 0 });
  });
  it('when it stops while scripts run and children of a MISC_CHECK ignore TERM', () => {
    expect(seen.stopped, seen.logs).toEqual({ ...nothing, code: 0 });
  });
});
