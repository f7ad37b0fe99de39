// Performs what the checker process wants of IPVS, one dialogue after the other; what is to be programmed meanwhile goes in one batch.
// Spec: ipvs/client.ts; a burst of verdicts (a rack fails) must not cost one dialogue each.

import type { CheckerProcessEffect, CheckerProcessInput } from '../daemon/index.ts';
import type { Fault, Outcome } from '../fault.ts';
import { type IpvsClient, type Operation, subjectOf } from '../ipvs/index.ts';

export type KernelEffect = Extract<
  CheckerProcessEffect,
  { readonly kind: 'flush' | 'set-timeouts' | 'program' | 'read-kernel' }
>;

export interface IpvsKernelOptions {
  readonly client: Pick<IpvsClient, 'apply' | 'flush' | 'observe' | 'setTimeouts' | 'timeouts'>;
  post(input: Extract<CheckerProcessInput, { readonly kind: 'kernel' | 'refused' }>): void;
  /** A refusal that changes nothing else. */
  complain(message: string): void;
  /** The table cannot be read; nothing more is done. */
  broken(fault: Fault): void;
}

export interface IpvsKernel {
  perform(effect: KernelEffect): void;
  /** Resolves when everything asked for has been answered. */
  idle(): Promise<void>;
}

/** Work that waits; operations are appended while nothing of it has begun. */
type Work =
  | Exclude<KernelEffect, { readonly kind: 'program' }>
  | { readonly kind: 'program'; readonly operations: Operation[] };

export function createIpvsKernel({ client, post, complain, broken }: IpvsKernelOptions): IpvsKernel {
  const waiting: Work[] = [];
  let working: Promise<void> | undefined;

  async function readKernel(): Promise<void> {
    const services = await client.observe();
    if (!services.ok) {
      waiting.length = 0;
      broken(services.fault);
      return;
    }
    const timeouts = await client.timeouts();
    const known = timeouts.ok ? { timeouts: timeouts.value } : {};
    post({ kind: 'kernel', services: services.value, ...known });
  }

  async function program(operations: readonly Operation[]): Promise<void> {
    const outcomes = await client.apply(operations);
    for (const [i, outcome] of outcomes.entries()) {
      const operation = operations[i];
      if (outcome.ok || operation === undefined) continue;
      post({ kind: 'refused', operation: subjectOf(operation), fault: outcome.fault });
    }
  }

  const judge = (operation: string, outcome: Outcome<void>): void => {
    if (!outcome.ok) complain(`The kernel refused to ${operation}: ${outcome.fault.message}`);
  };

  async function carryOut(work: Work): Promise<void> {
    switch (work.kind) {
      case 'flush':
        return judge('flush', await client.flush());
      case 'set-timeouts':
        return judge('set timeouts', await client.setTimeouts(work.timeouts));
      case 'program':
        return program(work.operations);
      case 'read-kernel':
        return readKernel();
    }
  }

  async function drain(): Promise<void> {
    for (let work = waiting.shift(); work !== undefined; work = waiting.shift()) await carryOut(work);
    working = undefined;
  }

  return {
    perform(effect) {
      const last = waiting.at(-1);
      if (effect.kind !== 'program') waiting.push(effect);
      else if (last?.kind === 'program') for (const one of effect.operations) last.operations.push(one);
      else waiting.push({ kind: 'program', operations: [...effect.operations] });
      working ??= drain();
    },
    idle: async () => {
      while (working !== undefined) await working;
    },
  };
}
