// Kinds of checks that a configuration may name and this build does not run: such a server is held down and the log says why.
// Spec: DESIGN, nothing is accepted in silence; a kind leaves this list when it gets a file of its own.

import type { CheckKind } from './config.ts';
import type { Protocol } from './dialogue.ts';

export function unavailable(keyword: string): Protocol<CheckKind, never> {
  const missing = `${keyword} is not available`;
  return {
    uses: 'connection',
    unsupported: () => missing,
    begin() {
      throw new RangeError(missing);
    },
    proceed: () => undefined,
  };
}
