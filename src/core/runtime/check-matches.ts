// Performs `match` of checkers: the pattern is looked for, and only an answer that is still waited for is handed on.
// Spec: check/events.ts (`matched` comes once); host/pcre.ts.

import type { CheckEffect, CheckInput } from '../check/index.ts';
import { matchRegex } from '../host/index.ts';

type Match = Extract<CheckEffect, { readonly kind: 'match' }>;

/** What comes of it; never rejects. */
export async function matchOf({ pattern, bytes }: Match): Promise<CheckInput> {
  const found = await matchRegex(pattern, bytes);
  return found.ok
    ? { kind: 'matched', found: found.value, detail: undefined }
    : { kind: 'matched', found: undefined, detail: found.fault.message };
}
