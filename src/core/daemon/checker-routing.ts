// Hands inputs to the machines of the checker process and lowers their effects: checkers, the pool, the alerts.
// Spec: DESIGN, "daemon is pure composition": it routes by key and knows no protocol word.

import { arm } from '../agenda.ts';
import { type AlertEvent, type AlertInput, stepAlerts } from '../alert/index.ts';
import {
  type CheckEffect,
  type Checker,
  type CheckInput,
  checkerDeadline,
  stepChecker,
} from '../check/index.ts';
import { noteChange, noteCount, noteTransition } from '../news.ts';
import { type PoolEffect, type PoolInput, stepPool } from '../pool/index.ts';
import type { Instant } from '../time.ts';
import { noteChange as noteToProgram } from './checker-programming.ts';
import type { Turn } from './checker-state.ts';
import { checkKey, driftKey } from './checker-status.ts';

export function log({ effects }: Turn, level: 'info' | 'warning' | 'error', message: string): void {
  effects.push({ kind: 'log', level, message });
}

export function tellChecker(turn: Turn, id: string, input: CheckInput): void {
  const { checkers, agenda } = turn.process;
  const checker = checkers.get(id);
  if (checker === undefined) return;
  const { up } = checker.standing;
  const { runs } = checker.standing.counters;
  const effects = stepChecker(checker, input, turn.now);
  noteCheck(turn, checker, up, runs);
  arm(agenda, id, checkerDeadline(checker));
  for (const effect of effects) lowerCheck(turn, id, checker.config.keyword, effect);
}

/** Up or down is news at once; a run that changed nothing moves counters and times. */
function noteCheck(
  { process: { news }, now }: Turn,
  { config, standing }: Checker,
  was: boolean,
  runs: number,
): void {
  const key = checkKey(config.id);
  if (standing.up !== was) {
    const [from, to] = standing.up ? ['down', 'up'] : ['up', 'down'];
    noteTransition(news, { kind: 'check', name: config.id, from, to, cause: standing.cause, at: now });
    noteChange(news, key);
  } else if (standing.counters.runs !== runs) noteCount(news, key);
}

function lowerCheck(turn: Turn, id: string, keyword: string, effect: CheckEffect): void {
  switch (effect.kind) {
    case 'verdict': {
      const { up, weight, cause } = effect;
      tellPool(turn, { kind: 'verdict', checker: id, up, weight, cause: `${keyword}: ${cause}` });
      return;
    }
    case 'log':
      turn.effects.push({ ...effect, fields: { checker: id } });
      return;
    case 'connect':
    case 'send':
    case 'close':
    case 'match':
    case 'spawn':
    case 'kill':
      turn.effects.push({ kind: 'check', checker: id, effect });
      return;
  }
}

export function tellPool(turn: Turn, input: PoolInput): void {
  for (const effect of stepPool(turn.process.pool, input, turn.now)) lowerPool(turn, effect);
}

function lowerPool(turn: Turn, effect: PoolEffect): void {
  switch (effect.kind) {
    case 'changed':
      noteToProgram(turn, effect.virtualServer, effect.realServer);
      if (turn.process.pool.overridden.size > 0) noteChange(turn.process.news, driftKey);
      return;
    case 'notify':
      tellAlerts(turn, { kind: 'event', event: eventOf(effect, turn.now) });
      return;
    case 'log':
      turn.effects.push(effect);
      return;
  }
}

type Notice = Extract<PoolEffect, { readonly kind: 'notify' }>;

function eventOf({ key, name, up, cause, command, line, mail, fields }: Notice, at: Instant): AlertEvent {
  const commands = command === undefined ? [] : [command];
  const [from, to] = up ? ['DOWN', 'UP'] : ['UP', 'DOWN'];
  return { kind: 'state', subject: key, name, from, to, cause, at, commands, line, mail, fields };
}

export function tellAlerts(turn: Turn, input: AlertInput): void {
  for (const effect of stepAlerts(turn.process.alerts, input, turn.now)) turn.effects.push(effect);
}
