// Performs spawn and kill of MISC_CHECKs: at most one program for each checker, and only the current one is heard.
// Spec: check/events.ts (after `kill` exactly one `exited` is owed); host/process.ts (process group, kill ladder).

import type { CheckEffect, CheckInput } from '../check/index.ts';
import type { RunningProcess } from '../host/index.ts';
import type { Programs } from './programs.ts';

export type ProgramEffect = Extract<CheckEffect, { readonly kind: 'spawn' | 'kill' }>;

export interface CheckPrograms {
  perform(checker: string, effect: ProgramEffect): void;
}

export function createCheckPrograms(
  tell: (checker: string, input: CheckInput) => void,
  programs: Pick<Programs, 'start'>,
): CheckPrograms {
  const running = new Map<string, RunningProcess>();
  return {
    perform(checker, effect) {
      switch (effect.kind) {
        case 'spawn': {
          const started: RunningProcess = programs.start(effect.command, exit => {
            if (running.get(checker) !== started) return;
            running.delete(checker);
            tell(checker, { kind: 'exited', ...exit });
          });
          running.set(checker, started);
          return;
        }
        case 'kill':
          running.get(checker)?.terminate();
          return;
      }
    },
  };
}
