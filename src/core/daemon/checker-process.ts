// The checker process as a machine: runs every checker, lets the pool judge, and programs IPVS by the difference.
// Spec: keepalived.conf(5), virtual_server; a table that is found is adopted, not flushed.

import { type Agenda, arm, createAgenda, nextDeadline, takeDue } from '../agenda.ts';
import {
  type CheckEffect,
  type Checker,
  type CheckerConfig,
  type CheckInput,
  createChecker,
  deadline,
  step as stepChecker,
} from '../check/index.ts';
import type { Config } from '../conf/config.ts';
import type { Fault } from '../fault.ts';
import {
  applyToTable,
  type Operation,
  plan,
  type Service,
  serviceKey,
  type Table,
  type Timeouts,
  tableOf,
} from '../ipvs/index.ts';
import type { Address } from '../net/index.ts';
import {
  desiredServices,
  emptyPool,
  type Pool,
  type PoolEffect,
  type PoolInput,
  step as stepPool,
} from '../pool/index.ts';
import type { ScriptCommand } from '../script.ts';
import { after, between, earliest, type Instant, seconds } from '../time.ts';
import { adoptedStandings, carryOver, spreadOf } from './adoption.ts';
import {
  type NotificationInput,
  type NotificationState,
  noNotifications,
  notificationDeadline,
  stepNotifications,
} from './notifications.ts';
import { timeoutsToSet } from './timeouts.ts';

/** Owned by the machine and changed in place: thousands of checkers must not be copied for one packet. */
export interface CheckerProcess {
  phase: 'waiting' | 'running' | 'stopping' | 'finished';
  config: Config | undefined;
  /** What the kernel holds as far as we know; undefined until it was read. */
  table: Table | undefined;
  pool: Pool;
  checkers: Map<string, Checker>;
  readonly agenda: Agenda<string>;
  /** Service keys each virtual server has put into the kernel. */
  readonly owned: Map<string, readonly string[]>;
  notifications: NotificationState;
  localAddresses: ReadonlySet<Address> | undefined;
  foundTimeouts: Timeouts | undefined;
  /** After refusals: whether the table is being read anew, when it will be, and how often in a row that did not help. */
  reread: {
    readonly asked: boolean;
    readonly at: Instant | undefined;
    readonly vain: number;
    readonly last: Instant | undefined;
  };
  patienceUntil: Instant | undefined;
}

export type CheckerProcessInput =
  | { readonly kind: 'configure'; readonly config: Config }
  /** The whole IPVS table: at start, and again after the kernel refused something. */
  | { readonly kind: 'kernel'; readonly services: readonly Service[]; readonly timeouts?: Timeouts }
  /** Addresses of this machine, for ha_suspend. */
  | { readonly kind: 'local-addresses'; readonly addresses: ReadonlySet<Address> }
  | { readonly kind: 'check'; readonly checker: string; readonly input: CheckInput }
  | { readonly kind: 'refused'; readonly operation: string; readonly fault: Fault }
  | Extract<NotificationInput, { readonly kind: 'ended' }>
  | { readonly kind: 'stop' }
  | { readonly kind: 'wake' };

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
  | { readonly kind: 'run-notify'; readonly ticket: number; readonly command: ScriptCommand }
  | { readonly kind: 'log'; readonly level: 'info' | 'warning' | 'error'; readonly message: string }
  | { readonly kind: 'read-kernel' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'configured' }
  | { readonly kind: 'finish' };

interface Step {
  readonly state: CheckerProcess;
  readonly effects: readonly CheckerProcessEffect[];
}

const settled = { asked: false, at: undefined, vain: 0, last: undefined } as const;

export const createCheckerProcess = (): CheckerProcess => ({
  phase: 'waiting',
  config: undefined,
  table: undefined,
  pool: emptyPool(),
  checkers: new Map(),
  agenda: createAgenda(),
  owned: new Map(),
  notifications: noNotifications,
  localAddresses: undefined,
  foundTimeouts: undefined,
  reread: settled,
  patienceUntil: undefined,
});

/** How long a stop waits for notify scripts. */
const stopPatience = seconds(1);

export const checkerProcessDeadline = (state: CheckerProcess): Instant | undefined =>
  earliest(
    nextDeadline(state.agenda),
    notificationDeadline(state.notifications),
    state.reread.at,
    state.patienceUntil,
  );

/** Without a refusal for this long an earlier one counts as mended. */
const longSuccess = seconds(120);
/** What the kernel refuses once it mostly refuses again: 0, 1, 2, 4 .. 60 s before the next attempt. */
const rereadDelay = (vain: number) => seconds(vain === 0 ? 0 : Math.min(60, 2 ** (vain - 1)));

class Turn {
  readonly state: CheckerProcess;
  readonly now: Instant;
  readonly effects: CheckerProcessEffect[] = [];
  /** Virtual servers whose services are to be planned at the end of the step. */
  readonly changed = new Set<string>();

