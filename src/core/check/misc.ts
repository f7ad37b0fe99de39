// MISC_CHECK: a program judges; its exit code is the result, with misc_dynamic also the weight.
// Spec: keepalived.conf(5), MISC_CHECK: 0 success, 1 failure, 2..255 success with weight code - 2 (misc_dynamic).

import { after, inSeconds } from '../time.ts';
import type { CheckKind } from './config.ts';
import {
  alwaysSupported,
  type DialogueInput,
  failed,
  type Over,
  type Protocol,
  succeeded,
} from './dialogue.ts';

type Misc = Extract<CheckKind, { readonly kind: 'misc' }>;

export interface MiscDialogue {
  readonly kind: 'misc';
}

export const misc: Protocol<Misc, MiscDialogue> = {
  uses: 'program',
  unsupported: alwaysSupported,
  begin: ({ command, timeout }, _url, now) => ({
    dialogue: { kind: 'misc' },
    effects: [{ kind: 'spawn', command, timeout }],
    deadline: after(now, timeout),
  }),
  proceed(check, _dialogue, input) {
    switch (input.kind) {
      case 'exited':
        return judgeExit(check, input);
      case 'wake':
        return failed(`${check.command.argv[0]} did not end within ${inSeconds(check.timeout)} s`);
      case 'connected':
      case 'data':
      case 'ended':
      case 'failed':
      case 'matched':
        return undefined;
    }
  },
};

/** A program that could not be started says nothing about the server; keepalived takes it for a success. */
function judgeExit(check: Misc, exit: Extract<DialogueInput, { readonly kind: 'exited' }>): Over {
  const { code, signal, detail } = exit;
  const [program] = check.command.argv;
  if (signal !== undefined) return failed(`${program} was ended by ${signal}`);
  if (code === undefined)
    return { result: { kind: 'untried', cause: detail ?? `${program} could not be started` } };
  if (code === 0) return succeeded(`${program} exited with status 0`);
  if (!check.dynamicWeight || code === 1) return failed(`${program} exited with status ${code}`);
  return succeeded(`${program} exited with status ${code}: weight ${code - 2}`, code - 2);
}
