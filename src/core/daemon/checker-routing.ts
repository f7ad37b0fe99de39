// Hands inputs to the machines of the checker process and lowers their effects: checkers, the pool, the notify scripts.
// Spec: DESIGN, "daemon is pure composition": it routes by key and knows no protocol word.

import { arm } from '../agenda.ts';
import {
  type CheckEffect,
  type Checker,
  type CheckInput,
  checkerDeadline,
  stepChecker,
} from '../check/index.ts';
import { noteChange, noteCount, noteTransition } from '../news.ts';
import { type PoolEffect, type PoolInput, stepPool } from '../pool/index.ts';
import { noteChange as noteToProgram } from './checker-programming.ts';
import type { Turn } from './checker-state.ts';
import { checkKey, driftKey } from './checker-status.ts';
import { type NotificationInput, stepNotifications } from './notifications.ts';

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
      turn.effects.push(effect);
      return;
    case 'connect':
    case 'send':
    case 'close':
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
      if (effect.command !== undefined)
        tellNotifications(turn, { kind: 'notify', subject: effect.key, commands: [effect.command] });
      return;
    case 'log':
      log(turn, effect.level, effect.message);
      return;
  }
}

export function tellNotifications(turn: Turn, input: NotificationInput): void {
  for (const effect of stepNotifications(turn.process.notifications, input, turn.now))
    turn.effects.push(effect);
}
