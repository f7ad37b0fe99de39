// Whether a configuration that was read has come into force: what every child has taken, or why it never will.
// Spec: docs/status.md, method reload; daemon/supervisor.ts decides, this waits for it.

import type { SupervisorEffect } from '../daemon/index.ts';

type Settled = SupervisorEffect & { readonly kind: 'settled' };

/** What it has come to; without a property what was said before holds. */
export interface Settlement {
  readonly accepted?: false;
  readonly cause?: string;
}

export interface Settling {
  /**
   * Resolves with what the configuration that is about to be given comes to. One that takes too long is not in force; `late` hears what becomes
   * of it in the end, unless another is given before.
   */
  next(late: (settlement: Settlement) => void): Promise<Settlement>;
  settled(effect: Settled): void;
}

/** Milliseconds: a process that hangs must not keep who asked for a reload for ever. */
const patience = 60_000;

export function createSettling(wait = patience): Settling {
  const waiting = new Set<(settlement: Settlement) => void>();
  let overdue: ((settlement: Settlement) => void) | undefined;
  return {
    next(late) {
      overdue = undefined;
      return new Promise(resolve => {
        const end = (settlement: Settlement) => {
          clearTimeout(timer);
          waiting.delete(end);
          resolve(settlement);
        };
        const cause = `it was read, but a process has not taken it within ${wait / 1_000} s; lvskit status tells when it has`;
        const timer = setTimeout(() => {
          overdue = late;
          end({ accepted: false, cause });
        }, wait);
        timer.unref();
        waiting.add(end);
      });
    },
    settled(effect) {
      const settlement: Settlement = effect.inForce
        ? {}
        : { accepted: false, cause: `it was read, but is not in force: ${effect.cause}` };
      for (const end of waiting) end(settlement);
      overdue?.(settlement);
      overdue = undefined;
    },
  };
}
