// What the supervisor and its children say to each other over the process channel: plain data.
// Spec: Node's advanced serialisation (maps, byte arrays and bigints survive).

import type { Config } from '../conf/config.ts';
import type { Duration } from '../time.ts';

export type ToChild = {
  readonly kind: 'configure';
  readonly config: Config;
  /** Only to a restarted VRRP process: what its predecessor was MASTER of, and for how long nobody has been. */
  readonly resume?: Resume;
};

export interface Resume {
  readonly instances: readonly string[];
  readonly silence: Duration;
}

export type FromChild =
  /** The instances that are MASTER now; told whenever that changes. */
  | { readonly kind: 'masters'; readonly instances: readonly string[] }
  /** Sockets open, configuration in force. */
  | { readonly kind: 'ready' }
  /** A later configuration is in force. */
  | { readonly kind: 'configured' };
