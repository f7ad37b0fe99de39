// What an operator may ask of the running machine: plain data, all times as spans from `now`.
// Behind it: keepalived's JSON and statistics (field names in docs), the questions users ask of a BACKUP.

import type { Address } from '../net/index.ts';
import type { Duration } from '../time.ts';
import type { VrrpState } from './events.ts';
import type { ChecksumForm, Counters } from './state.ts';

export interface TrackedStatus {
  readonly kind: 'interface' | 'script';
  readonly name: string;
  /** unknown: a script before its first result. */
  readonly condition: 'up' | 'down' | 'unknown';
  readonly weight: number;
  readonly reverse: boolean;
  /** What it adds to the priority now. */
  readonly contribution: number;
  readonly detail: string | undefined;
}

export interface InstanceStatus {
  readonly name: string;
  readonly group: string | undefined;
  readonly interface: string | undefined;
  readonly vrid: number;
  readonly version: 2 | 3;
  readonly state: VrrpState;
  readonly wanted: 'MASTER' | 'BACKUP';
  /** How long it has been in this state. */
  readonly age: Duration;
  readonly cause: string;
  readonly faults: readonly string[];
  readonly priority: { readonly base: number; readonly effective: number };
  /** The master as far as known; for a MASTER its own address. */
  readonly master:
    | {
        readonly address: Address;
        readonly priority: number;
        readonly self: boolean;
        /** Since its last advert. */
        readonly age: Duration;
        readonly checksum: ChecksumForm | undefined;
      }
    | undefined;
  readonly timers: {
    readonly advertInterval: Duration;
    readonly masterInterval: Duration;
    readonly skew: Duration;
    readonly masterDown: Duration;
    /** Until the advert or master down timer ends; undefined when none runs. */
    readonly remaining: Duration | undefined;
    /** Until preempt_delay ends. */
    readonly preempt: Duration | undefined;
  };
  readonly held: boolean;
  readonly tracked: readonly TrackedStatus[];
  readonly counters: Counters;
}

export interface GroupStatus {
  readonly name: string;
  readonly state: VrrpState;
  readonly members: readonly string[];
}

export interface VrrpStatus {
  readonly phase: 'created' | 'running' | 'stopped';
  readonly startupDelay: Duration | undefined;
  readonly instances: readonly InstanceStatus[];
  readonly groups: readonly GroupStatus[];
}
