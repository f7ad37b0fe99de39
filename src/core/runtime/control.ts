// What the supervisor does for operators: keeps the copy of its children's records, serves the control socket, carries out orders.
// Spec: docs/status.md; a control socket that cannot be had is logged and keeps no director from running.

import { hostname } from 'node:os';
import { basename, resolve } from 'node:path';
import {
  type ChildProcess,
  childMoved,
  controlPath,
  createCopy,
  type DaemonRecord,
  daemonMoved,
  type ParamsOf,
  type Push,
  rpcCodes,
  statusOf,
  takePush,
} from '../control/index.ts';
import type { ChildName, Order } from '../daemon/index.ts';
import { FaultError } from '../fault.ts';
import { accountOf, clockOrigin, type Logger, now } from '../host/index.ts';
import { bounded } from '../schema.ts';
import type { Loaded } from './configuration.ts';
import { type Answer, ControlSocket, type OrderCall } from './control-socket.ts';
import { createEditedFiles } from './edited-files.ts';
import { type LogOptions, logLevelOf, setLogLevel } from './logging.ts';

export interface ControlOptions extends LogOptions {
  readonly file: string;
  /** undefined: beside the PID file, or in /run/lvskit with the instance in its name. */
  readonly control: { readonly path: string | undefined; readonly group: string | undefined };
  readonly pidFiles: { readonly daemon: string };
}

/** What a reload has come to. */
export interface Reloaded {
  readonly accepted: boolean;
  /** What is in force now, or why it is refused. */
  readonly cause: string;
  readonly findings: readonly string[];
}

export interface Control {
  /** Opens the socket; until then, and without it, the copy is kept all the same. */
  open(): Promise<void>;
  started(name: ChildName, pid: number | undefined): void;
  moved(name: ChildName, to: 'running' | 'restarting' | 'stopping' | 'ended', cause: string): void;
  pushed(name: ChildName, push: Push): void;
  reloaded(outcome: Reloaded, loaded: Loaded | undefined): void;
  close(): void;
}

export interface Hands {
  reload(): Promise<Reloaded>;
  /** Reads the file and leaves everything as it is. */
  check(): Promise<Reloaded>;
  send(name: ChildName, order: Order): void;
}

const standardPid = '/run/lvskit/lvskit.pid';

/** A daemon with PID files of its own has its socket beside them. */
function pathOf({ control, pidFiles }: ControlOptions, loaded: Loaded): string {
  if (control.path !== undefined) return control.path;
  if (pidFiles.daemon === standardPid) return controlPath(loaded.config.global.instance);
  return `${pidFiles.daemon.replace(/\.pid$/, '')}.sock`;
}

/** The number of the group that may read; throws when it does not exist, because the command line is wrong then. */
export function controlGroup(name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  const account = accountOf('root', name);
  if (account.ok) return account.value.gid;
  throw new FaultError({
    code: 'usage',
    message: `--control-group ${name}: there is no such group`,
    remedy: 'Create the group or name another one.',
  });
}

const notActedOn = (loaded: Loaded): readonly string[] =>
  loaded.diagnostics
    .filter(({ rule }) => rule === 'not-acted-on')
    .slice(0, 100)
    .map(({ message, place }) =>
      bounded(`${message.replace(/ is read, but .*$/, '')} (${basename(place.file)}:${place.line})`),
    );

function daemonRecord(options: ControlOptions, loaded: Loaded): DaemonRecord {
  const { instance } = loaded.config.global;
  return {
    host: hostname(),
    pid: process.pid,
    since: now(),
    // Who asks may be in another directory.
    file: resolve(options.file),
    ...(instance === undefined ? {} : { instance }),
    epoch: `${process.pid}-${Date.now()}`,
    edited: [],
    readAt: now(),
    notActedOn: notActedOn(loaded),
    logLevel: logLevelOf(options),
  };
}

