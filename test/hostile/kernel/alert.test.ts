// Notify programs that hang, 20,000 adverts of lower priority, and a stop while both wait, beside keepalived.
// Truth: keepalived with the same file, which starts everything at once: no program of a later state may be missing or late here.
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime } from '../../lab/run-program.ts';
import type { Alerts, Told } from './alert-lab.ts';

let seen: Alerts;

beforeAll(async () => {
  seen = await labResult<Alerts>({ script: 'test/hostile/kernel/alert-lab.ts' });
}, labTime);

const each = (judge: (told: Told) => void): void => {
  judge(seen.keepalived);
  judge(seen.lvskit);
};

interface Line {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}
const lines = (): readonly Line[] =>
  seen.lvskit.log
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Line);

/** A second of order, and what a busy test kernel adds; the former queue took 30 s. */
const soon = 8_000;

describe('a program that hangs', () => {
  it('holds notify_master and quorum_down back for a moment at most', () => {
    each(told => {
      expect(told.masterAfter).toBeLessThan(soon);
      expect(told.quorumDownAfter).toBeLessThan(soon + 3_000);
      expect(told.quorum).toEqual(['quorum-up', 'quorum-down', 'quorum-up']);
    });
  });
  it('is killed with its child, although both are deaf to TERM, and that is logged', () => {
    // Of the two quorum_up and the one notify_backup the second quorum_up was not overtaken; keepalived leaves all three.
    expect(seen.lvskit.hanging.later, seen.lvskit.log).toBe(1);
    expect(seen.keepalived.hanging.later).toBe(3);
    const killed = lines().filter(({ message }) => message.includes('ending it and all it started'));
    expect(killed.map(({ level, instance, service, to }) => ({ level, instance, service, to }))).toEqual(
      expect.arrayContaining([
        { level: 'warning', instance: 'V', to: 'BACKUP' },
        { level: 'warning', service: '[10.2.0.150]:tcp:80', to: 'UP' },
      ]),
    );
  });
});

describe('20,000 adverts of lower priority', () => {
  it('hold notify_fault back for a moment at most', () => {
    each(told => expect(told.faultAfter).toBeLessThan(soon));
  });
  it('start a program a second and leave nothing in memory', () => {
    expect(seen.lvskit.lower).toBeGreaterThan(0);
    // Some seconds of flood, on a machine that may be ten times slower.
    expect(seen.lvskit.lower).toBeLessThan(100);
    // The former queue grew by 35 MB; young garbage of 20,000 packets is not growth.
    expect(seen.lvskit.grown).toBeLessThan(20_000);
  });
});

describe('a stop just after a takeover, while notify_backup hangs', () => {
  it('runs notify_master, notify_stop and quorum_down, and whatever keepalived runs', () => {
    const wanted = ['any INSTANCE V MASTER 150', 'any INSTANCE V STOP 150', 'master', 'quorum-down', 'stop'];
    expect(seen.lvskit.atStop).toEqual(wanted);
    // It starts them at once too, but kills those that a busy machine has not let run within a second.
    expect(seen.keepalived.atStop.filter(what => !wanted.includes(what))).toEqual([]);
  });
  it('leaves nothing behind and names what it ended', () => {
    expect(seen.lvskit.hanging.after).toBe(0);
    const left = lines().filter(({ message }) => message.includes('still runs at the stop and is ended'));
    expect(left.map(({ instance, service, to }) => [instance ?? service, to]).sort()).toEqual([
      ['V', 'BACKUP'],
      ['[10.2.0.150]:tcp:80', 'UP'],
    ]);
  });
});

describe('the generic program', () => {
  it('gets the arguments that keepalived gives, in the same order', () => {
    const states = ['BACKUP', 'MASTER', 'FAULT', 'BACKUP', 'MASTER', 'STOP'];
    expect(seen.lvskit.generic).toEqual(states.map(state => `any INSTANCE V ${state} 150`));
    expect(seen.keepalived.generic.slice(0, 4)).toEqual(seen.lvskit.generic.slice(0, 4));
  });
});

describe('the log for programs', () => {
  it('has from, to and cause of each transition beside the sentence', () => {
    const moves = lines().filter(line => line['instance'] === 'V' && / -> /.test(line.message));
    expect(moves.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'INIT BACKUP',
      'BACKUP MASTER',
      'MASTER FAULT',
      'FAULT BACKUP',
      'BACKUP MASTER',
      'MASTER LEAVING',
      'LEAVING STOP',
    ]);
    for (const { message, cause, from, to } of moves) expect(message).toBe(`V: ${from} -> ${to}: ${cause}`);
    const servers = lines().filter(({ server, to }) => server !== undefined && to !== undefined);
    expect(servers[0]).toMatchObject({
      service: '[10.2.0.150]:tcp:80',
      server: '10.2.0.11:80',
      from: 'UP',
      to: 'DOWN',
      cause: expect.stringContaining('MISC_CHECK'),
    });
  });
});
