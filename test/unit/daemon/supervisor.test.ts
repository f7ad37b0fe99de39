// The supervisor machine. Truth: keepalived's documented restart delays and the exit statuses that end the parent.
import { describe, expect, it } from 'vitest';
import {
  type ChildName,
  createSupervisor,
  restartDelay,
  type SupervisorInput,
  stepSupervisor,
  supervisorDeadline,
} from '../../../src/core/daemon/supervisor.ts';
import { exitCodes } from '../../../src/core/fault.ts';
import { type Instant, instant, seconds } from '../../../src/core/time.ts';

const at = (s: number): Instant => instant(s * 1_000_000);

function play(script: readonly (readonly [number, SupervisorInput])[]) {
  const state = createSupervisor(seconds(5));
  const lines: string[] = [];
  const logged: string[] = [];
  /** What became of configurations that were given. */
  const settled: string[] = [];
  for (const [time, input] of script) {
    for (const effect of stepSupervisor(state, input, at(time))) {
      if (effect.kind === 'log') {
        lines.push(`${time} log ${effect.level}`);
        logged.push(effect.message);
      } else if (effect.kind === 'settled')
        settled.push(`${time} ${effect.inForce ? 'in force' : effect.cause}`);
      else if (effect.kind === 'finish') lines.push(`${time} finish ${effect.code}`);
      else lines.push(`${time} ${effect.kind} ${effect.child}`);
    }
  }
  return { state, lines, logged, settled };
}

/** A start whose children are not yet ready, so that nothing is announced. */
const start = (...wanted: readonly ChildName[]): SupervisorInput => ({
  kind: 'start',
  wanted,
  announcement: 'Started',
});

const ready = (child: ChildName, generation = 1): SupervisorInput => ({ kind: 'ready', child, generation });

const exited = (child: 'vrrp' | 'checker', code: number | undefined, signal?: string): SupervisorInput => ({
  kind: 'exited',
  child,
  code,
  signal,
});

describe('restart delays', () => {
  it('grows 0, 1, 2, 4, 8, 16, 32 and stays at 60 seconds', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 50].map(n => restartDelay(n) / 1_000_000);
    expect(delays).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });
});

describe('a child with few rights that ends before it is ready', () => {
  it.each([1, exitCodes.unsupported, exitCodes.permission])(
    'with status %i is started with all at once',
    code => {
      const { lines, logged } = play([
        [0, start('vrrp')],
        [1, { kind: 'exited', child: 'vrrp', code, signal: undefined, unfit: true }],
        [2, exited('vrrp', 1)],
      ]);
      expect(lines).toEqual(['0 spawn vrrp', '1 log warning', '1 spawn vrrp', '2 log error', '2 spawn vrrp']);
      expect(logged[0]).toContain('starting it with all rights');
    },
  );
  it('does not come back when the daemon stops', () => {
    const { lines } = play([
      [0, start('vrrp')],
      [1, { kind: 'stop', reason: 'SIGTERM' }],
      [2, { kind: 'exited', child: 'vrrp', code: 1, signal: undefined, unfit: true }],
    ]);
    expect(lines).toEqual(['0 spawn vrrp', '1 log info', '1 terminate vrrp', '2 finish 0']);
  });
});

