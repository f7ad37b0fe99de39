// The pool's inputs and effects: plain data; the desired IPVS table itself is read from the state.
// Spec: keepalived.conf(5) quorum, sorry_server, inhibit_on_failure, alpha, omega, notify_up/down.

import type { Fields } from '../fields.ts';
import type { ScriptCommand } from '../script.ts';
import type { VirtualServerConfig } from './config.ts';

/** One checker as the pool sees it: whose it is, what it says now, and by how much it moves the weight. */
export interface CheckerStanding {
  readonly id: string;
  /** VirtualServerConfig.key and RealServerConfig.key. */
  readonly virtualServer: string;
  readonly realServer: string;
  readonly up: boolean;
  /** Why it says so. */
  readonly cause: string;
  /** Weight this checker asks for (misc_dynamic); undefined = the configured one. */
  readonly weight: number | undefined;
}

export interface PoolConfiguration {
  readonly virtualServers: readonly VirtualServerConfig[];
  /** Every checker with its present verdict: at start per alpha, at reload what it knew before. */
  readonly checkers: readonly CheckerStanding[];
  /** rs_init_notifies: servers assumed up at start are announced. */
  readonly announceInitial: boolean;
}

export type PoolInput =
  /** Start and reload. Servers and services that are gone are announced down, new ones start. */
  | { readonly kind: 'configure'; readonly configuration: PoolConfiguration }
  | {
      readonly kind: 'verdict';
      readonly checker: string;
      readonly up: boolean;
      readonly weight: number | undefined;
      readonly cause: string;
    }
  /** An operator gives a real server another weight (0 drains it), or (undefined) the file's again; the next reload ends it. */
  | {
      readonly kind: 'override';
      readonly virtualServer: string;
      readonly realServer: string;
      readonly weight: number | undefined;
    }
  /** Orderly end: the desired table is empty from now on; omega services announce what goes. */
  | { readonly kind: 'stop' };

export type PoolEffect =
  /**
   * What the kernel should hold changed: for one real server (`desiredDestinations`), or, when it is undefined, for the whole virtual
   * server (`desiredServices`).
   */
  | { readonly kind: 'changed'; readonly virtualServer: string; readonly realServer: string | undefined }
  /** Tell the world: the command if any, the FIFO line, the mail. */
  | {
      readonly kind: 'notify';
      readonly subject: 'RS' | 'VS';
      /** Queue key: later events of one subject never overtake earlier ones. */
      readonly key: string;
      /** For people: `real server 10.0.1.1:80 of [10.0.0.1]:tcp:80`. */
      readonly name: string;
      readonly up: boolean;
      /** Why: a clause without full stop. */
      readonly cause: string;
      readonly command: ScriptCommand | undefined;
      /** Line of the LVS notify FIFO, without newline. */
      readonly line: string;
      readonly mail: { readonly subject: string; readonly body: string } | undefined;
      /** The same as its log line has. */
      readonly fields: Fields;
    }
  | {
      readonly kind: 'log';
      readonly level: 'info' | 'warning';
      readonly message: string;
      readonly fields: Fields;
    };
