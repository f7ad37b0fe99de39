// `lvskit run`: the parent process. Reads the file, forks the VRRP and checker processes, reloads, stops.
// Spec: keepalived(8) processes and signals; the decisions are made by daemon/supervisor.ts.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Config } from '../conf/config.ts';
import {
  type ChildName,
  createSupervisor,
  type FromChild,
  type SupervisorEffect,
  type SupervisorInput,
  type SupervisorState,
  stepSupervisor,
  supervisorDeadline,
  type ToChild,
} from '../daemon/index.ts';
import { FaultError, remedyOf, unwrap } from '../fault.ts';
import { drive, type Logger, livePid, now, removePid, returning, writePid } from '../host/index.ts';
import { between, type Instant } from '../time.ts';
import { type Loaded, loadForDaemon } from './configuration.ts';
import { daemonLogger, diagnosticEvent, type LogOptions } from './logging.ts';

export interface RunOptions extends LogOptions {
  readonly file: string;
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

/** Runs `initial` until a signal ends it; resolves with the process exit code. Throws FaultError when it cannot begin. */
export function supervise(options: RunOptions, initial: Loaded): Promise<number> {
  const logger = daemonLogger('supervisor', options);
  const live = livePid(options.pidFiles.daemon);
  if (live !== undefined && live !== process.pid) {
    throw new FaultError({ code: 'already-running', message: `already running with process id ${live}` });
  }
  let loaded = initial;
  report(loaded, logger);
  const wanted = childrenFor(loaded.config, options.only);
  unwrap(writePid(options.pidFiles.daemon, process.pid));
  logger.log({
    level: 'info',
    message: `Started with ${options.file}: ${loaded.config.vrrp.instances.length} VRRP instances, ${loaded.config.virtualServers.length} virtual servers`,
  });

  return new Promise(resolve => {
    // With nothing to do there is no child and no timer, yet a reload may bring work: signals alone keep no process alive.
    const alive = setInterval(() => {}, 2 ** 31 - 1);
    const children = new Map<ChildName, ChildProcess>();

    /** Told by the VRRP process; and once it has died, since when nobody has been MASTER of them. */
    let masters: readonly string[] = [];
    let widowedAt: Instant | undefined;

    const configure = (name: ChildName) => {
      const resume =
        name === 'vrrp' && widowedAt !== undefined
          ? { resume: { instances: masters, silence: between(widowedAt, now()) } }
          : {};
      const message: ToChild = { kind: 'configure', config: loaded.config, ...resume };
      // A child that dies while it is being told is reported by its exit.
      children.get(name)?.send(message, () => {});
    };
    const spawn = (name: ChildName, post: (input: SupervisorInput) => void) => {
      const child = startChild(name, options);
      children.set(name, child);
      if (child.pid !== undefined) {
        const written = writePid(pidFileOf(options, name), child.pid);
        if (!written.ok) logger.log({ level: 'warning', message: written.fault.message });
      }
      child.on('message', message => {
        const told = message as FromChild;
        if (told.kind === 'masters') {
          masters = told.instances;
          widowedAt = undefined;
        } else logger.log({ level: 'debug', message: `The ${name} process is ${told.kind}` });
      });
      child.once('exit', (code, signal) => {
        if (children.get(name) === child) children.delete(name);
        if (name === 'vrrp') widowedAt ??= now();
        removePid(pidFileOf(options, name));
        post({ kind: 'exited', child: name, code: code ?? undefined, signal: signal ?? undefined });
      });
      child.once('error', error => {
        logger.log({ level: 'error', message: `The ${name} process cannot be started: ${error.message}` });
        if (child.pid === undefined)
          post({ kind: 'exited', child: name, code: undefined, signal: undefined });
      });
      configure(name);
    };

    const perform = (effect: SupervisorEffect, post: (input: SupervisorInput) => void): void => {
      switch (effect.kind) {
        case 'spawn':
          spawn(effect.child, post);
          return;
        case 'configure':
          configure(effect.child);
          return;
        case 'terminate':
          children.get(effect.child)?.kill('SIGTERM');
          return;
        case 'kill':
          children.get(effect.child)?.kill('SIGKILL');
          return;
        case 'log':
          logger.log(effect);
          return;
        case 'finish':
          driver.stop();
          clearInterval(alive);
          for (const [signal, handler] of handlers) process.off(signal, handler);
          removePid(options.pidFiles.daemon);
          resolve(effect.code);
          return;
      }
    };

    const driver = drive<{ current: SupervisorState }, SupervisorInput, SupervisorEffect>({
      machine: returning({ step: stepSupervisor, deadline: supervisorDeadline, wake: { kind: 'wake' } }),
      initial: { current: createSupervisor(loaded.config.global.childWaitTime) },
      perform,
    });

    const reload = () => {
      logger.log({ level: 'info', message: `Reloading ${options.file}` });
      const next = loadForDaemon(options);
      if (!next.ok) {
        const { fault, errors } = next;
        for (const finding of errors) logger.log(diagnosticEvent(finding));
        logger.log({
          level: 'error',
          message: `Reload refused, the running configuration stays: ${fault.message}`,
        });
        logger.log({ level: 'info', message: remedyOf(fault) });
        return;
      }
      loaded = next.value;
      report(loaded, logger);
      const childWaitTime = loaded.config.global.childWaitTime;
      driver.post({ kind: 'reload', wanted: childrenFor(loaded.config, options.only), childWaitTime });
    };
    const handlers = new Map<NodeJS.Signals, () => void>([
      ['SIGHUP', reload],
      ['SIGTERM', () => driver.post({ kind: 'stop', reason: 'SIGTERM' })],
      ['SIGINT', () => driver.post({ kind: 'stop', reason: 'SIGINT' })],
    ]);
    for (const [signal, handler] of handlers) process.on(signal, handler);

    if (wanted.length === 0) {
      logger.log({
        level: 'warning',
        message: 'Nothing to do: no vrrp_instance, static item or virtual_server for the chosen processes',
      });
    }
    driver.post({ kind: 'start', wanted });
  });
}

function startChild(name: ChildName, options: RunOptions): ChildProcess {
  const entry = join(options.root, 'dist', 'core', 'runtime', 'processes', `${name}.js`);
  const logging = ['--log-format', options.logFormat, ...(options.detail ? ['--log-detail'] : [])];
  return fork(entry, logging, {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Small young generation: the working set is small, and idle memory counts on a director. Code that waits for a takeover
    // for months must still be compiled when it comes.
    execArgv: ['--max-semi-space-size=2', '--no-flush-bytecode'],
  });
}

function report(loaded: Loaded, logger: Logger): void {
  for (const diagnostic of loaded.diagnostics) logger.log(diagnosticEvent(diagnostic));
}