// A process that was killed has removed nothing: a stop meanwhile left the virtual address on the interface and told no peer.
describe('a stop while what a process held has no owner', () => {
  const stop: SupervisorInput = { kind: 'stop', reason: 'SIGTERM' };
  const replace: SupervisorInput = {
    kind: 'reload',
    wanted: ['vrrp'],
    replaced: ['vrrp'],
    childWaitTime: seconds(5),
    announcement: 'Reloaded',
  };
  const up = [
    [0, start('vrrp')],
    [1, ready('vrrp')],
  ] as const;
  const spawns = ({ lines }: { readonly lines: readonly string[] }) =>
    lines.filter(line => !line.includes(' log '));

  it('waits for the end of a process that is being replaced, and for its successor', () => {
    const script = [
      [10, replace],
      [11, stop],
      [12, exited('vrrp', undefined, 'SIGKILL')],
      [13, ready('vrrp', 2)],
    ] as const;
    const played = play([...up, ...script, [14, exited('vrrp', 0)]]);
    expect(spawns(played)).toEqual([
      '0 spawn vrrp',
      '10 kill vrrp',
      '12 spawn vrrp',
      '13 terminate vrrp',
      '14 finish 0',
    ]);
  });
  it('lets a successor that is not ready become so first', () => {
    const script = [
      [10, replace],
      [11, exited('vrrp', undefined, 'SIGKILL')],
      [12, stop],
      [13, ready('vrrp', 2)],
    ] as const;
    const played = play([...up, ...script, [14, exited('vrrp', 0)]]);
    expect(spawns(played)).toEqual([
      '0 spawn vrrp',
      '10 kill vrrp',
      '11 spawn vrrp',
      '13 terminate vrrp',
      '14 finish 0',
    ]);
  });
  it('starts the one that waits after a crash', () => {
    const crash = exited('vrrp', undefined, 'SIGSEGV');
    const played = play([
      ...up,
      [10, crash],
      [11, crash],
      [11.2, stop],
      [12, ready('vrrp')],
      [13, exited('vrrp', 0)],
    ]);
    expect(spawns(played)).toEqual([
      '0 spawn vrrp',
      '10 spawn vrrp',
      '11.2 spawn vrrp',
      '12 terminate vrrp',
      '13 finish 0',
    ]);
    expect(played.logged.join()).toContain('what its predecessor left');
  });
  it('kills a successor that does not get ready, and ends when it dies', () => {
    const crash = exited('vrrp', undefined, 'SIGSEGV');
    const begun = [...up, [10, crash], [11, stop]] as const;
    const hangs = play([...begun, [16, { kind: 'wake' }], [17, exited('vrrp', undefined, 'SIGKILL')]]);
    expect(spawns(hangs)).toEqual(['0 spawn vrrp', '10 spawn vrrp', '16 kill vrrp', '17 finish 1']);
    expect(spawns(play([...begun, [12, crash]]))).toEqual(['0 spawn vrrp', '10 spawn vrrp', '12 finish 0']);
  });
  it('starts nothing where nothing was ever held', () => {
    const played = play([
      [0, start('vrrp')],
      [1, exited('vrrp', 1)],
      [2, exited('vrrp', 1)],
      [2.5, stop],
    ]);
    expect(spawns(played)).toEqual(['0 spawn vrrp', '1 spawn vrrp', '2.5 finish 0']);
  });
});

describe('a child that dies', () => {
  it('is restarted at once, then after a second', () => {
    const { state, lines } = play([
      [0, start('vrrp', 'checker')],
      [10, exited('vrrp', undefined, 'SIGKILL')],
      [11, exited('vrrp', undefined, 'SIGKILL')],
      [11.5, { kind: 'wake' }],
      [12, { kind: 'wake' }],
    ]);
    expect(lines).toEqual([
      '0 spawn vrrp',
      '0 spawn checker',
      '10 log error',
      '10 spawn vrrp',
      '11 log error',
      '12 spawn vrrp',
    ]);
    expect(supervisorDeadline(state)).toBeUndefined();
  });
  it('is restarted at once after a healthy minute, whatever came before', () => {
    const { lines } = play([
      [0, start('checker')],
      [1, exited('checker', 139)],
      [100, exited('checker', 139)],
    ]);
    expect(lines).toEqual([
      '0 spawn checker',
      '1 log error',
      '1 spawn checker',
      '100 log error',
      '100 spawn checker',
    ]);
  });
  it('is restarted after a fault of its own (70), which a fresh process may not meet', () => {
    const { lines } = play([
      [0, start('checker')],
      [10, exited('checker', exitCodes.internal)],
    ]);
    expect(lines).toEqual(['0 spawn checker', '10 log error', '10 spawn checker']);
  });
  it('ends the daemon with its status when a restart cannot mend it', () => {
    const { lines } = play([
      [0, start('vrrp', 'checker')],
      [1, exited('checker', 3)],
      [2, exited('vrrp', 0)],
    ]);
    expect(lines).toEqual([
      '0 spawn vrrp',
      '0 spawn checker',
      '1 log error',
      '1 terminate vrrp',
      '2 finish 3',
    ]);
  });
});

