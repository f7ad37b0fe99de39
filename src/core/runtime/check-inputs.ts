// What a checker hears of the outside: of its connection, and of the pattern that it had looked for.
// Spec: check/events.ts (`connected` bears a number that nobody can guess; `matched` comes once); host/dial.ts, host/pcre.ts.

import type { CheckEffect, CheckInput } from '../check/index.ts';
import { type DialEvent, matchRegex, randomNumber } from '../host/index.ts';

type Match = Extract<CheckEffect, { readonly kind: 'match' }>;

export const inputOf = (event: DialEvent): CheckInput =>
  event.kind === 'connected' ? { ...event, nonce: randomNumber(0x10000) } : event;

/** What comes of it; never rejects. */
export async function matchOf({ pattern, bytes }: Match): Promise<CheckInput> {
  const found = await matchRegex(pattern, bytes);
  return found.ok
    ? { kind: 'matched', found: found.value, detail: undefined }
    : { kind: 'matched', found: undefined, detail: found.fault.message };
}
