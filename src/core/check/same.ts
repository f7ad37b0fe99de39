// Whether two checkers ask the same of the same place, so that a reload keeps what is known.
// Spec: keepalived(8) reload: checkers of the same type and connection or parameters keep their up/down state.

import { equal } from '../equal.ts';
import type { CheckerConfig } from './config.ts';

/** Same kind, connection and parameters. The schedule (delay_loop, retry, warmup, alpha) and the identity may differ. */
export const sameCheck = (a: CheckerConfig, b: CheckerConfig): boolean =>
  a.keyword === b.keyword && equal(a.check, b.check);
