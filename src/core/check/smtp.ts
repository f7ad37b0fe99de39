// SMTP_CHECK: greeting 220, HELO, 250, QUIT and any line.
// Spec: RFC 5321 section 4.2 (replies of one line); keepalived.conf(5), SMTP_CHECK.

import { after, type Instant } from '../time.ts';
import { visible } from '../visible.ts';
import type { CheckKind } from './config.ts';
import { connecting, timedOut } from './connection.ts';
import { alwaysSupported, broken, failed, type Move, nothing, type Protocol, succeeded } from './dialogue.ts';

type Smtp = Extract<CheckKind, { readonly kind: 'smtp' }>;
type Stage = 'connecting' | 'greeting' | 'helo' | 'quit';

export interface SmtpDialogue {
  readonly kind: 'smtp';
  stage: Stage;
  /** What came of the present line. */
  line: string;
}

/** keepalived's line buffer: a longer line begins anew with what follows. */
const longestLine = 512;

/** The status a line must have at each stage; undefined: any line will do. */
const expected = {
  connecting: undefined,
  greeting: '220',
  helo: '250',
  quit: undefined,
} as const satisfies Record<Stage, string | undefined>;

const waits = {
  connecting: 'no connection to',
  greeting: 'no greeting from',
  helo: 'no answer to HELO from',
  quit: 'no answer to QUIT from',
} as const satisfies Record<Stage, string>;

export const smtp: Protocol<Smtp, SmtpDialogue> = {
  uses: 'connection',
  unsupported: alwaysSupported,
  begin: ({ target }, _url, now) =>
    connecting({ kind: 'smtp', stage: 'connecting', line: '' }, 'tcp', target, undefined, now),
  proceed(check, dialogue, input, now) {
    const { target } = check;
    switch (input.kind) {
      case 'connected':
        dialogue.stage = 'greeting';
        return { effects: nothing, deadline: after(now, target.timeout) };
      case 'data':
        return hear(check, dialogue, input.bytes, now);
      case 'wake':
        return timedOut(waits[dialogue.stage], target);
      case 'failed':
        return broken(input);
      case 'ended':
        return failed(`closed: ${waits[dialogue.stage]} the server`);
      case 'exited':
      case 'matched':
        return undefined;
    }
  },
};

/** Each line moves one stage on; several may come in one piece. */
function hear(check: Smtp, dialogue: SmtpDialogue, bytes: Uint8Array, now: Instant): Move {
  const effects: { readonly kind: 'send'; readonly bytes: Uint8Array }[] = [];
  const lines = (dialogue.line + Buffer.from(bytes).toString('latin1')).split('\n');
  const rest = lines.pop() ?? '';
  for (const whole of lines) {
    const line =
      whole.length > longestLine ? whole.slice(whole.length - (whole.length % longestLine)) : whole;
    const want = expected[dialogue.stage];
    if (want !== undefined && statusOf(line) !== want)
      return failed(`expected ${want}, got: ${visible(line.trimEnd().slice(0, 100))}`);
    switch (dialogue.stage) {
      case 'connecting':
        break;
      case 'greeting':
        effects.push({ kind: 'send', bytes: Buffer.from(`HELO ${check.helo}\r\n`) });
        dialogue.stage = 'helo';
        break;
      case 'helo':
        effects.push({ kind: 'send', bytes: Buffer.from('QUIT\r\n') });
        dialogue.stage = 'quit';
        break;
      case 'quit':
        return succeeded('greeting, HELO and QUIT answered');
    }
  }
  dialogue.line = rest.slice(rest.length - (rest.length % longestLine));
  return { effects, deadline: after(now, check.target.timeout) };
}

/** Exactly three digits and then a space or the end; a continued reply (`220-`) has no status. */
const statusOf = (line: string): string | undefined => /^(\d{3})(?: |\r?$)/.exec(line)?.[1];
