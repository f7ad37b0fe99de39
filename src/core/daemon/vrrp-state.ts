// What the VRRP process consists of: its state, its inputs and effects, and when it wants to be woken.
// Spec: src/core/README.md "A packet's way".

import {
  type AlertEffect,
  type AlertInput,
  type Alerts,
  alertsDeadline,
  createAlerts,
} from '../alert/index.ts';
import type { Config } from '../conf/config.ts';
import type { Fault } from '../fault.ts';
import {
  createHoldings,
  createMirror,
  type Holdings,
  type LedgerEntry,
  type Mirror,
  type Possession,
  type TicketedOperation,
} from '../link/index.ts';
import type { Address } from '../net/index.ts';
import type { MirroredParts, RouteNews } from '../netlink/index.ts';
import { earliest, type Instant } from '../time.ts';
import * as vrrp from '../vrrp/index.ts';
import type { Configure, Order } from './messages.ts';

/** Plain data, changed in place by `stepVrrpProcess`. */
export interface VrrpProcess {
  /** `waiting`: for configuration and kernel; `leaving`: for successors; `stopping`: for notify scripts. */
  phase: 'waiting' | 'running' | 'leaving' | 'stopping' | 'finished';
  config: Config | undefined;
  resume: readonly vrrp.ResumedInstance[];
  /** The kernel was read for the first time. */
  kernelKnown: boolean;
  readonly mirror: Mirror;
  readonly holdings: Holdings;
  machine: vrrp.VrrpMachine | undefined;
  readonly alerts: Alerts;
  /** Virtual addresses of the configuration: advertisements never come from them. */
  ours: ReadonlySet<Address>;
  /** Which VRIDs are configured, by family and interface. */
  vrids: ReadonlyMap<string, readonly number[]>;
  /** Sockets that are open or being opened, by key. */
  readonly transports: Map<string, vrrp.Transport>;
  /** What the supervisor was last told of each MASTER, by serial. */
  readonly masters: Map<number, Omit<vrrp.ResumedInstance, 'silence'>>;
  /** After refusals of the kernel: when it is asked again, and how often that was in vain. */
  readonly refusals: { again: Instant | undefined; vain: number };
  /** While stopping: when notify scripts that still run are no longer waited for. */
  patienceUntil: Instant | undefined;
}

export interface Completion {
  readonly ticket: number;
  /** undefined: done. */
  readonly fault: Fault | undefined;
}

export type VrrpProcessInput =
  | Configure
  | Extract<Order, { readonly kind: 'override-priority' }>
  /** Before the first configuration: what a predecessor that was killed had put into the kernel (link/ledger.ts). */
  | { readonly kind: 'inherit'; readonly possessions: readonly Possession[] }
  /** Everything the kernel holds: at start, and again after notices were lost. */
  | { readonly kind: 'kernel'; readonly news: readonly RouteNews[] }
  | { readonly kind: 'news'; readonly news: readonly RouteNews[] }
  /** The kernel's answers to one `apply`, in the order of its operations. */
  | { readonly kind: 'completions'; readonly completions: readonly Completion[] }
  | Extract<vrrp.Input, { readonly kind: 'packet' | 'script-result' | 'unsent' }>
  | Extract<AlertInput, { readonly kind: 'ended' }>
  | { readonly kind: 'stop' }
  | { readonly kind: 'wake' };

export type VrrpProcessEffect =
  | Extract<vrrp.Effect, { readonly kind: 'advertise' | 'run-script' | 'close-transport' | 'log' }>
  | { readonly kind: 'open-transport'; readonly transport: vrrp.Transport; readonly vrids: readonly number[] }
  | { readonly kind: 'listen-for'; readonly transport: string; readonly vrids: readonly number[] }
  /** Subscribe to what the scope names and read the kernel; answer with `kernel`. */
  | { readonly kind: 'watch-kernel'; readonly scope: MirroredParts }
  /** Read the kernel anew and answer with `kernel`. */
  | { readonly kind: 'read-kernel' }
  /** Ask the kernel; answer with `completions`. */
  | { readonly kind: 'apply'; readonly operations: readonly TicketedOperation[] }
  /** Append to the ownership ledger before anything that follows is performed. */
  | { readonly kind: 'record'; readonly entries: readonly LedgerEntry[] }
  | {
      readonly kind: 'send-frames';
      readonly frames: readonly { readonly ifindex: number; readonly frame: Uint8Array }[];
    }
  | AlertEffect
  /** An instance became MASTER or ceased to be: what a successor of this process must know. */
  | { readonly kind: 'master'; readonly instance: Omit<vrrp.ResumedInstance, 'silence'> }
  | { readonly kind: 'ready' }
  | { readonly kind: 'configured' }
  /** Everything is given back and reported; end when no notify script runs any more. */
  | { readonly kind: 'finish' };

export const createVrrpProcess = (): VrrpProcess => ({
  phase: 'waiting',
  config: undefined,
  resume: [],
  kernelKnown: false,
  mirror: createMirror(),
  holdings: createHoldings(),
  machine: undefined,
  alerts: createAlerts(),
  ours: new Set(),
  vrids: new Map(),
  transports: new Map(),
  masters: new Map(),
  refusals: { again: undefined, vain: 0 },
  patienceUntil: undefined,
});

export const vrrpProcessDeadline = ({
  machine,
  alerts,
  refusals,
  patienceUntil,
}: VrrpProcess): Instant | undefined =>
  earliest(
    machine === undefined ? undefined : vrrp.deadline(machine),
    alertsDeadline(alerts),
    refusals.again,
    patienceUntil,
  );