describe('which ends of a child end the daemon', () => {
  it.each([2, 3, 4, 5])('exit code %i does: a restart cannot help', code => {
    const { lines, logged } = play([
      [0, start('vrrp')],
      [1, exited('vrrp', code)],
    ]);
    expect(lines).toEqual(['0 spawn vrrp', '1 log error', `1 finish ${code}`]);
    expect(logged).toEqual([
      `The vrrp process ended with exit status ${code}; not restarting: permanent error`,
    ]);
  });
  it.each([0, 1, 6, 70, 134])('exit code %i does not: a netlink socket error exits with 1 too', code => {
    const { lines } = play([
      [0, start('vrrp')],
      [1, exited('vrrp', code)],
    ]);
    expect(lines).toEqual(['0 spawn vrrp', '1 log error', '1 spawn vrrp']);
  });
  it('a SIGTERM to one child is logged as what it was', () => {
    const { logged } = play([
      [0, start('vrrp')],
      [1, { kind: 'stopping', child: 'vrrp', signal: 'SIGTERM' }],
      [2, exited('vrrp', 0)],
      [3, exited('vrrp', undefined, 'SIGKILL')],
      [4, { kind: 'wake' }],
      [5, exited('vrrp', undefined, 'SIGSEGV')],
    ]);
    expect(logged).toEqual([
      'The vrrp process was ended by SIGTERM that did not come from the supervisor; restarting',
      'The vrrp process was ended by SIGKILL that did not come from the supervisor; restarting in 1 s',
      'The vrrp process crashed (SIGSEGV); restarting in 2 s',
    ]);
  });
});

describe('the announcement of the start', () => {
  it('waits until every child is ready, and comes once', () => {
    const { lines } = play([
      [0, start('vrrp', 'checker')],
      [1, ready('checker')],
      [2, exited('vrrp', 70)],
      [3, ready('vrrp')],
      [4, exited('vrrp', 70)],
      [5, { kind: 'wake' }],
      [6, ready('vrrp')],
    ]);
    expect(lines).toEqual([
      '0 spawn vrrp',
      '0 spawn checker',
      '2 log error',
      '2 spawn vrrp',
      '3 log info',
      '4 log error',
      '5 spawn vrrp',
    ]);
  });
  it('comes at once with no child', () => {
    expect(play([[0, start()]]).logged).toEqual(['Started']);
  });
});

describe('one step', () => {
  it('handles the one earliest timer', () => {
    const { lines } = play([
      [0, start('vrrp', 'checker')],
      [1, exited('vrrp', 70)],
      [1, exited('checker', 70)],
      [2, exited('checker', 70)],
      [2.5, exited('vrrp', 70)],
      [9, { kind: 'wake' }],
      [9, { kind: 'wake' }],
      [9, { kind: 'wake' }],
    ]);
    expect(lines.slice(-2)).toEqual(['9 spawn checker', '9 spawn vrrp']);
  });
  it('gives the same on a clone, so the supervisor is plain data', () => {
    const script: readonly (readonly [number, SupervisorInput])[] = [
      [0, start('vrrp', 'checker')],
      [1, exited('vrrp', 70)],
      [2, exited('vrrp', 70)],
      [3, { kind: 'wake' }],
      [4, { kind: 'stop', reason: 'SIGTERM' }],
      [9, { kind: 'wake' }],
      [10, exited('vrrp', 0)],
      [11, exited('checker', 0)],
    ];
    let cloned = createSupervisor(seconds(5));
    const state = createSupervisor(seconds(5));
    for (const [time, input] of script) {
      cloned = structuredClone(cloned);
      expect(stepSupervisor(cloned, input, at(time))).toEqual(stepSupervisor(state, input, at(time)));
      expect(supervisorDeadline(cloned)).toBe(supervisorDeadline(state));
    }
  });
});

describe('a stop', () => {
  it('terminates the children, waits, and finishes with 0', () => {
    const { lines } = play([
      [0, start('vrrp', 'checker')],
      [5, { kind: 'stop', reason: 'SIGTERM' }],
      [5.1, exited('vrrp', 0)],
      [5.2, exited('checker', 0)],
    ]);
    expect(lines).toEqual([
      '0 spawn vrrp',
      '0 spawn checker',
      '5 log info',
      '5 terminate vrrp',
      '5.1 terminate checker',
      '5.2 finish 0',
    ]);
  });
  it('kills what does not end within child_wait_time', () => {
    const { state, lines } = play([
      [0, start('vrrp')],
      [5, { kind: 'stop', reason: 'SIGINT' }],
      [10, { kind: 'wake' }],
      [10.1, exited('vrrp', undefined, 'SIGKILL')],
    ]);
    expect(lines).toEqual([
      '0 spawn vrrp',
      '5 log info',
      '5 terminate vrrp',
      '10 log warning',
      '10 kill vrrp',
      '10.1 finish 1',
    ]);
    expect(state.ending).toBe(1);
  });
  it('does not restart a child that was waiting for its restart', () => {
    const { lines } = play([
      [0, start('vrrp')],
      [1, exited('vrrp', 139)],
      [2, exited('vrrp', 139)],
      [2.5, { kind: 'stop', reason: 'SIGTERM' }],
      [9, { kind: 'wake' }],
    ]);
    expect(lines.slice(-2)).toEqual(['2.5 log info', '2.5 finish 0']);
  });
});

