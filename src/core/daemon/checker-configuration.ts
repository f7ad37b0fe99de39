// A configuration comes into force: at the start beside the table that is found, at a reload beside the checkers that run.
// Spec: keepalived.conf(5), virtual_server; a table that is found is adopted, not flushed; keepalived(8) reload.

import { arm } from '../agenda.ts';
import { keepSubjects } from '../alert/index.ts';
import {
  type Checker,
  type CheckerConfig,
  checkerDeadline,
  createChecker,
  succeedChecker,
} from '../check/index.ts';
import type { Config } from '../conf/config.ts';
import { noteChange } from '../news.ts';
import { type Duration, seconds } from '../time.ts';
import { adoptedStandings, carryOver, spreadOf } from './adoption.ts';
import { serverSubjects } from './alert-subjects.ts';
import { tellChecker, tellPool } from './checker-routing.ts';
import type { CheckerProcess, Turn } from './checker-state.ts';
import { checkKey, driftKey } from './checker-status.ts';
import { timeoutsToSet } from './timeouts.ts';

/** The start, once both the configuration and the kernel's table are known. */
export function startWhenComplete(turn: Turn): void {
  const { process, effects } = turn;
  const { config, table } = process;
  if (process.phase !== 'waiting' || config === undefined || table === undefined) return;
  process.phase = 'running';
  if (config.global.lvsFlush) {
    table.clear();
    effects.push({ kind: 'flush' });
  }
  setTimeouts(turn, config, undefined);
  const adopted = adoptedStandings(config, table);
  indexWatchers(process, config);
  for (const [index, checker] of config.checkers.entries())
    addChecker(turn, checker, index, foundIn(adopted, checker));
  configurePool(turn, config);
  effects.push({ kind: 'ready' });
}

/** The same checks go on with what they know; dropped ones are broken off; new ones start. */
export function reconfigure(turn: Turn, config: Config, before: Config | undefined): void {
  const { process, effects } = turn;
  setTimeouts(turn, config, before);
  const { kept, heirs, dropped, added } = carryOver(process.checkers, config.checkers);
  for (const id of dropped) tellChecker(turn, id, { kind: 'suspend' });
  for (const id of process.checkers.keys()) noteChange(process.news, checkKey(id));
  for (const id of process.checkers.keys()) arm(process.agenda, id, undefined);
  process.checkers = kept;
  indexWatchers(process, config);
  for (const [id, checker] of kept) arm(process.agenda, id, checkerDeadline(checker));
  for (const [index, { config: wanted, former }] of heirs.entries())
    enter(turn, succeedChecker(former, wanted, spreadFor(index, wanted, former.standing.up), turn.now));
  const standing = 'as its real server stood at the reload';
  for (const [index, checker] of added.entries()) {
    const real = process.pool.virtualServers.get(checker.virtualServer)?.realServers.get(checker.realServer);
    addChecker(turn, checker, index, real === undefined ? undefined : { up: real.up, cause: standing });
  }
  configurePool(turn, config);
  keepSubjects(process.alerts, serverSubjects(config));
  for (const id of process.checkers.keys()) noteChange(process.news, checkKey(id));
  noteChange(process.news, driftKey);
  effects.push({ kind: 'configured' });
}

export function setTimeouts({ process, effects }: Turn, config?: Config, before?: Config): void {
  const { foundTimeouts } = process;
  const timeouts = timeoutsToSet(foundTimeouts, before?.global.lvsTimeouts, config?.global.lvsTimeouts);
  if (timeouts !== undefined) effects.push({ kind: 'set-timeouts', timeouts });
}

/** A server that is down waits for its check: who has corrected the file sees it come back at once. */
const spreadFor = (index: number, { warmup }: CheckerConfig, up: boolean): Duration =>
  spreadOf(index, up || warmup < soon ? warmup : soon);
const soon = seconds(1);

interface Known {
  readonly up: boolean;
  readonly cause: string;
}

function foundIn(adopted: ReadonlyMap<string, boolean>, checker: CheckerConfig): Known | undefined {
  const up = adopted.get(`${checker.virtualServer}\n${checker.realServer}`);
  return up === undefined ? undefined : { up, cause: 'as found in the IPVS table' };
}

function addChecker(turn: Turn, config: CheckerConfig, index: number, known: Known | undefined): void {
  const spread = spreadFor(index, config, known?.up ?? true);
  const start = known === undefined ? { spread } : { spread, initiallyUp: known.up, cause: known.cause };
  enter(turn, createChecker(config, start, turn.now));
}

function enter(turn: Turn, checker: Checker): void {
  const { process } = turn;
  const { config } = checker;
  process.checkers.set(config.id, checker);
  noteChange(process.news, checkKey(config.id));
  arm(process.agenda, config.id, checkerDeadline(checker));
  const address = config.suspendWithoutAddress;
  if (address !== undefined && process.localAddresses?.has(address) !== true)
    tellChecker(turn, config.id, { kind: 'suspend' });
}

function indexWatchers(process: CheckerProcess, config: Config): void {
  process.watchers = new Map();
  for (const { id, suspendWithoutAddress: address } of config.checkers) {
    if (address === undefined) continue;
    const ids = process.watchers.get(address);
    if (ids === undefined) process.watchers.set(address, [id]);
    else ids.push(id);
  }
}

function configurePool(turn: Turn, config: Config): void {
  const checkers = Array.from(
    turn.process.checkers.values(),
    ({ config: { id, virtualServer, realServer }, standing: { up, weight, cause } }) => ({
      id,
      virtualServer,
      realServer,
      up,
      weight,
      cause,
    }),
  );
  const { virtualServers, global } = config;
  const configuration = { virtualServers, checkers, announceInitial: global.rsInitNotifies };
  tellPool(turn, { kind: 'configure', configuration });
}
