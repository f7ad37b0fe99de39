// Every program that a process of the daemon has started, so that none outlives it.
// Spec: keepalived(8): running scripts end with the daemon; host/process.ts for groups and the kill ladder.

import { type ProcessEnd, type RunningProcess, runProcess } from '../host/index.ts';
import type { ScriptCommand } from '../script.ts';

export interface Programs {
  /** Starts one; `exited` is called exactly once, never from within this call. */
  start(command: ScriptCommand, exited: (exit: ProcessEnd) => void): RunningProcess;
  /** enable_script_security: from now on none starts with root's rights that others may change. */
  demandSecurity(demanded: boolean): void;
  /** Ends all groups: SIGTERM, and SIGKILL to what still lives after half a second. Nothing starts from then on. */
  end(): Promise<void>;
  /** SIGKILL to all groups at once: for a process that cannot wait. */
  destroy(): void;
}

/** Milliseconds between SIGTERM and SIGKILL at the end of the daemon, and between two looks. */
const grace = 500;
const look = 10;

const pause = (milliseconds: number) => new Promise<void>(done => setTimeout(done, milliseconds));

/** `told` hears of each group that begins and of each that has ended, by the process id of its leader. */
export function createPrograms(
  told: (pid: number, runs: boolean) => void = () => {},
  run: typeof runProcess = runProcess,
): Programs {
  /** Those whose leader runs, and those whose group is being ended. */
  const running = new Set<RunningProcess>();
  let ending = false;
  let secure = false;

  const forgetEmpty = () => {
    for (const program of running) {
      if (program.lives()) continue;
      running.delete(program);
      if (program.pid !== undefined) told(program.pid, false);
    }
  };
  return {
    start(command, exited) {
      if (ending) return refused(exited);
      const program = run(
        command,
        exit => {
          forgetEmpty();
          exited(exit);
        },
        secure,
      );
      running.add(program);
      if (program.pid !== undefined) told(program.pid, true);
      return program;
    },
    demandSecurity(demanded) {
      secure = demanded;
    },
    destroy() {
      for (const program of running) program.destroy();
    },
    async end() {
      ending = true;
      for (const program of running) program.terminate();
      for (let waited = 0; waited < grace && running.size > 0; waited += look) {
        await pause(look);
        forgetEmpty();
      }
      for (const program of running) program.destroy();
      // The kernel needs a moment to take them down; their exits are no longer of interest.
      if (running.size > 0) await pause(look);
    },
  };
}

function refused(exited: (exit: ProcessEnd) => void): RunningProcess {
  setImmediate(exited, { code: undefined, signal: undefined, detail: 'the daemon is stopping' });
  return { pid: undefined, terminate() {}, destroy() {}, lives: () => false };
}

/** The users and groups that programs of a configuration run as: every command in it, wherever it is. */
export function ownersIn(configuration: unknown): readonly Pick<ScriptCommand, 'user' | 'group'>[] {
  const owners = new Map<string, Pick<ScriptCommand, 'user' | 'group'>>();
  const pending: unknown[] = [configuration];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue;
    const { argv, user, group } = value as Partial<ScriptCommand>;
    if (Array.isArray(argv)) owners.set(`${user}:${group}`, { user, group });
    else if (value instanceof Map || value instanceof Set || Array.isArray(value))
      pending.push(...value.values());
    else pending.push(...Object.values(value));
  }
  return [...owners.values()];
}
