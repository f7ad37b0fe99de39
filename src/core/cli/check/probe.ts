// One check of one target, now: each step with its time, the verdict and why, with the exit codes of monitoring plugins.
// Spec: check/ asks and judges as the daemon does; monitoring-plugins.org: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.

import {
  type CheckEffect,
  type Checker,
  type CheckInput,
  type CheckKind,
  checkerDeadline,
  createChecker,
  stepChecker,
} from '../../check/index.ts';
import { type Connection, dial, drive, now, type RunningProcess, runProcess } from '../../host/index.ts';
import { inputOf, matchOf } from '../../runtime/check-inputs.ts';
import { between, type Duration, type Instant, inSeconds, seconds, zero } from '../../time.ts';

/** What a run went through, in the order of time. */
export type StepName = 'resolve' | 'connect' | 'tls' | 'first byte' | 'end';

export interface Step {
  readonly name: StepName;
  /** Seconds that it took behind the one before it. */
  readonly took: number;
}

export interface Probe {
  readonly result: 'success' | 'failure' | 'untried';
  readonly cause: string;
  /** Seconds of the whole run. */
  readonly took: number;
  readonly steps: readonly Step[];
}

const never: Duration = seconds(86_400);

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Milliseconds between SIGTERM and SIGKILL for a program whose check is interrupted, and between two looks at it. */
const grace = 500;
const look = 10;

/**
 * A signal for this command ends the program first: it has a process group of its own, which a terminal does not reach. The result takes the
 * guard away, and says whether a signal came.
 */
function guardProgram(program: RunningProcess): () => 'ended' | 'interrupted' {
  let interrupted = false;
  const release = () => {
    for (const signal of signals) process.off(signal, obey);
    return interrupted ? 'interrupted' : 'ended';
  };
  const obey = async (signal: NodeJS.Signals) => {
    if (interrupted) return;
    interrupted = true;
    program.terminate();
    for (let waited = 0; waited < grace && program.lives(); waited += look)
      await new Promise(done => setTimeout(done, look));
    program.destroy();
    release();
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, obey);
  return release;
}

/** Runs the check once. Resolves always: the check's own time limits end it. */
export function probe(check: CheckKind, keyword: string): Promise<Probe> {
  return new Promise(done => {
    const steps: Step[] = [];
    let last: Instant = now();
    const step = (name: StepName) => {
      const at = now();
      steps.push({ name, took: inSeconds(between(last, at)) });
      last = at;
    };
    let connection: Connection | undefined;
    let hasBytes = false;
    const connect = (effect: Extract<CheckEffect, { kind: 'connect' }>, post: (input: CheckInput) => void) =>
      dial(
        effect,
        event => {
          if (event.kind === 'connected') {
            step(effect.tls === undefined ? 'connect' : 'tls');
            post(inputOf(event));
            return;
          }
          if (event.kind === 'data' && !hasBytes) {
            hasBytes = true;
            step('first byte');
          }
          if (event.kind === 'ended') step('end');
          post(event);
        },
        effect.tls === undefined ? undefined : () => step('connect'),
      );
    const config = {
      ...{ id: keyword, keyword, virtualServer: '', realServer: '', check },
      ...{ retry: 0, delayBeforeRetry: never, delayLoop: never, warmup: zero },
      ...{ alpha: true, logAllFailures: false, suspendWithoutAddress: undefined },
    };
    const driver = drive<Checker, CheckInput, CheckEffect>({
      machine: { step: stepChecker, deadline: checkerDeadline, wake: { kind: 'wake' } },
      initial: createChecker(config, { spread: zero }, now()),
      perform(effect, post) {
        switch (effect.kind) {
          case 'connect':
            connection = connect(effect, post);
            return;
          case 'match':
            void matchOf(effect).then(post);
            return;
          case 'send':
            connection?.send(effect.bytes);
            return;
          case 'close':
            connection?.close();
            return finish();
          case 'spawn':
            program = runProcess(effect.command, exit => {
              if (guard?.() === 'interrupted') return;
              step('end');
              post({ kind: 'exited', ...exit });
              finish();
            });
            guard = guardProgram(program);
            return;
          case 'kill':
            program?.terminate();
            return finish();
          default:
            return;
        }
      },
    });
    let program: RunningProcess | undefined;
    let guard: ReturnType<typeof guardProgram> | undefined;
    const finish = () => {
      const { last: run } = driver.state.standing;
      if (run === undefined) return;
      driver.stop();
      const { result, cause, latency } = run;
      done({ result, cause, took: inSeconds(latency), steps });
    };
    driver.post({ kind: 'hurry' });
    driver.post({ kind: 'wake' });
    // A kind that cannot be checked has found so already.
    finish();
  });
}