  constructor(state: CheckerProcess, now: Instant) {
    this.state = state;
    this.now = now;
  }

  log(level: 'info' | 'warning' | 'error', message: string): void {
    this.effects.push({ kind: 'log', level, message });
  }

  tellChecker(id: string, input: CheckInput): void {
    const checker = this.state.checkers.get(id);
    if (checker === undefined) return;
    const stepped = stepChecker(checker, input, this.now);
    this.state.checkers.set(id, stepped.state);
    arm(this.state.agenda, id, deadline(stepped.state));
    for (const effect of stepped.effects) this.lower(id, effect);
  }

  lower(id: string, effect: CheckEffect): void {
    switch (effect.kind) {
      case 'verdict': {
        const { up, weight, cause } = effect;
        const keyword = this.state.checkers.get(id)?.config.keyword ?? 'check';
        this.tellPool({ kind: 'verdict', checker: id, up, weight, cause: `${keyword}: ${cause}` });
        return;
      }
      case 'log':
        this.effects.push(effect);
        return;
      case 'connect':
      case 'send':
      case 'close':
      case 'spawn':
      case 'kill':
        this.effects.push({ kind: 'check', checker: id, effect });
        return;
    }
  }

  tellPool(input: PoolInput): void {
    const stepped = stepPool(this.state.pool, input);
    this.state.pool = stepped.state;
    for (const effect of stepped.effects) this.lowerPool(effect);
  }

  lowerPool(effect: PoolEffect): void {
    switch (effect.kind) {
      case 'changed':
        this.changed.add(effect.virtualServer);
        return;
      case 'notify':
        if (effect.command !== undefined) {
          this.notify({ kind: 'notify', subject: effect.key, commands: [effect.command] });
        }
        return;
      case 'log':
        this.log(effect.level, effect.message);
        return;
    }
  }

  notify(input: NotificationInput): void {
    const stepped = stepNotifications(this.state.notifications, input, this.now);
    this.state.notifications = stepped.state;
    this.effects.push(...stepped.effects);
  }

  /** One batch for all that changed in this step: the smallest difference between the table and what is wanted. */
  program(): void {
    const { table } = this.state;
    if (table === undefined || this.changed.size === 0) return;
    const operations: Operation[] = [];
    const wanted = [...this.changed].map(key => {
      const desired = desiredServices(this.state.pool, key);
      return { key, desired, keys: desired.map(({ id }) => serviceKey(id)) };
    });
    // A service that passes from one virtual server to another (into a group, say) must not be removed by the former.
    const claimed = new Set(wanted.flatMap(({ keys }) => keys));
    for (const { key, desired, keys } of wanted) {
      const former = (this.state.owned.get(key) ?? []).filter(service => !claimed.has(service));
      const concerned = new Set([...former, ...keys]);
      const observed = [...concerned].flatMap(service => {
        const entry = table.get(service);
        return entry === undefined
          ? []
          : [{ ...entry.service, destinations: [...entry.destinations.values()] }];
      });
      operations.push(...plan(observed, desired, { prune: true }));
      if (keys.length === 0) this.state.owned.delete(key);
      else this.state.owned.set(key, keys);
    }
    this.changed.clear();
    for (const operation of operations) applyToTable(table, operation);
    if (operations.length > 0) this.effects.push({ kind: 'program', operations });
  }

  configurePool(config: Config): void {
    const checkers = [...this.state.checkers.values()].map(
      ({ config: { id, virtualServer, realServer }, standing }) => ({
        id,
        virtualServer,
        realServer,
        up: standing.up,
        weight: standing.weight,
      }),
    );
    const { rsInitNotifies } = config.global;
    const configuration = {
      virtualServers: config.virtualServers,
      checkers,
      announceInitial: rsInitNotifies,
    };
    this.tellPool({ kind: 'configure', configuration });
  }

  startWhenComplete(): void {
    const { config, table, phase } = this.state;
    if (phase !== 'waiting' || config === undefined || table === undefined) return;
    this.state.phase = 'running';
    if (config.global.lvsFlush) {
      table.clear();
      this.effects.push({ kind: 'flush' });
    }
    this.setTimeouts(config, undefined);
    const adopted = adoptedStandings(config, table);
    for (const [index, checker] of config.checkers.entries())
      this.addChecker(checker, index, adopted.get(`${checker.virtualServer}\n${checker.realServer}`));
    this.configurePool(config);
    this.effects.push({ kind: 'ready' });
  }

  setTimeouts(config: Config | undefined, before: Config | undefined): void {
    const { foundTimeouts } = this.state;
    const timeouts = timeoutsToSet(foundTimeouts, before?.global.lvsTimeouts, config?.global.lvsTimeouts);
    if (timeouts !== undefined) this.effects.push({ kind: 'set-timeouts', timeouts });
  }

