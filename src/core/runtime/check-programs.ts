// Performs spawn and kill of MISC_CHECKs: at most one program for each checker, and only the current one is heard.
// Spec: check/events.ts (after `kill` exactly one `exited` is owed); host/process.ts (process group, kill ladder).

import type { CheckEffect, CheckInput } from '../check/index.ts';
import { type RunningProcess, runProcess } from '../host/index.ts';

export type ProgramEffect = Extract<CheckEffect, { readonly kind: 'spawn' | 'kill' }>;

export interface CheckPrograms {
  perform(checker: string, effect: ProgramEffect): void;
}

/** `run` is `runProcess`, or a test's. */
export function createCheckPrograms(
  tell: (checker: string, input: CheckInput) => void,
  run: typeof runProcess = runProcess,
): CheckPrograms {
  const programs = new Map<string, RunningProcess>();
  return {
    perform(checker, effect) {
      switch (effect.kind) {
        case 'spawn': {
          const started: RunningProcess = run(effect.command, exit => {
            if (programs.get(checker) !== started) return;
            programs.delete(checker);
            tell(checker, { kind: 'exited', ...exit });
          });
          programs.set(checker, started);
          return;
        }
        case 'kill':
          programs.get(checker)?.terminate();
          return;
      }
    },
  };
}
