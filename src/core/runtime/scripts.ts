// Performs run-script and run-notify: programs of the configuration; how each ended comes back as an input.
// Spec: keepalived.conf(5) vrrp_script and notify; run-script.ts.

import type { ScriptCommand } from '../script.ts';
import type { Duration } from '../time.ts';
import type { Performer } from './performer.ts';
import type { Programs } from './programs.ts';
import { runScript } from './run-script.ts';

export type ScriptEffect =
  | {
      readonly kind: 'run-script';
      readonly name: string;
      readonly command: ScriptCommand;
      readonly timeout: Duration;
    }
  | { readonly kind: 'run-notify'; readonly ticket: number; readonly command: ScriptCommand };

export type ScriptInput =
  | {
      readonly kind: 'script-result';
      readonly name: string;
      readonly success: boolean;
      readonly detail: string;
    }
  | {
      readonly kind: 'ended';
      readonly ticket: number;
      readonly success: boolean;
      readonly detail: string;
    };

export function createScripts(
  programs: Programs,
  post: (input: ScriptInput) => void,
  run: typeof runScript = runScript,
): Performer<ScriptEffect> {
  let closed = false;
  return {
    perform(effect) {
      const timeout = effect.kind === 'run-script' ? effect.timeout : undefined;
      run(programs, effect.command, timeout, ({ success, detail }) => {
        if (closed) return;
        if (effect.kind === 'run-script') post({ kind: 'script-result', name: effect.name, success, detail });
        else post({ kind: 'ended', ticket: effect.ticket, success, detail });
      });
    },
    close() {
      closed = true;
    },
  };
}