  addChecker(config: CheckerConfig, index: number, initiallyUp: boolean | undefined): void {
    const start = {
      spread: spreadOf(index, config.warmup),
      ...(initiallyUp === undefined ? {} : { initiallyUp }),
    };
    const checker = createChecker(config, start, this.now);
    this.state.checkers.set(config.id, checker);
    arm(this.state.agenda, config.id, deadline(checker));
    if (this.isSuspended(config)) this.tellChecker(config.id, { kind: 'suspend' });
  }

  isSuspended({ suspendWithoutAddress: address }: CheckerConfig): boolean {
    return address !== undefined && this.state.localAddresses?.has(address) !== true;
  }

  /** The same checks go on with what they know; dropped ones are broken off; new ones start. */
  reconfigure(config: Config): void {
    const { kept, dropped, added } = carryOver(this.state.checkers, config.checkers);
    for (const id of dropped) {
      this.tellChecker(id, { kind: 'suspend' });
      arm(this.state.agenda, id, undefined);
    }
    for (const id of this.state.checkers.keys()) arm(this.state.agenda, id, undefined);
    this.state.checkers = new Map(kept);
    for (const [id, checker] of kept) arm(this.state.agenda, id, deadline(checker));
    for (const [index, checker] of added.entries()) this.addChecker(checker, index, undefined);
    this.configurePool(config);
  }

  /** The first refusal of a batch has the table read anew, after vain attempts later each time. */
  refused(operation: string, fault: Fault): void {
    this.log('error', `The kernel refused ${operation}: ${fault.message}`);
    const { asked, at, last, vain: before } = this.state.reread;
    if (asked || at !== undefined || this.state.phase !== 'running') return;
    const vain = last === undefined || between(last, this.now) > longSuccess ? 0 : before;
    this.state.reread = { asked: false, at: after(this.now, rereadDelay(vain)), vain: vain + 1, last };
    this.rereadWhenDue();
  }

  rereadWhenDue(): void {
    const { at, vain } = this.state.reread;
    if (at === undefined || at > this.now) return;
    this.state.reread = { asked: true, at: undefined, vain, last: this.now };
    this.effects.push({ kind: 'read-kernel' });
  }

  stop(): void {
    this.state.reread = settled;
    for (const id of this.state.checkers.keys()) this.tellChecker(id, { kind: 'suspend' });
    this.tellPool({ kind: 'stop' });
    if (this.state.phase === 'running') this.setTimeouts(undefined, this.state.config);
    this.state.phase = 'stopping';
    this.state.patienceUntil = after(this.now, stopPatience);
  }
}

function heed(turn: Turn, input: CheckerProcessInput): void {
  const { state } = turn;
  switch (input.kind) {
    case 'configure': {
      const before = state.config;
      state.config = input.config;
      if (state.phase === 'waiting') turn.startWhenComplete();
      else if (state.phase === 'running') {
        turn.setTimeouts(input.config, before);
        turn.reconfigure(input.config);
        turn.effects.push({ kind: 'configured' });
      }
      return;
    }
    case 'kernel':
      state.table = tableOf(input.services);
      state.foundTimeouts ??= input.timeouts;
      state.reread = { ...state.reread, asked: false };
      if (state.phase === 'waiting') turn.startWhenComplete();
      else for (const key of state.pool.virtualServers.keys()) turn.changed.add(key);
      return;
    case 'local-addresses':
      state.localAddresses = input.addresses;
      for (const [id, { config }] of state.checkers) {
        if (config.suspendWithoutAddress === undefined) continue;
        turn.tellChecker(id, { kind: turn.isSuspended(config) ? 'suspend' : 'resume' });
      }
      return;
    case 'check':
      turn.tellChecker(input.checker, input.input);
      return;
    case 'refused':
      turn.refused(input.operation, input.fault);
      return;
    case 'ended':
      turn.notify(input);
      return;
    case 'stop':
      turn.stop();
      return;
    case 'wake':
      for (let id = takeDue(state.agenda, turn.now); id !== undefined; id = takeDue(state.agenda, turn.now)) {
        turn.tellChecker(id, { kind: 'wake' });
      }
      turn.notify(input);
      turn.rereadWhenDue();
      return;
  }
}

export function stepCheckerProcess(state: CheckerProcess, input: CheckerProcessInput, now: Instant): Step {
  if (state.phase === 'finished') return { state, effects: [] };
  const turn = new Turn(state, now);
  heed(turn, input);
  turn.program();
  const waited = state.patienceUntil !== undefined && state.patienceUntil <= now;
  if (state.phase === 'stopping' && (state.notifications.lanes.size === 0 || waited)) {
    state.phase = 'finished';
    state.patienceUntil = undefined;
    turn.effects.push({ kind: 'finish' });
  }
  return { state, effects: turn.effects };
}
