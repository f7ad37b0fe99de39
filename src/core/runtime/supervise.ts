// `lvskit run`: the parent process. Reads the file, forks the VRRP and checker processes, reloads, stops.
// Spec: keepalived(8) processes and signals; the decisions are made by daemon/supervisor.ts.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Config } from '../conf/config.ts';
import {
  type ChildName,
  createSupervisor,
  type NumberedConfigure,
  readFromChild,
  type Supervisor,
  type SupervisorEffect,
  type SupervisorInput,
  stepSupervisor,
  supervisorDeadline,
} from '../daemon/index.ts';
import { remedyOf, unwrap } from '../fault.ts';
import {
  childEnvironment,
  claimPid,
  drive,
  type Launcher,
  type Logger,
  now,
  removePid,
  undebuggable,
  writePid,
} from '../host/index.ts';
import { between, type Instant } from '../time.ts';
import type { ResumedInstance } from '../vrrp/index.ts';
import { type Loaded, type Loading, printDiagnostic } from './configuration.ts';
import { type Control, type ControlOptions, controlGroup, createControl, type Reloaded } from './control.ts';
import { daemonLogger, diagnosticEvent, logDrained } from './logging.ts';
import { createOrphans, type Orphans } from './orphans.ts';
import { type Launchers, learnLaunchers, mayBeLimited } from './privileges.ts';
import { createReloading } from './reloading.ts';
import { createSettling, type Settlement } from './settling.ts';
import { surviveSurroundings } from './surroundings.ts';

export interface RunOptions extends ControlOptions {
  readonly configId: string | undefined;
  /** Only the VRRP (-P) or only the checker (-C) process. */
  readonly only: ChildName | undefined;
  readonly pidFiles: { readonly daemon: string; readonly vrrp: string; readonly checker: string };
  /** The installed package: where the built process entries are. */
  readonly root: string;
}

/** Which processes this configuration needs, as keepalived decides it. */
export function childrenFor(config: Config, only: ChildName | undefined): readonly ChildName[] {
  const { vrrp } = config;
  const needs: Record<ChildName, boolean> = {
    vrrp:
      vrrp.instances.length +
        vrrp.staticAddresses.length +
        vrrp.staticRoutes.length +
        vrrp.staticRules.length >
      0,
    checker: config.virtualServers.length > 0,
  };
  return (['vrrp', 'checker'] as const).filter(name => needs[name] && (only === undefined || only === name));
}

const pidFileOf = (options: RunOptions, name: ChildName) => options.pidFiles[name];

/** Milliseconds that a slow reader of the log gets at the end. */
const lastWords = 200;

/** Runs `initial` until a signal ends it; resolves with the process exit code. Throws FaultError when it cannot begin. */
export async function supervise(options: RunOptions, initial: Loaded): Promise<number> {
  process.title = 'lvskit';
  // Files and directories of ours have fixed modes; nothing else that we make is for others to write.
  process.umask(0o022);
  const logger = daemonLogger('supervisor', options);
  surviveSurroundings(logger);
  // Who reads the PID file may send SIGHUP at once: the file is read again as soon as that is possible.
  const early = { reload: false };
  const remember = () => {
    early.reload = true;
  };
  process.on('SIGHUP', remember);
  // Before there is anything to undo.
  controlGroup(options.control.group);
  // Before the PID file is there: who reads it may send SIGTERM at once, which is handled from the first child on.
  const launchers = await learnLaunchers();
  const own = unwrap(await claimPid(options.pidFiles.daemon));
  if (own.replaced !== undefined) {
    const message = `PID file ${options.pidFiles.daemon} named running process ${own.replaced}, which is not a director; file replaced`;
    logger.log({ level: 'warning', message });
  }
  report(initial, logger);
  try {
    return await new Promise<number>(resolve =>
      superviseChildren({ options, logger, launchers, early }, initial, resolve),
    );
  } finally {
    process.off('SIGHUP', remember);
    own.release();
    await logDrained(lastWords);
  }
}

