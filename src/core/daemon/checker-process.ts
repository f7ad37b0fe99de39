// The checker process as a machine: runs every checker, lets the pool judge, and programs IPVS by the difference.
// Spec: keepalived.conf(5), virtual_server; a table that is found is adopted, not flushed.

import { arm, nextDeadline, takeDue } from '../agenda.ts';
import { type AlertInput, alertsAtRest, alertsDeadline, unfinished } from '../alert/index.ts';
import type { CheckInput } from '../check/index.ts';
import type { Config } from '../conf/config.ts';
import type { Fault } from '../fault.ts';
import { type Service, type Timeouts, tableOf } from '../ipvs/index.ts';
import type { Address } from '../net/index.ts';
import { after, earliest, type Instant, seconds } from '../time.ts';
import { reconfigure, setTimeouts, startWhenComplete } from './checker-configuration.ts';
import { noteChange, programChanges } from './checker-programming.ts';
import { log, tellAlerts, tellChecker, tellPool } from './checker-routing.ts';
import {
  beginTurn,
  type CheckerProcess,
  type CheckerProcessEffect,
  type Turn,
  timers,
} from './checker-state.ts';
import type { Order } from './messages.ts';
import { createRereading, rereadingAnswered, rereadingAsked, scheduleRereading } from './rereading.ts';

export { type CheckerProcess, type CheckerProcessEffect, createCheckerProcess } from './checker-state.ts';

export type CheckerProcessInput =
  | { readonly kind: 'configure'; readonly config: Config }
  /** The whole IPVS table: at start, and again after the kernel refused something. */
  | { readonly kind: 'kernel'; readonly services: readonly Service[]; readonly timeouts?: Timeouts }
  /** Addresses of this machine, for ha_suspend. */
  | { readonly kind: 'local-addresses'; readonly addresses: ReadonlySet<Address> }
  | { readonly kind: 'check'; readonly checker: string; readonly input: CheckInput }
  | { readonly kind: 'refused'; readonly operation: string; readonly fault: Fault }
  | Extract<Order, { readonly kind: 'check-now' | 'override-weight' }>
  | Extract<AlertInput, { readonly kind: 'ended' }>
  | { readonly kind: 'stop' }
  | { readonly kind: 'wake' };

/** How long a stop waits for the programs of the last states. */
const stopPatience = seconds(1.2);

export const checkerProcessDeadline = ({ agenda, alerts }: CheckerProcess): Instant | undefined =>
  earliest(nextDeadline(agenda), alertsDeadline(alerts));

export function stepCheckerProcess(
  process: CheckerProcess,
  input: CheckerProcessInput,
  now: Instant,
): readonly CheckerProcessEffect[] {
  if (process.phase === 'finished') return [];
  const turn = beginTurn(process, now);
  take(turn, input);
  programChanges(turn);
  if (process.phase === 'stopping' && (alertsAtRest(process.alerts) || process.waited)) finish(turn);
  return turn.effects;
}

function take(turn: Turn, input: CheckerProcessInput): void {
  const { process } = turn;
  switch (input.kind) {
    case 'configure': {
      const before = process.config;
      process.config = input.config;
      if (process.phase === 'waiting') startWhenComplete(turn);
      else if (process.phase === 'running') reconfigure(turn, input.config, before);
      return;
    }
    case 'kernel':
      process.table = tableOf(input.services);
      process.foundTimeouts ??= input.timeouts;
      rereadingAnswered(process.rereading);
      if (process.phase === 'waiting') startWhenComplete(turn);
      else for (const key of process.pool.virtualServers.keys()) noteChange(turn, key, undefined);
      return;
    case 'local-addresses':
      addressesChanged(turn, input.addresses);
      return;
    case 'check':
      tellChecker(turn, input.checker, input.input);
      return;
    case 'check-now':
      for (const id of input.checkers) tellChecker(turn, id, { kind: 'hurry' });
      return;
    case 'override-weight':
      tellPool(turn, { ...input, kind: 'override' });
      return;
    case 'refused':
      refused(turn, input.operation, input.fault);
      return;
    case 'ended':
      tellAlerts(turn, input);
      return;
    case 'stop':
      stop(turn);
      return;
    case 'wake':
      wake(turn);
      return;
  }
}

/** The one earliest deadline, if it has passed. */
function wake(turn: Turn): void {
  const { process, now } = turn;
  const [next, ofAlerts] = [nextDeadline(process.agenda), alertsDeadline(process.alerts)];
  if (ofAlerts !== undefined && (next === undefined || ofAlerts < next)) {
    tellAlerts(turn, { kind: 'wake' });
    return;
  }
  const subject = takeDue(process.agenda, now);
  switch (subject) {
    case undefined:
      return;
    case timers.reread:
      reread(turn);
      return;
    case timers.patience:
      process.waited = true;
      return;
    default:
      tellChecker(turn, subject, { kind: 'wake' });
  }
}

/** Only checkers whose address came or went hear of it. */
function addressesChanged(turn: Turn, addresses: ReadonlySet<Address>): void {
  const { process } = turn;
  const before = process.localAddresses;
  process.localAddresses = addresses;
  for (const [address, ids] of process.watchers) {
    const isHere = addresses.has(address);
    if (isHere === (before?.has(address) ?? false)) continue;
    for (const id of ids) tellChecker(turn, id, { kind: isHere ? 'resume' : 'suspend' });
  }
}

/** The first refusal of a batch has the table read anew, after vain attempts later each time. */
function refused(turn: Turn, operation: string, fault: Fault): void {
  const { process, now } = turn;
  log(turn, 'error', `The kernel refused ${operation}: ${fault.message}`);
  if (process.phase !== 'running') return;
  const delay = scheduleRereading(process.rereading, now);
  if (delay === undefined) return;
  if (delay > 0) arm(process.agenda, timers.reread, after(now, delay));
  else reread(turn);
}

function reread({ process, effects, now }: Turn): void {
  rereadingAsked(process.rereading, now);
  effects.push({ kind: 'read-kernel' });
}

function stop(turn: Turn): void {
  const { process, now } = turn;
  Object.assign(process.rereading, createRereading());
  arm(process.agenda, timers.reread, undefined);
  for (const id of process.checkers.keys()) tellChecker(turn, id, { kind: 'suspend' });
  tellAlerts(turn, { kind: 'stop' });
  tellPool(turn, { kind: 'stop' });
  if (process.phase === 'running') setTimeouts(turn, undefined, process.config);
  process.phase = 'stopping';
  arm(process.agenda, timers.patience, after(now, stopPatience));
}

/** Nothing of it is due any more. */
function finish({ process, effects }: Turn): void {
  const { agenda, alerts } = process;
  process.phase = 'finished';
  effects.push(...unfinished(alerts));
  for (const each of [agenda, alerts.agenda])
    for (const subject of [...each.entries.keys()]) arm(each, subject, undefined);
  effects.push({ kind: 'finish' });
}
