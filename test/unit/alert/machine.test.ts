// The order, the bounds and the end of what is made known. Truth: issue 9 item 4, and keepalived 2.2.7 in a namespace (alert-lab.ts): it
// starts the programs of a state at once in the order own, generic, holds back no later state, and gives the last ones a second at a stop.
import { describe, expect, it } from 'vitest';
import {
  alertRecord,
  alertsAtRest,
  alertsDeadline,
  createAlerts,
  keepSubjects,
  unfinished,
} from '../../../src/core/alert/index.ts';
import { at, Bench } from './alert-bench.ts';

const said = (bench: Bench) => bench.lines.filter(line => / (info|warning): /.test(line));
const did = (bench: Bench) => bench.lines.filter(line => !/ (info|warning): /.test(line));

describe('programs', () => {
  it('of one state start at once, in order; the next state waits for both, another subject for none', () => {
    const bench = new Bench()
      .event('INSTANCE A', 'BACKUP', ['/backup', '/any BACKUP'])
      .event('INSTANCE B', 'BACKUP', ['/backup-of-b'])
      .until(0.2)
      .event('INSTANCE A', 'MASTER', ['/master', '/any MASTER'])
      .ended(2);
    expect(did(bench)).toEqual(['0 run 1 /backup', '0 run 2 /any BACKUP', '0 run 3 /backup-of-b']);
    bench.until(0.3).ended(1);
    expect(did(bench).slice(3)).toEqual(['0.3 run 4 /master', '0.3 run 5 /any MASTER']);
    for (const ticket of [3, 4, 5]) bench.ended(ticket);
    expect(alertsAtRest(bench.alerts)).toBe(true);
    expect(alertsDeadline(bench.alerts)).toBeUndefined();
    expect(said(bench)).toEqual([]);
  });
  it('that nothing overtakes run as long as they like', () => {
    const bench = new Bench().event('INSTANCE A', 'MASTER', ['/server']).until(86_400);
    expect(bench.lines).toEqual(['0 run 1 /server']);
  });
  it('that fail are logged with their subject and state, and hold nothing up', () => {
    const bench = new Bench().event('INSTANCE A', 'MASTER', ['/bad']);
    const [line] = bench.tell({ kind: 'ended', ticket: 1, success: false, detail: 'exited with status 3' });
    expect(line).toEqual({
      kind: 'log',
      level: 'warning',
      message: 'Notify program /bad for MASTER of INSTANCE A exited with status 3',
      fields: { instance: 'INSTANCE A', to: 'MASTER', outlet: 'programs' },
    });
    expect(alertsAtRest(bench.alerts)).toBe(true);
  });
  it('are no matter of an event without any: the state is noted, nothing is overtaken', () => {
    const bench = new Bench().event('VS V', 'UP', ['/up']).until(1).event('VS V', 'DOWN', []).until(100);
    expect(bench.lines).toEqual(['0 run 1 /up']);
    expect(alertRecord(bench.alerts, 'VS V')).toEqual({
      last: { from: 'BEFORE', to: 'DOWN', cause: 'why DOWN', at: at(1) },
      running: 1,
      waiting: 0,
      dropped: 0,
      suppressed: 0,
    });
  });
});

describe('a program that hangs', () => {
  it('holds the next state back for a second, and is cancelled ten seconds after that came', () => {
    const bench = new Bench()
      .event('VS V', 'UP', ['/up'])
      .until(8)
      .event('VS V', 'DOWN', ['/down'])
      .until(60);
    expect(bench.lines).toEqual([
      '0 run 1 /up',
      '9 info: Notify program /up for UP of VS V still runs: DOWN no longer waits for it',
      '9 run 2 /down',
      '18 warning: Notify program /up for UP of VS V still runs 10 s after DOWN: ending it and all it started',
      '18 cancel 1',
    ]);
    // Its end comes later, and is news to nobody.
    expect(bench.ended(1, false).ended(2).lines).toHaveLength(5);
    expect(alertsAtRest(bench.alerts)).toBe(true);
  });
  it('may end by itself before its time is over', () => {
    const bench = new Bench().event('VS V', 'UP', ['/up']).event('VS V', 'DOWN', ['/down']).until(5).ended(1);
    expect(alertsDeadline(bench.alerts)).toBeUndefined();
    expect(did(bench.until(100))).toEqual(['0 run 1 /up', '1 run 2 /down']);
  });
  it('in every state of a flapping subject: three run beside the newest, the fourth cancels the oldest', () => {
    const bench = new Bench();
    for (let n = 0; n < 8; n++) bench.until(2 * n).event('VS V', `S${n}`, [`/s${n}`]);
    bench.until(15);
    expect([...bench.running.values()]).toEqual(['/s4', '/s5', '/s6', '/s7']);
    expect(said(bench)).toContain(
      '9 warning: Notify program /s0 for S0 of VS V still runs while 3 later states run: ending it and all it started',
    );
  });
  it('makes states that come within the second overtake one another: the last one runs, the others are named', () => {
    const bench = new Bench().event('VS V', 'UP', ['/up']).until(1).event('VS V', 'DOWN', ['/down']);
    bench.until(1.2).event('VS V', 'UP', ['/up']).until(1.4).event('VS V', 'DOWN', ['/down']).until(3);
    expect(did(bench)).toEqual(['0 run 1 /up', '2 run 2 /down']);
    expect(said(bench).slice(0, 2)).toEqual([
      '1.2 warning: Notify program /down for DOWN of VS V not run: overtaken by UP',
      '1.4 warning: Notify program /up for UP of VS V not run: overtaken by DOWN',
    ]);
    expect(alertRecord(bench.alerts, 'VS V')).toMatchObject({ running: 2, waiting: 0, dropped: 2 });
  });
});

