// What reads one statement of a block into the block's draft.
// Spec: keepalived.conf(5); block.ts calls it once its keyword is known and its braces are right.

import type { Keyword } from '../keywords/grammar.ts';
import type { Statement } from '../statement.ts';
import type { Context } from './context.ts';

/** `block`: the statements inside the braces of a keyword that owns a block, empty for others. */
export type Handler<D> = (
  draft: D,
  statement: Statement,
  context: Context,
  keyword: Keyword,
  block: readonly Statement[],
) => void;