/** What the supervisor knows of the VRRP process, for its successor. */
interface Reign {
  /** Instances that are MASTER, by identity. */
  readonly masters: Map<string, Omit<ResumedInstance, 'silence'>>;
  /** Since when nobody has been MASTER of them. */
  widowedAt: Instant | undefined;
}

/** What does not change while the daemon runs. */
interface Surroundings {
  readonly options: RunOptions;
  readonly logger: Logger;
  readonly launchers: Launchers;
  readonly early: { readonly reload: boolean };
}

function superviseChildren(
  { options, logger, launchers, early }: Surroundings,
  initial: Loaded,
  ended: (code: number) => void,
): void {
  let loaded = initial;
  // With nothing to do there is no child and no timer, yet a reload may bring work: signals alone keep no process alive.
  const alive = setInterval(() => {}, 2 ** 31 - 1);
  const children = new Map<ChildName, ChildProcess>();
  /** Children that run without the rights that programs may need. */
  const limited = new Set<ChildName>();
  /** Limited children that have not been ready yet: lvskit or Node may lie where only another user, or root with CAP_DAC_OVERRIDE, reads. */
  const unproven = new Set<ChildName>();
  /** Those that could not do without the other rights. */
  const unfit = new Set<ChildName>();
  const reign: Reign = { masters: new Map(), widowedAt: undefined };

  const control = createControl(options, initial, logger, {
    reload: () => reload(),
    check: async () => outcomeOf(await reloading.read()),
    send: (name, order) => void children.get(name)?.send(order, () => {}),
  });
  const settling = createSettling();
  const orphans = createOrphans();
  const reloading = createReloading(join(options.root, 'dist', 'lean', 'parser.cjs'), options);

  const configure = (name: ChildName, generation: number) => {
    const resume = name === 'vrrp' ? succession(reign) : undefined;
    const message: NumberedConfigure = {
      kind: 'configure',
      config: loaded.config,
      generation,
      ...(resume === undefined ? {} : { resume }),
    };
    // A child that dies while it is sent to is reported by its exit.
    children.get(name)?.send(message, () => {});
  };
  const spawn = (name: ChildName, generation: number, post: (input: SupervisorInput) => void) => {
    const few = mayBeLimited(loaded.config, name) && !unfit.has(name);
    const launcher = few ? launchers[name] : undefined;
    for (const set of [limited, unproven]) {
      if (launcher === undefined) set.delete(name);
      else set.add(name);
    }
    const child = startChild(name, options, launcher);
    children.set(name, child);
    control.started(name, child.pid);
    orphans.began(name, child.pid);
    if (child.pid !== undefined) {
      const written = writePid(pidFileOf(options, name), child.pid);
      if (!written.ok) logger.log({ level: 'warning', message: written.fault.message });
    }
    const hear = hearing(name, reign, { logger, control, orphans }, input => {
      if (input.kind === 'ready') unproven.delete(name);
      post(input);
    });
    const gaveUp = (signal: NodeJS.Signals | null): boolean => {
      // A signal says nothing about rights.
      const gone = unproven.delete(name) && signal === null;
      if (gone) unfit.add(name);
      return gone;
    };
    child.on('message', hear);
    child.once('exit', (code, signal) => {
      if (children.get(name) === child) children.delete(name);
      if (name === 'vrrp') reign.widowedAt ??= now();
      const left = orphans.left(name);
      // After an orderly end those that it has killed itself may not be gone yet.
      if (left > 0 && (signal !== null || code !== 0)) {
        const message = `Ending ${counted(left, 'program')} that the ${name} process left running`;
        logger.log({ level: 'warning', message });
      }
      removePid(pidFileOf(options, name));
      // What the supervisor does about it comes after: it may start the next one at once.
      control.moved(
        name,
        'restarting',
        signal === null ? `ended with exit status ${code}` : `ended by ${signal}`,
      );
      post({
        kind: 'exited',
        child: name,
        code: code ?? undefined,
        signal: signal ?? undefined,
        unfit: gaveUp(signal),
      });
    });
    child.once('error', error => {
      logger.log({ level: 'error', message: `The ${name} process cannot be started: ${error.message}` });
      if (child.pid !== undefined) return;
      post({ kind: 'exited', child: name, code: undefined, signal: undefined, unfit: gaveUp(null) });
    });
    configure(name, generation);
  };
  const finish = (code: number) => {
    driver.stop();
    reloading.close();
    control.close();
    clearInterval(alive);
    for (const [signal, handler] of handlers) process.off(signal, handler);
    ended(code);
  };
  const driver = drive<Supervisor, SupervisorInput, SupervisorEffect>({
    machine: { step: stepSupervisor, deadline: supervisorDeadline, wake: { kind: 'wake' } },
    initial: createSupervisor(loaded.config.global.childWaitTime),
    perform(effect, post) {
      switch (effect.kind) {
        case 'spawn':
          return spawn(effect.child, effect.generation, post);
        case 'configure':
          return configure(effect.child, effect.generation);
        case 'terminate':
          control.moved(effect.child, 'stopping', 'asked to end');
          children.get(effect.child)?.kill('SIGTERM');
          return;
        case 'kill':
          children.get(effect.child)?.kill('SIGKILL');
          return;
        case 'log':
          return logger.log(effect);
        case 'settled':
          return settling.settled(effect);
        case 'finish':
          return finish(effect.code);
      }
    },
  });

  const reload = async (): Promise<Reloaded> => {
    logger.log({ level: 'info', message: `Reloading ${options.file}` });
    const next = await reloading.read();
    const judged = judgeReload(next, logger);
    if (!next.ok) {
      control.reloaded(judged, undefined);
      return judged;
    }
    // A daemon that stops gives nobody another configuration.
    if (driver.state.ending === undefined) loaded = next.value;
    const childWaitTime = loaded.config.global.childWaitTime;
    const announcement = `Reloaded ${options.file}: ${judged.cause}`;
    const conclude = (settlement: Settlement): Reloaded => {
      const outcome = { ...judged, ...settlement };
      control.reloaded(outcome, outcome.accepted ? next.value : undefined);
      return outcome;
    };
    const settled = settling.next(conclude);
    driver.post({
      kind: 'reload',
      wanted: childrenFor(loaded.config, options.only),
      replaced: [...limited].filter(name => !mayBeLimited(loaded.config, name)),
      childWaitTime,
      announcement,
    });
    return conclude(await settled);
  };
  const handlers = new Map<NodeJS.Signals, () => void>([
    ['SIGHUP', () => void reload()],
    ['SIGTERM', () => driver.post({ kind: 'stop', reason: 'SIGTERM' })],
    ['SIGINT', () => driver.post({ kind: 'stop', reason: 'SIGINT' })],
  ]);
  for (const [signal, handler] of handlers) process.on(signal, handler);

  const wanted = childrenFor(loaded.config, options.only);
  if (wanted.length === 0) {
    logger.log({
      level: 'warning',
      message: 'Nothing to do: no vrrp_instance, static item or virtual_server for the chosen processes',
    });
  }
  driver.post({
    kind: 'start',
    wanted,
    announcement: `Started with ${options.file}: ${summaryOf(loaded.config)}`,
  });
  void control.open();
  if (early.reload) void reload();
}

