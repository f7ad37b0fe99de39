// What the VRRP process may do: the least it needs where it runs no programs, everything where it does.
// Truth: proc(5) status of every thread; the reload that replaces the process is no takeover, as ip-monitor(8) and the second director say.
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime, runOnMachine } from '../lab/run-program.ts';
import type { Privileges } from './vrrp-privileges-lab.ts';

let seen: Privileges;

beforeAll(async () => {
  seen = await labResult<Privileges>({ script: 'test/kernel/vrrp-privileges-lab.ts' }, runOnMachine);
}, labTime);

/** CAP_NET_BROADCAST 11, CAP_NET_ADMIN 12, CAP_NET_RAW 13, CAP_SYS_NICE 23. */
const least = '0000000000803800';

describe('the VRRP process', () => {
  it('without programs keeps four capabilities in every thread and can gain none', () => {
    expect(seen.without).toEqual({ bounding: [least], effective: [least], noNewPrivileges: ['1'] });
  });
  it('with programs keeps what the supervisor has, and so do its programs', () => {
    expect(seen.withProgram).toEqual(seen.supervisor);
    expect(seen.script).toContain(`CapEff:\t${seen.supervisor.effective[0]}`);
  });
  it('that a reload makes advertise more often than each second keeps everything: replaced later it would be silent for too long', () => {
    expect(seen.often).toEqual(seen.supervisor);
  });
  it('that is installed where only another user may read starts with all rights and says so', () => {
    expect(seen.private.log).toContain('starting it with all rights');
    expect(seen.private.rights).toEqual(seen.supervisor);
  });
});

describe('a reload', () => {
  it('that brings no program leaves the process alone', () => {
    expect(seen.samePid.harmlessReload).toBe(true);
  });
  it('that brings the first program replaces the process and says so', () => {
    expect(seen.log).toContain('Replacing the vrrp process');
    expect(seen.log).not.toMatch(/error/);
    expect(seen.samePid.withProgram).toBe(false);
  });
  it('and costs neither the address nor a takeover', () => {
    expect(seen.deleted).toEqual([]);
    expect(seen.second).not.toMatch(/-> MASTER/);
  });
});
