// What an operator reads from `lvskit status` of a real director, as root and as others, also while clients flood its control socket and
// while a process hangs. Truth: what was done to the director (control-lab.ts), the kernel's IPVS table, unix(7) modes.
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime } from '../../lab/run-program.ts';
import type { Asked } from './control-lab.ts';

let seen: Asked;

beforeAll(async () => {
  seen = await labResult({ script: 'test/hostile/kernel/control-lab.ts' });
}, labTime);

describe('the screen', () => {
  it('of a healthy director says so, and fits 80 columns', () => {
    expect(seen.healthy.code, seen.log).toBe(0);
    expect(seen.healthy.text).toMatch(/^Healthy\.$/m);
    expect(seen.healthy.text).toMatch(/^VI_1 +MASTER .* 150 +this router/m);
    expect(seen.healthy.text).toMatch(/^tcp 10\.2\.0\.150:80 +up .*2 of 2 servers up, quorum 1$/m);
    for (const line of seen.healthy.text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(seen.plugin).toMatchObject({ code: 0 });
    expect(seen.plugin.text).toMatch(
      /^LVSKIT OK - 1 instance, 2 servers, all in order \| .*servers_up=2;;;0;2/,
    );
  });
  it('names a dead server, since when and why; its explanation has the check and the history', () => {
    expect(seen.deadServer.code).toBe(1);
    expect(seen.deadServer.text).toMatch(
      /^WARNING {2}10\.2\.0\.1:8082 of tcp 10\.2\.0\.150:80 is down: TCP_CHECK: .*refused/m,
    );
    expect(seen.deadServer.text).toMatch(/^ {2}10\.2\.0\.1:8082 +DOWN +.* s +out \(file 10\) +TCP_CHECK: /m);
    expect(seen.explained.text).toMatch(/last run +failure .* ago: .*refused/);
    expect(seen.explained.text).toMatch(/server 10\.2\.0\.1:8082 +up +down +TCP_CHECK: .*refused/);
  });
  it('of a failed script shows what it takes from the priority', () => {
    expect(seen.failedScript.code).toBe(1);
    expect(seen.failedScript.text).toContain('priority 130 = 150 - 20 script chk (exited with status 1)');
  });
  it('names what an operator changed, until a reload', () => {
    expect(seen.override.code).toBe(0);
    expect(seen.override.text).toContain('10.2.0.1:8081 of tcp 10.2.0.150:80 has weight 0 (file: 10)');
    expect(seen.override.table.join('\n')).toMatch(/0A020001:1F91 +Masq +0 /);
    expect(seen.reloaded.table.join('\n')).toMatch(/0A020001:1F91 +Masq +10 /);
    expect(seen.reloaded.text).toContain('Nothing differs from the file as it was read.');
  });
  it('of a refused reload says why', () => {
    expect(seen.refused.code).toBe(1);
    expect(seen.refused.text).toMatch(/WARNING {2}the last reload was refused: .* is refused: /);
  });
  it('of a process that hangs shows how old its words are, and recovers', () => {
    expect(seen.silent.code).toBe(1);
    expect(seen.silent.text).toMatch(/^CRITICAL the vrrp process has been silent for \d+ s$/m);
    expect(seen.silent.text).toMatch(/^vrrp +\d+ .*silent for /m);
    expect(seen.woken.code, seen.woken.text).toBe(0);
  });
});

describe('who may ask', () => {
  it('a member of the group sees the screen and changes nothing', () => {
    expect(seen.member.code, seen.member.text).toBe(0);
    expect(seen.member.text).toContain('Healthy.');
    expect(seen.memberReload).toContain('reload is for root and the user of the daemon only');
  });
  it('others are told whom to ask', () => {
    expect(seen.stranger.code).toBe(4);
    expect(seen.stranger.text).toContain('is not for this user');
  });
});

it('200 clients that flood the control socket, half of which never read, cost no advert and bounded memory', () => {
  expect(seen.flood.adverts).toBeGreaterThanOrEqual(Math.floor(seen.flood.seconds) - 2);
  expect(seen.flood.supervisor).toBeLessThan(100_000);
  expect(seen.flood.vrrp).toBeLessThan(20_000);
  expect(seen.log).not.toMatch(/fault|crashed/i);
});
