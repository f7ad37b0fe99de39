// Performs connect, send and close of checkers: at most one connection for each, and only the current one is heard.
// Spec: check/events.ts (what the machine promises and expects of a connection); host/dial.ts.

import type { CheckEffect, CheckInput } from '../check/index.ts';
import { type Connection, dial } from '../host/index.ts';
import { inputOf, matchOf } from './check-inputs.ts';

export type ConnectionEffect = Extract<
  CheckEffect,
  { readonly kind: 'connect' | 'send' | 'close' | 'match' }
>;

export interface CheckConnections {
  perform(checker: string, effect: ConnectionEffect): void;
  /** How many are open. */
  readonly size: number;
}

/** `open` is `dial`, or a test's. */
export function createCheckConnections(
  tell: (checker: string, input: CheckInput) => void,
  open: typeof dial = dial,
): CheckConnections {
  const connections = new Map<string, Connection>();
  return {
    perform(checker, effect) {
      switch (effect.kind) {
        case 'connect': {
          connections.get(checker)?.close();
          const connection: Connection = open(effect, event => {
            if (connections.get(checker) !== connection) return;
            tell(checker, inputOf(event));
          });
          connections.set(checker, connection);
          return;
        }
        case 'send':
          connections.get(checker)?.send(effect.bytes);
          return;
        case 'match': {
          const connection = connections.get(checker);
          // Like what a connection says: an answer to one that was closed is for nobody.
          void matchOf(effect).then(input => {
            if (connection !== undefined && connections.get(checker) === connection) tell(checker, input);
          });
          return;
        }
        case 'close':
          connections.get(checker)?.close();
          connections.delete(checker);
          return;
      }
    },
    get size() {
      return connections.size;
    },
  };
}
