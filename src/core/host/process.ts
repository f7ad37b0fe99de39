// Runs a program of the configuration: own process group, an environment of its own, no descriptors, as the named user with all its groups.
// Spec: keepalived.conf(5) SCRIPTS; setpriv(1), umask(2); the kill ladder TERM, 2 s, KILL, 2 s, KILL, every 10 s, until the group is empty.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { type Outcome, succeed } from '../fault.ts';
import type { ScriptCommand } from '../script.ts';
import { type Account, groupsOf, knownAccount } from './accounts.ts';
import { programEnvironment } from './environment.ts';
import { restoreFileLimit } from './limits.ts';
import { keepDescriptorsPrivate } from './private-descriptors.ts';
import { setpriv } from './privileges.ts';
import { inspectProgram } from './script-path.ts';

/** How a program ended: by exit code or signal, or (neither) why it could not be started. */
export interface ProcessEnd {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly detail: string | undefined;
}

export interface RunningProcess {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /**
   * SIGTERM to the whole group now, SIGKILL later to what still lives of it: a leader that ends first does not save its children.
   */
  terminate(): void;
  /** SIGKILL to the whole group at once; `exited` still comes. */
  destroy(): void;
  /** Whether anything of its group lives. */
  lives(): boolean;
}

/** Milliseconds after SIGTERM at which SIGKILL is sent, then the period of its repetition. */
const ladder = { firstKill: 2_000, secondKill: 2_000, laterKills: 10_000 } as const;
/** Milliseconds between looks at a group whose leader has ended: its number is free for others as soon as it is empty. */
const groupLook = 100;

/** keepalived's: what scripts write is for their user alone. */
const umask = 0o177;

/** Runs programs without a named user as this one, when it exists and we are root. */
const defaultUser = 'keepalived_script';

const ourselves = (): Account => {
  const uid = process.getuid?.() ?? 0;
  const known = knownAccount(String(uid), undefined);
  const { name, home } = known.ok ? known.value : { name: String(uid), home: '/' };
  return { uid, gid: process.getgid?.() ?? 0, name, home };
};

/** Whom a command runs as. Fault `not-permitted` for unknown names. `find`: who looks names up, and whether it may wait. */
export function accountFor(
  { user, group }: Pick<ScriptCommand, 'user' | 'group'>,
  find: typeof knownAccount = knownAccount,
): Outcome<Account> {
  if (user !== undefined) return find(user, group);
  if (process.getuid?.() === 0) {
    const preset = knownAccount(defaultUser, undefined);
    if (preset.ok) return preset;
  }
  return succeed(ourselves());
}

/**
 * Starts the program; `exited` is called exactly once, never from within this call. `secure`: one that has root's rights does not start where
 * others than root may change what it is.
 */
export function runProcess(
  command: ScriptCommand,
  exited: (exit: ProcessEnd) => void,
  secure = false,
): RunningProcess {
  const account = accountFor(command);
  if (!account.ok) return unstarted(account.fault.message, exited);
  const refusal = command.shell ? undefined : whyNotRun(command.argv[0] ?? '', account.value, secure);
  if (refusal !== undefined) return unstarted(refusal, exited);
  const [program = '', ...rest] = command.shell ? ['/bin/sh', '-c', command.argv.join(' ')] : command.argv;
  const options: SpawnOptions = {
    // setsid: a group of its own, so that the ladder reaches its children too.
    detached: true,
    stdio: 'ignore',
    env: programEnvironment(account.value),
    cwd: '/',
  };
  keepDescriptorsPrivate();
  // Of the whole process, and only while it forks: our own files have modes of their own.
  const before = process.umask(umask);
  try {
    const started = start(program, rest, account.value, options);
    if (!started.ok) return unstarted(started.fault.message, exited);
    if (started.value.pid !== undefined) void restoreFileLimit(started.value.pid);
    return watch(started.value, program, exited);
  } catch (error) {
    return unstarted(`${program}: ${error instanceof Error ? error.message : String(error)}`, exited);
  } finally {
    process.umask(before);
  }
}

function start(
  program: string,
  rest: readonly string[],
  account: Account,
  options: SpawnOptions,
): Outcome<ChildProcess> {
  const { uid, gid } = account;
  if (process.getuid?.() === uid && process.getgid?.() === gid) return succeed(spawn(program, rest, options));
  // It sets the user's supplementary groups, which Node's uid and gid do not.
  if (setpriv === undefined || process.getuid?.() !== 0)
    return succeed(spawn(program, rest, { ...options, uid, gid }));
  const groups = groupsOf(account.name, gid).join(',');
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, `--groups=${groups}`];
  return succeed(spawn(setpriv, [...identity, '--', program, ...rest], options));
}

/** What cannot be started is not the same as what fails: exit statuses of setpriv or the shell would be taken for the program's. */
function whyNotRun(program: string, account: Account, secure: boolean): string | undefined {
  const { cannotRun, insecure } = inspectProgram(program, account);
  if (cannotRun !== undefined) return `${program} ${cannotRun}`;
  return secure && insecure !== undefined
    ? `${program} does not run as root (enable_script_security): ${insecure}`
    : undefined;
}

function unstarted(detail: string, exited: (exit: ProcessEnd) => void): RunningProcess {
  setImmediate(exited, { code: undefined, signal: undefined, detail });
  return { pid: undefined, terminate() {}, destroy() {}, lives: () => false };
}

function watch(child: ChildProcess, program: string, exited: (exit: ProcessEnd) => void): RunningProcess {
  const { pid } = child;
  let over = false;
  /** Nothing of the group is left, or nobody asked for its end. */
  let empty = pid === undefined;
  let next: NodeJS.Timeout | undefined;
  let look: NodeJS.Timeout | undefined;

  const signalGroup = (signal: 'SIGTERM' | 'SIGKILL' | 0) => {
    if (empty || pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      // ESRCH before the leader was waited for: its exit is on its way.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH' || !over) return;
      empty = true;
      clearTimeout(next);
      clearInterval(look);
    }
  };
  const finish = (exit: ProcessEnd) => {
    if (over) return;
    over = true;
    signalGroup(0);
    if (next === undefined) {
      // It ended by itself: what it left in the background is its own affair.
      empty = true;
    } else if (!empty) look = setInterval(() => signalGroup(0), groupLook);
    exited(exit);
  };
  const killAgain = (wait: number) => {
    next = setTimeout(() => {
      signalGroup('SIGKILL');
      if (!empty) killAgain(wait === ladder.firstKill ? ladder.secondKill + 1 : ladder.laterKills);
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
      if (next === undefined && !over) killAgain(ladder.secondKill);
      signalGroup('SIGKILL');
    },
    lives() {
      signalGroup(0);
      return !empty;
    },
  };
}
