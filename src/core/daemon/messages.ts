// What the supervisor and its children say to each other over the process channel: plain data.
// Behind it: Node's advanced serialisation (maps, byte arrays and bigints survive).

import type { Config } from '../conf/config.ts';

export type ToChild = { readonly kind: 'configure'; readonly config: Config };

export type FromChild =
  /** Sockets open, configuration in force. */
  | { readonly kind: 'ready' }
  /** A later configuration is in force. */
  | { readonly kind: 'configured' };
