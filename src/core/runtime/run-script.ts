// Runs a track or notify script to its end and says in words how it ended.
// Spec: host/process.ts (process group, kill ladder); keepalived.conf(5) vrrp_script timeout.

import type { ProcessEnd, RunningProcess } from '../host/index.ts';
import type { ScriptCommand } from '../script.ts';
import { type Duration, inMilliseconds, printSeconds } from '../time.ts';
import type { Programs } from './programs.ts';

export interface ScriptEnd {
  /** Exit status 0. */
  readonly success: boolean;
  /** False: it could not be started, and says nothing about what it looks at. */
  readonly started: boolean;
  /** `exited with status 1`, `timed out after 2 s`, `could not be started: ...`. */
  readonly detail: string;
}

function describe({ code, signal, detail }: ProcessEnd): string {
  if (code !== undefined) return `exited with status ${code}`;
  if (signal !== undefined) return `was ended by ${signal}`;
  return `could not be started: ${detail ?? 'no reason given'}`;
}

/** Calls `ended` exactly once; a script that exceeds `timeout` is ended and counts as failed. */
export function runScript(
  programs: Programs,
  command: ScriptCommand,
  timeout: Duration | undefined,
  ended: (end: ScriptEnd) => void,
): RunningProcess {
  let late = false;
  const running = programs.start(command, exit => {
    clearTimeout(timer);
    if (late && timeout !== undefined)
      ended({ success: false, started: true, detail: `timed out after ${printSeconds(timeout)} s` });
    else
      ended({
        success: exit.code === 0,
        started: exit.code !== undefined || exit.signal !== undefined,
        detail: describe(exit),
      });
  });
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          late = true;
          running.terminate();
        }, inMilliseconds(timeout));
  return running;
}
