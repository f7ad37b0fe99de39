// What a simulation is given and what it returns: nodes, a network, actions in time; events and the hosts at the end.
// Spec: DESIGN section 2 (simulate/); plain data, so that a scenario can be drawn, kept and played again.

import type { Config } from '../conf/config.ts';
import type { VrrpProcessEffect } from '../daemon/index.ts';
import type { Mac } from '../net/index.ts';
import type { Request, RouteNews } from '../netlink/index.ts';
import type { Duration, Instant } from '../time.ts';
import type { VrrpState } from '../vrrp/index.ts';
import type { LinkEdit, Refusal, SimulatedKernel } from './kernel/index.ts';

export interface SimulatedLink {
  readonly name: string;
  /** Links of one segment hear each other; a rename or a new interface of the same name stays on it. */
  readonly segment: string;
  readonly mac?: Mac;
  /** `10.0.0.11/24`: in the kernel before the process starts. */
  readonly addresses: readonly string[];
}

export interface SimulatedNode {
  readonly name: string;
  readonly config: Config;
  /** In order: the first gets index 2. */
  readonly links: readonly SimulatedLink[];
}

export interface SimulatedNetwork {
  /** Every packet takes this long, and up to `jitter` longer. */
  readonly delay: Duration;
  readonly jitter: Duration;
  /** Chances of 0..1 for each packet and receiver. */
  readonly loss: number;
  readonly duplication: number;
}

/** How long a kernel takes for a batch, an answer and a notice: `delay`, and up to `jitter` longer, each kind in its own order. */
export interface KernelPace {
  readonly delay: Duration;
  readonly jitter: Duration;
}

/** What befalls one node. */
export type NodeAction =
  /** The process gets SIGKILL: nothing is said, its addresses stay in the kernel. */
  | { readonly kind: 'kill' }
  /** Starts a process where none runs; `resume`: as a supervisor restarts it, else as an operator starts the daemon. */
  | { readonly kind: 'start'; readonly resume: boolean }
  | { readonly kind: 'stop' }
  /** The machine loses power; `boot` starts it with its links as at first, and the process. */
  | { readonly kind: 'power-off' }
  | { readonly kind: 'boot' }
  | { readonly kind: 'reload'; readonly config: Config }
  | { readonly kind: 'link'; readonly edit: LinkEdit }
  /** Another administrator asks the kernel. */
  | { readonly kind: 'foreign'; readonly request: Request }
  | {
      readonly kind: 'foreign-address';
      readonly verb: 'add' | 'remove';
      readonly address: string;
      readonly link: string;
    }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  /** Notices of this span are lost; then the process reads the kernel anew. */
  | { readonly kind: 'overrun'; readonly span: Duration }
  | { readonly kind: 'pace'; readonly pace: KernelPace }
  /** What the script answers from now on; every script succeeds until told otherwise. */
  | { readonly kind: 'script'; readonly name: string; readonly success: boolean };

export type SimulatedAction =
  | (NodeAction & { readonly node: string })
  /** Only nodes of one island hear each other; who is not named is alone. */
  | { readonly kind: 'partition'; readonly islands: readonly (readonly string[])[] }
  | { readonly kind: 'heal' }
  | { readonly kind: 'network'; readonly network: SimulatedNetwork };

export interface Scenario {
  /** Any whole number; drives loss, duplication and jitter. */
  readonly seed: number;
  readonly network: SimulatedNetwork;
  readonly pace?: KernelPace;
  readonly nodes: readonly SimulatedNode[];
  /** In order of time. */
  readonly actions: readonly { readonly at: Instant; readonly action: SimulatedAction }[];
  /** Nodes whose process does not start by itself at 0. */
  readonly idle?: readonly string[];
  readonly until: Instant;
  /** Kinds of events to return; undefined: all. A long simulation has millions of effects. */
  readonly keep?: readonly SimulatedEvent['kind'][];
}

export type SimulatedEvent =
  | { readonly at: Instant; readonly kind: 'action'; readonly action: SimulatedAction }
  | {
      readonly at: Instant;
      readonly kind: 'effect';
      readonly node: string;
      readonly effect: VrrpProcessEffect;
    }
  /** What the node's kernel changed, when it did, whether or not anybody hears of it. */
  | { readonly at: Instant; readonly kind: 'kernel'; readonly node: string; readonly news: RouteNews }
  | {
      readonly at: Instant;
      /** An instance's state or effective priority changed. */
      readonly kind: 'state';
      readonly node: string;
      readonly instance: string;
      /** undefined: no process has the instance any more. */
      readonly state: VrrpState | undefined;
      readonly priority: number;
      /** Why it is in this state. */
      readonly cause: string;
    };

/** A node as an inspector sees it. */
export interface NodeView {
  readonly name: string;
  readonly kernel: SimulatedKernel;
  /** Empty while no process runs. */
  readonly states: ReadonlyMap<string, VrrpState>;
  readonly running: boolean;
  /** The configuration last given to the process. */
  readonly config: Config;
  /** Batches the kernel has not done, and notices and answers on their way to the process. */
  readonly unsettled: number;
}

/** Called after each step of a process and each change of a kernel, for laws that must hold at every moment. */
export type Inspector = (node: NodeView, now: Instant) => void;

export interface SimulationResult {
  readonly events: readonly SimulatedEvent[];
  readonly nodes: ReadonlyMap<string, NodeView>;
}