describe('occurrences', () => {
  it('1,000 of them run their program once a second, never twice at once, and hold no state back', () => {
    const bench = new Bench().event('INSTANCE A', 'MASTER', ['/master']).ended(1);
    for (let n = 0; n < 1_000; n++) bench.lower('INSTANCE A');
    expect(did(bench)).toEqual(['0 run 1 /master', '0 run 2 /lower']);
    expect(alertRecord(bench.alerts, 'INSTANCE A')).toMatchObject({ waiting: 1, suppressed: 998 });
    bench.event('INSTANCE A', 'FAULT', ['/fault']);
    expect(did(bench)).toHaveLength(3);
    bench.ended(2).until(0.9);
    expect(did(bench)).toHaveLength(3);
    bench.until(1);
    expect(did(bench).slice(2)).toEqual(['0 run 3 /fault', '1 run 4 /lower']);
    expect(said(bench)).toEqual([]);
  });
  it('of which one comes now and then run their program each time', () => {
    const bench = new Bench().lower('A').ended(1).until(1).lower('A').ended(2).until(2.5).lower('A').ended(3);
    expect(did(bench)).toEqual(['0 run 1 /lower', '1 run 2 /lower', '2.5 run 3 /lower']);
    expect(alertsDeadline(bench.alerts)).toBeUndefined();
  });
  it('whose program hangs have it cancelled before it runs again', () => {
    const bench = new Bench().lower('A').until(1).lower('A').until(30);
    expect(did(bench)).toEqual(['0 run 1 /lower', '11 cancel 1', '11 run 2 /lower']);
  });
  it('whose program fails have that logged once a minute', () => {
    const bench = new Bench();
    for (let n = 0; n < 100; n++)
      bench
        .until(n)
        .lower('A')
        .ended(n + 1, false);
    const line = 'warning: Notify program /lower for MASTER_RX_LOWER_PRI of A exited with status 3';
    expect(said(bench)).toEqual([`0 ${line}`, `60 ${line}`]);
  });
  it('of two kinds do not wait for each other', () => {
    const bench = new Bench().lower('A').event('A', 'OTHER', ['/other'], { kind: 'occurrence' });
    expect(did(bench)).toEqual(['0 run 1 /lower', '0 run 2 /other']);
  });
});

describe('a stop', () => {
  it('starts the state that waits at once, and the last one a fifth of a second later whatever hangs', () => {
    const bench = new Bench().event('A', 'BACKUP', ['/backup']).until(3).event('A', 'MASTER', ['/master']);
    bench.until(3.1).tell({ kind: 'stop' });
    bench.event('A', 'STOP', ['/stop']).until(4.2);
    expect(did(bench)).toEqual(['0 run 1 /backup', '3.1 run 2 /master', '3.3 run 3 /stop']);
    expect(unfinished(bench.alerts).map(each => (each.kind === 'log' ? each.message : each.kind))).toEqual([
      'Notify program /backup for BACKUP of A still runs at the stop and is ended',
      'Notify program /master for MASTER of A still runs at the stop and is ended',
      'Notify program /stop for STOP of A still runs at the stop and is ended',
    ]);
  });
  it('keeps the order of programs that end', () => {
    const bench = new Bench().event('A', 'MASTER', ['/master']).until(0.1);
    bench.tell({ kind: 'stop' });
    bench.event('A', 'STOP', ['/stop']).until(0.25);
    expect(did(bench)).toEqual(['0 run 1 /master']);
    bench.ended(1).ended(2);
    expect(did(bench)).toEqual(['0 run 1 /master', '0.25 run 2 /stop']);
    expect(unfinished(bench.alerts)).toEqual([]);
    expect(alertsAtRest(bench.alerts)).toBe(true);
  });
  it('drops occurrences that wait, and says so', () => {
    const bench = new Bench().lower('A').lower('A');
    bench.tell({ kind: 'stop' });
    expect(said(bench)).toEqual([
      '0 warning: Notify program /lower for MASTER_RX_LOWER_PRI of A not run: the daemon stops',
    ]);
    bench.ended(1);
    expect(alertsAtRest(bench.alerts)).toBe(true);
  });
});

describe('subjects that a reload leaves out', () => {
  it('are forgotten when what they have under way is over', () => {
    const bench = new Bench()
      .event('A', 'MASTER', ['/a'])
      .event('B', 'MASTER', ['/b'])
      .event('C', 'MASTER', []);
    keepSubjects(bench.alerts, new Set(['A']));
    expect([...bench.alerts.subjects.keys()]).toEqual(['A', 'B']);
    bench.ended(2);
    expect([...bench.alerts.subjects.keys()]).toEqual(['A']);
    bench.ended(1);
    keepSubjects(bench.alerts, new Set());
    expect({ ...bench.alerts, nextTicket: 1 }).toEqual({ ...createAlerts(), agenda: expect.anything() });
    expect(alertRecord(bench.alerts, 'A')).toEqual({
      last: undefined,
      running: 0,
      waiting: 0,
      dropped: 0,
      suppressed: 0,
    });
  });
  it('and another one names again go on', () => {
    const bench = new Bench().event('A', 'MASTER', ['/a']);
    keepSubjects(bench.alerts, new Set());
    keepSubjects(bench.alerts, new Set(['A']));
    bench.event('A', 'BACKUP', ['/b']).ended(1).ended(2);
    expect(did(bench)).toEqual(['0 run 1 /a', '0 run 2 /b']);
    expect(alertRecord(bench.alerts, 'A').last?.to).toBe('BACKUP');
  });
});
