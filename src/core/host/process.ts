// Runs a program of the configuration: own process group, cleaned environment, no descriptors, as the named user.
// Spec: keepalived.conf(5) SCRIPTS; environ(7); the kill ladder TERM, 2 s, KILL, 2 s, KILL, every 10 s.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Outcome } from '../fault.ts';
import type { ScriptCommand } from '../script.ts';
import { type Account, accountOf } from './accounts.ts';

/** How a program ended: by exit code or signal, or (neither) why it could not be started. */
export interface ProcessEnd {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly detail: string | undefined;
}

export interface RunningProcess {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** SIGTERM to the whole group now, SIGKILL later if it still lives. */
  terminate(): void;
  /** SIGKILL to the whole group at once; `exited` still comes. */
  destroy(): void;
}

/** Milliseconds after SIGTERM at which SIGKILL is sent, then the period of its repetition. */
const ladder = { firstKill: 2_000, secondKill: 2_000, laterKills: 10_000 } as const;

/** Removed from the environment of programs: they would change how a shell or the loader works. */
const removed = ['IFS', 'LD_PRELOAD', 'LD_LIBRARY_PATH'] as const;

function cleanEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  for (const name of removed) delete environment[name];
  return environment;
}

/** Runs programs without a named user as this one, when it exists and we are root. */
const defaultUser = 'keepalived_script';

/** Undefined: as ourselves. */
function accountFor({ user, group }: ScriptCommand): Outcome<Account> | undefined {
  if (user !== undefined) return accountOf(user, group);
  if (process.getuid?.() !== 0) return undefined;
  const preset = accountOf(defaultUser, undefined);
  return preset.ok ? preset : undefined;
}

/** Starts the program; `exited` is called exactly once, never from within this call. */
export function runProcess(command: ScriptCommand, exited: (exit: ProcessEnd) => void): RunningProcess {
  const account = accountFor(command);
  if (account?.ok === false) return unstarted(account.fault.message, exited);
  const [program = '', ...rest] = command.argv;
  const options: SpawnOptions = {
    // setsid: a group of its own, so that the ladder reaches its children too.
    detached: true,
    stdio: 'ignore',
    env: cleanEnvironment(),
    cwd: '/',
    ...(account === undefined || isOurselves(account.value) ? {} : account.value),
  };
  let child: ChildProcess;
  try {
    child = command.shell
      ? spawn('/bin/sh', ['-c', command.argv.join(' ')], options)
      : spawn(program, rest, options);
  } catch (error) {
    return unstarted(`${program}: ${error instanceof Error ? error.message : String(error)}`, exited);
  }
  return watch(child, program, exited);
}

const isOurselves = ({ uid, gid }: Account): boolean =>
  process.getuid?.() === uid && process.getgid?.() === gid;

function unstarted(detail: string, exited: (exit: ProcessEnd) => void): RunningProcess {
  setImmediate(exited, { code: undefined, signal: undefined, detail });
  return { pid: undefined, terminate() {}, destroy() {} };
}

function watch(child: ChildProcess, program: string, exited: (exit: ProcessEnd) => void): RunningProcess {
  const { pid } = child;
  let over = false;
  let next: NodeJS.Timeout | undefined;

  const finish = (exit: ProcessEnd) => {
    if (over) return;
    over = true;
    if (next !== undefined) clearTimeout(next);
    exited(exit);
  };
  const signalGroup = (signal: 'SIGTERM' | 'SIGKILL') => {
    if (over || pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // ESRCH: the group is gone and the exit is on its way.
    }
  };
  const killAgain = (wait: number) => {
    next = setTimeout(() => {
      signalGroup('SIGKILL');
      killAgain(wait === ladder.firstKill ? ladder.secondKill + 1 : ladder.laterKills);
    }, wait);
  };
  child.once('error', (error: NodeJS.ErrnoException) =>
    finish({
      code: undefined,
      signal: undefined,
      detail: `${program}: ${error.code ?? error.message}`,
    }),
  );
  child.once('exit', (code, signal) =>
    finish({ code: code ?? undefined, signal: signal ?? undefined, detail: undefined }),
  );
  return {
    pid,
    terminate() {
      if (over || next !== undefined) return;
      signalGroup('SIGTERM');
      killAgain(ladder.firstKill);
    },
    destroy() {
      signalGroup('SIGKILL');
    },
  };
}