/** What a restarted VRRP process must know; undefined for the first one. */
function succession({ masters, widowedAt }: Reign): readonly ResumedInstance[] | undefined {
  if (widowedAt === undefined) return undefined;
  const silence = between(widowedAt, now());
  return [...masters.values()].map(instance => ({ ...instance, silence }));
}

const counted = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`;

const summaryOf = ({ vrrp, virtualServers }: Config): string =>
  `${counted(vrrp.instances.length, 'VRRP instance')}, ${counted(virtualServers.length, 'virtual server')}`;

/** Takes what a child says; what is no message of ours is logged once and ignored. */
function hearing(
  name: ChildName,
  reign: Reign,
  {
    logger,
    control,
    orphans,
  }: { readonly logger: Logger; readonly control: Control; readonly orphans: Orphans },
  post: (input: SupervisorInput) => void,
): (received: unknown) => void {
  let unknown = false;
  return received => {
    const message = readFromChild(received);
    switch (message?.kind) {
      case undefined:
        if (!unknown)
          logger.log({ level: 'error', message: `Unknown message from the ${name} process ignored` });
        unknown = true;
        return;
      case 'masters': {
        if (reign.widowedAt !== undefined) reign.masters.clear();
        reign.widowedAt = undefined;
        for (const instance of message.instances) {
          if (instance.master) reign.masters.set(instance.identity, instance);
          else reign.masters.delete(instance.identity);
        }
        return;
      }
      case 'status':
        control.pushed(name, message);
        return;
      case 'program':
        orphans.heard(name, message.pid, message.runs);
        return;
      case 'stopping':
        post({ kind: 'stopping', child: name, signal: message.signal });
        return;
      case 'ready':
        if (name === 'vrrp' && reign.widowedAt !== undefined) {
          reign.masters.clear();
          reign.widowedAt = undefined;
        }
        logger.log({ level: 'debug', message: `The ${name} process is ready` });
        control.moved(name, 'running', 'its configuration is in force');
        post({ kind: 'ready', child: name, generation: message.generation });
        return;
      case 'configured':
        logger.log({ level: 'debug', message: `The ${name} process is configured` });
        post({ kind: 'ready', child: name, generation: message.generation });
        return;
    }
  };
}

/** Logs what came of reading the file again: every error of a refused one, what is remarked of a good one. */
function judgeReload(next: Loading, logger: Logger): Reloaded {
  const outcome = outcomeOf(next);
  if (next.ok) {
    report(next.value, logger);
    return { ...outcome, cause: `${outcome.cause} now in force` };
  }
  const { fault, errors } = next;
  for (const finding of errors) logger.log(diagnosticEvent(finding));
  logger.log({
    level: 'error',
    message: `Reload refused, the running configuration stays: ${fault.message}`,
  });
  logger.log({ level: 'info', message: remedyOf(fault) });
  return outcome;
}

/** What a reload of it would do: the file's summary, or why it would be refused. */
function outcomeOf(next: Loading): Reloaded {
  if (next.ok) {
    const { config, diagnostics } = next.value;
    return { accepted: true, cause: summaryOf(config), findings: diagnostics.map(printDiagnostic) };
  }
  const findings = next.errors.map(printDiagnostic);
  return { accepted: false, cause: [next.fault.message, ...findings.slice(0, 1)].join('; '), findings };
}

function startChild(name: ChildName, options: RunOptions, launcher: Launcher | undefined): ChildProcess {
  const logging = ['--log-format', options.logFormat, ...(options.detail ? ['--log-detail'] : [])];
  const before = launcher === undefined ? [] : [...launcher.words, process.execPath];
  return fork(join(options.root, 'bin', 'process.js'), [name, ...logging], {
    execPath: launcher?.program ?? process.execPath,
    serialization: 'advanced',
    env: childEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Small young generation: the working set is small, and idle memory counts on a director. Code that waits for a takeover
    // for months must still be compiled when it comes.
    execArgv: [...before, '--max-semi-space-size=2', '--no-flush-bytecode', ...undebuggable],
  });
}

function report(loaded: Loaded, logger: Logger): void {
  for (const diagnostic of loaded.diagnostics) logger.log(diagnosticEvent(diagnostic));
}
