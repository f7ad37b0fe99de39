// Performs run-script: track scripts; how each ended comes back as an input.
// Spec: keepalived.conf(5) vrrp_script; run-script.ts.

import type { ScriptCommand } from '../script.ts';
import type { Duration } from '../time.ts';
import type { Performer } from './performer.ts';
import type { Programs } from './programs.ts';
import { runScript } from './run-script.ts';

export interface ScriptEffect {
  readonly kind: 'run-script';
  readonly name: string;
  readonly command: ScriptCommand;
  readonly timeout: Duration;
}

export interface ScriptInput {
  readonly kind: 'script-result';
  readonly name: string;
  readonly success: boolean | undefined;
  readonly detail: string;
}

export function createScripts(
  programs: Programs,
  post: (input: ScriptInput) => void,
  run: typeof runScript = runScript,
): Performer<ScriptEffect> {
  let closed = false;
  return {
    perform({ name, command, timeout }) {
      run(programs, command, timeout, end => {
        const { success, started, detail } = end;
        if (!closed) post({ kind: 'script-result', name, success: started ? success : undefined, detail });
      });
    },
    close() {
      closed = true;
    },
  };
}
