// Whether two checkers ask the same of the same place, so that a reload keeps what is known.
// Behind it: keepalived(8) reload: checkers of the same type and connection or parameters keep their up/down state.

import type { CheckerConfig } from './config.ts';

/** Structural equality of plain data: objects, arrays, byte strings, primitives. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left = Object.entries(a);
  const right = b as Readonly<Record<string, unknown>>;
  return left.length === Object.keys(b).length && left.every(([key, value]) => equal(value, right[key]));
}

/** Same kind, connection and parameters. The schedule (delay_loop, retry, warmup, alpha) and the identity may differ. */
export const sameCheck = (a: CheckerConfig, b: CheckerConfig): boolean =>
  a.keyword === b.keyword && equal(a.check, b.check);
