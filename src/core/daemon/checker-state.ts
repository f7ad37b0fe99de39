// What the checker process knows, and one step of it while it is being made: the process, the time, and what came of it so far.
// Spec: DESIGN "machines, not callbacks": plain data changed in place; one step, one input.

import { type Agenda, createAgenda } from '../agenda.ts';
import { type AlertEffect, type Alerts, createAlerts } from '../alert/index.ts';
import type { CheckEffect, Checker } from '../check/index.ts';
import type { Config } from '../conf/config.ts';
import type { Fields } from '../fields.ts';
import type { Operation, Table, Timeouts } from '../ipvs/index.ts';
import type { Address } from '../net/index.ts';
import { createNews, type News } from '../news.ts';
import { createPool, type Pool } from '../pool/index.ts';
import type { Instant } from '../time.ts';
import { createRereading, type Rereading } from './rereading.ts';

export interface CheckerProcess {
  phase: 'waiting' | 'running' | 'stopping' | 'finished';
  config: Config | undefined;
  /** What the kernel holds as far as we know; undefined until it was read. */
  table: Table | undefined;
  readonly pool: Pool;
  /** Of the checkers (`check ID`), and of what operators have changed (`drift`); the pool has its own. */
  readonly news: News;
  checkers: Map<string, Checker>;
  /** ha_suspend: the checkers that rest while an address is not on this machine. */
  watchers: Map<Address, string[]>;
  /** Deadlines of checkers by their ids, and the process's own under `timers`. */
  readonly agenda: Agenda<string>;
  /** Service keys each virtual server has put into the kernel. */
  readonly owned: Map<string, readonly string[]>;
  readonly alerts: Alerts;
  localAddresses: ReadonlySet<Address> | undefined;
  /** Timeouts of the kernel before ours. */
  foundTimeouts: Timeouts | undefined;
  readonly rereading: Rereading;
  /** A stop has waited for programs as long as it does. */
  waited: boolean;
}

/** Subjects of the agenda that are not checkers; a checker's id holds slashes. */
export const timers = { reread: 'reread', patience: 'patience' } as const;

export const createCheckerProcess = (): CheckerProcess => ({
  phase: 'waiting',
  config: undefined,
  table: undefined,
  pool: createPool(),
  news: createNews(),
  checkers: new Map(),
  watchers: new Map(),
  agenda: createAgenda(),
  owned: new Map(),
  alerts: createAlerts(),
  localAddresses: undefined,
  foundTimeouts: undefined,
  rereading: createRereading(),
  waited: false,
});

export type CheckerProcessEffect =
  /** connect, send, close, spawn, kill of one checker. */
  | {
      readonly kind: 'check';
      readonly checker: string;
      readonly effect: Exclude<CheckEffect, { readonly kind: 'verdict' | 'log' }>;
    }
  | { readonly kind: 'flush' }
  | { readonly kind: 'set-timeouts'; readonly timeouts: Config['global']['lvsTimeouts'] }
  | { readonly kind: 'program'; readonly operations: readonly Operation[] }
  | Exclude<AlertEffect, { readonly kind: 'log' }>
  | {
      readonly kind: 'log';
      readonly level: 'info' | 'warning' | 'error';
      readonly message: string;
      readonly fields?: Fields;
    }
  | { readonly kind: 'read-kernel' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'configured' }
  | { readonly kind: 'finish' };

/** One step while it is being made; not part of the state. */
export interface Turn {
  readonly process: CheckerProcess;
  readonly now: Instant;
  readonly effects: CheckerProcessEffect[];
  /** What is to be programmed at the end of the step: real servers by virtual server, or all of it. */
  readonly changed: Map<string, Set<string> | 'whole'>;
}

export const beginTurn = (process: CheckerProcess, now: Instant): Turn => ({
  process,
  now,
  effects: [],
  changed: new Map(),
});