describe('a reload', () => {
  it('starts nothing while the daemon stops', () => {
    const { lines } = play([
      [0, start('vrrp')],
      [1, { kind: 'stop', reason: 'SIGTERM' }],
      [
        2,
        {
          kind: 'reload',
          wanted: ['vrrp', 'checker'],
          replaced: [],
          childWaitTime: seconds(1),
          announcement: 'reloaded',
        },
      ],
      [3, exited('vrrp', 0)],
    ]);
    expect(lines).toEqual(['0 spawn vrrp', '1 log info', '1 terminate vrrp', '3 finish 0']);
  });
  it('hands running children the configuration and starts those that have become necessary', () => {
    const { lines } = play([
      [0, start('vrrp')],
      [
        5,
        {
          kind: 'reload',
          wanted: ['vrrp', 'checker'],
          replaced: [],
          childWaitTime: seconds(1),
          announcement: 'reloaded',
        },
      ],
    ]);
    expect(lines).toEqual(['0 spawn vrrp', '5 configure vrrp', '5 spawn checker']);
  });
  it('that brings programs to a child without the rights for them replaces it at once, and is logged when the new one is ready', () => {
    const reload = {
      kind: 'reload',
      wanted: ['vrrp', 'checker'],
      replaced: ['vrrp'],
      childWaitTime: seconds(1),
      announcement: 'reloaded',
    } as const;
    const { lines } = play([
      [0, start('vrrp', 'checker')],
      [1, ready('vrrp')],
      [1, ready('checker')],
      [5, reload],
      // Of the former process, which had this on its way.
      [5, ready('vrrp')],
      [6, ready('checker', 2)],
      [6, exited('vrrp', 137)],
      [7, ready('vrrp', 2)],
    ]);
    expect(lines.slice(-5)).toEqual([
      '5 configure checker',
      '5 log info',
      '5 kill vrrp',
      '6 spawn vrrp',
      '7 log info',
    ]);
  });
  it('is logged when it is in force in every child, not before', () => {
    const { lines } = play([
      [0, start('vrrp')],
      [1, ready('vrrp')],
      [
        5,
        {
          kind: 'reload',
          wanted: ['vrrp', 'checker'],
          replaced: [],
          childWaitTime: seconds(1),
          announcement: 'reloaded',
        },
      ],
      [6, ready('vrrp', 2)],
      [7, ready('checker', 2)],
    ]);
    expect(lines).toEqual([
      '0 spawn vrrp',
      '1 log info',
      '5 configure vrrp',
      '5 spawn checker',
      '7 log info',
    ]);
  });

  const reload: SupervisorInput = {
    kind: 'reload',
    wanted: ['vrrp', 'checker'],
    replaced: [],
    childWaitTime: seconds(1),
    announcement: 'reloaded',
  };

  it('has settled when every child has taken it', () => {
    const { settled } = play([
      [0, start('vrrp')],
      [1, ready('vrrp')],
      [5, reload],
      [6, ready('vrrp', 2)],
      [7, ready('checker', 2)],
    ]);
    expect(settled).toEqual(['1 in force', '7 in force']);
  });

  it('is not settled by an answer about an earlier configuration', () => {
    const { settled } = play([
      [0, start('vrrp')],
      [1, ready('vrrp')],
      [5, reload],
      [6, ready('checker', 2)],
      [7, reload],
      // Both answers to the first reload were on their way.
      [8, ready('vrrp', 2)],
      [8, ready('checker', 2)],
      [9, ready('vrrp', 3)],
      [10, ready('checker', 3)],
    ]);
    expect(settled).toEqual(['1 in force', '10 in force']);
  });

  it('has failed when a child that it needs ends for good', () => {
    const { settled } = play([
      [0, start('vrrp')],
      [1, ready('vrrp')],
      [5, reload],
      [6, ready('vrrp', 2)],
      [7, exited('checker', exitCodes.unsupported)],
    ]);
    expect(settled.slice(1)).toEqual([
      `7 The checker process ended with exit status ${exitCodes.unsupported}; not restarting: permanent error`,
    ]);
  });

  it('has failed when the daemon stops meanwhile, or stops already', () => {
    const stop: SupervisorInput = { kind: 'stop', reason: 'SIGTERM' };
    const { settled } = play([
      [0, start('vrrp')],
      [1, ready('vrrp')],
      [5, reload],
      [6, stop],
      [7, reload],
    ]);
    expect(settled.slice(1)).toEqual(['6 Stopping (SIGTERM)', '7 The daemon stops']);
  });
});