export function createControl(
  options: ControlOptions,
  initial: Loaded,
  logger: Logger,
  hands: Hands,
): Control {
  const copy = createCopy(clockOrigin(), daemonRecord(options, initial));
  const edited = createEditedFiles(paths => {
    copy.daemon = { ...copy.daemon, edited: paths.slice(0, 100).map(path => bounded(path)) };
  });
  edited.watch(initial.files);
  const path = pathOf(options, initial);
  const gid = controlGroup(options.control.group);
  const socket = new ControlSocket({
    path,
    gid,
    copy,
    since: now(),
    order: call => carryOut(call, { copy, hands, logger }),
  });
  let isFaultLogged = false;
  const tell = (entry: ReturnType<typeof childMoved>) => socket.tell(entry === undefined ? [] : [entry]);
  return {
    async open() {
      const opened = await socket.open();
      if (!opened.ok) {
        logger.log({ level: 'warning', message: `No control socket: ${opened.fault.message}` });
        return;
      }
      const mode = gid === undefined ? '0600' : '0660';
      const message = `Peers of the control socket ${path} are not known without the package koffi: its mode ${mode} alone decides`;
      if (!opened.value.knowsPeers) logger.log({ level: 'info', message });
      logger.log({ level: 'debug', message: `Control socket ${path}` });
    },
    started(name, pid) {
      tell(childMoved(copy, name, 'starting', { cause: 'started', pid }, now()));
      const { logLevel } = copy.daemon;
      // One that replaces another begins as the command line says; an operator may have said otherwise since.
      if (logLevel !== (options.detail ? 'debug' : 'info'))
        hands.send(name, { kind: 'log-level', level: logLevel });
    },
    moved: (name, to, cause) => tell(childMoved(copy, name, to, { cause }, now())),
    pushed(name: ChildProcess, push) {
      const { entries, fault } = takePush(copy, name, push, now());
      const message = `Status of the ${name} process: ${fault}`;
      if (fault !== undefined && !isFaultLogged) logger.log({ level: 'error', message });
      isFaultLogged ||= fault !== undefined;
      socket.tell(entries);
    },
    reloaded({ accepted, cause }, loaded) {
      const at = now();
      copy.daemon = {
        ...copy.daemon,
        reload: { at, accepted, cause: bounded(cause) },
        ...(loaded === undefined ? {} : { readAt: at, notActedOn: notActedOn(loaded) }),
      };
      if (loaded !== undefined) edited.watch(loaded.files);
      tell(daemonMoved(copy, accepted ? 'reloaded' : 'refused', cause, at));
    },
    close() {
      edited.close();
      socket.close();
    },
  };
}

interface Desk {
  readonly copy: ReturnType<typeof createCopy>;
  readonly hands: Hands;
  readonly logger: Logger;
}

const failed = (message: string): Answer => ({ error: { code: rpcCodes.failed, message } });

type OrderHandlers = {
  readonly [M in OrderCall['method']]: (params: ParamsOf<M>, desk: Desk) => Answer | Promise<Answer>;
};

const orders: OrderHandlers = {
  reload: async ({ check }, { hands }) => ({
    result: await (check === true ? hands.check() : hands.reload()),
  }),
  'log level'({ level }, { copy, hands, logger }) {
    setLogLevel(level);
    copy.daemon = { ...copy.daemon, logLevel: level };
    for (const name of copy.children.keys()) hands.send(name, { kind: 'log-level', level });
    logger.log({ level: 'info', message: `An operator set the log level to ${level}` });
    return { result: { level } };
  },
  'check now'({ name }, { copy, hands }) {
    const checkers = checksOf(copy, name);
    if (checkers === undefined) return failed(`nothing that is checked is called ${name}`);
    if (checkers.length > 0) hands.send('checker', { kind: 'check-now', checkers });
    return { result: { checks: checkers.length } };
  },
  'override weight'({ virtualServer, realServer, weight }, { copy, hands }) {
    const known = recordsOf(copy, 'server').some(
      record => record['virtualServer'] === virtualServer && record['name'] === realServer,
    );
    if (!known) return failed(`${virtualServer} has no real server ${realServer}`);
    hands.send('checker', { kind: 'override-weight', virtualServer, realServer, weight });
    return { result: { virtualServer, realServer, ...(weight === undefined ? {} : { weight }) } };
  },
  'override priority'({ instance, priority }, { copy, hands }) {
    const found = recordsOf(copy, 'instance').find(record => record['name'] === instance);
    if (found === undefined) return failed(`there is no instance ${instance}`);
    const { configured } = found['priority'] as { readonly configured: number };
    if (configured === 255)
      return failed(`${instance} is the address owner: its priority 255 cannot be overridden`);
    hands.send('vrrp', { kind: 'override-priority', instance, priority });
    return { result: { instance, ...(priority === undefined ? {} : { priority }) } };
  },
};

const carryOut = (call: OrderCall, desk: Desk): Answer | Promise<Answer> =>
  (orders[call.method] as (params: OrderCall['params'], desk: Desk) => Answer | Promise<Answer>)(
    call.params,
    desk,
  );

type Fields = Readonly<Record<string, unknown>>;

const recordsOf = ({ children }: Desk['copy'], kind: string): readonly Fields[] =>
  [...children.values()].flatMap(({ records }) =>
    [...records.values()].filter(each => each.kind === kind).map(({ record }) => record as Fields),
  );

/** The ids of the checks of what has the name; undefined: nothing has it. */
function checksOf(copy: Desk['copy'], name: string | undefined): readonly string[] | undefined {
  const own = { pid: 0, memory: 0, since: now() };
  const found = statusOf(copy, { now: now(), wall: Date.now() }, { own, of: () => undefined }, name);
  return found?.checks.map(check => check.name);
}
