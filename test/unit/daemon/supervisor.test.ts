// The supervisor machine. Truth: keepalived's documented restart delays and the exit statuses that end the parent.
import { describe, expect, it } from 'vitest';
import {
  createSupervisor,
  restartDelay,
  type SupervisorInput,
  type SupervisorState,
  stepSupervisor,
  supervisorDeadline,
} from '../../../src/core/daemon/supervisor.ts';
import { exitCodes } from '../../../src/core/fault.ts';
import { type Instant, instant, seconds } from '../../../src/core/time.ts';

const at = (s: number): Instant => instant(s * 1_000_000);

function play(script: readonly (readonly [number, SupervisorInput])[]) {
  let state: SupervisorState = createSupervisor(seconds(5));
  const lines: string[] = [];
  for (const [time, input] of script) {
    const stepped = stepSupervisor(state, input, at(time));
    state = stepped.state;
    for (const effect of stepped.effects) {
      if (effect.kind === 'log') lines.push(`${time} log ${effect.level}`);
      else if (effect.kind === 'finish') lines.push(`${time} finish ${effect.code}`);
      else lines.push(`${time} ${effect.kind} ${effect.child}`);
    }
  }
  return { state, lines };
}

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

describe('a child that dies', () => {
  it('is restarted at once, then after a second', () => {
    const { state, lines } = play([
      [0, { kind: 'start', wanted: ['vrrp', 'checker'] }],
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
      [0, { kind: 'start', wanted: ['checker'] }],
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
      [0, { kind: 'start', wanted: ['checker'] }],
      [10, exited('checker', exitCodes.internal)],
    ]);
    expect(lines).toEqual(['0 spawn checker', '10 log error', '10 spawn checker']);
  });
  it('ends the daemon with its status when a restart cannot mend it', () => {
    const { lines } = play([
      [0, { kind: 'start', wanted: ['vrrp', 'checker'] }],
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

describe('a stop', () => {
  it('terminates the children, waits, and finishes with 0', () => {
    const { lines } = play([
      [0, { kind: 'start', wanted: ['vrrp', 'checker'] }],
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
      [0, { kind: 'start', wanted: ['vrrp'] }],
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
      '10.1 finish 0',
    ]);
    expect(state.ending).toBe(0);
  });
  it('does not restart a child that was waiting for its restart', () => {
    const { lines } = play([
      [0, { kind: 'start', wanted: ['vrrp'] }],
      [1, exited('vrrp', 139)],
      [2, exited('vrrp', 139)],
      [2.5, { kind: 'stop', reason: 'SIGTERM' }],
      [9, { kind: 'wake' }],
    ]);
    expect(lines.slice(-2)).toEqual(['2.5 log info', '2.5 finish 0']);
  });
});

describe('a reload', () => {
  it('hands running children the configuration and starts those that have become necessary', () => {
    const { lines } = play([
      [0, { kind: 'start', wanted: ['vrrp'] }],
      [5, { kind: 'reload', wanted: ['vrrp', 'checker'], childWaitTime: seconds(1) }],
    ]);
    expect(lines).toEqual(['0 spawn vrrp', '5 configure vrrp', '5 spawn checker']);
  });
});
