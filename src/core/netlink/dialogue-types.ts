// What a netlink dialogue is made of: settings, what is in flight, inputs and effects. The machine is in dialogue.ts.
// Spec: netlink(7), linux/netlink.h.

import type { Fault, Outcome } from '../fault.ts';
import type { Duration, Instant } from '../time.ts';
import type { Message, Request } from './message.ts';

export interface DialogueSettings {
  /** Default silence allowed per request. */
  readonly timeout: Duration;
  /**
   * Messages per datagram. Each refusal costs about a kilobyte of the receive buffer (net.core.rmem_default: 212 992 bytes), and a batch
   * may be refused whole: 128 refusals fit. An overflow must not happen (host/netlink-overrun.ts).
   */
  readonly batchMessages: number;
  /** Bytes per datagram; must stay below the send buffer. One message may be longer. */
  readonly batchBytes: number;
  /** How often a dump interrupted by a change is asked again. */
  readonly dumpRetries: number;
}

/** Where a message begins in a datagram that was received. */
export interface Place {
  readonly datagram: Uint8Array;
  readonly offset: number;
}

/** What is being waited for, from one datagram. */
export interface Flight {
  readonly ticket: number;
  /** Index in the job of the first request. */
  readonly index: number;
  readonly requests: readonly Request[];
  /** Sequence number of the first request; the others follow. */
  readonly sequence: number;
  readonly deadline: Instant;
  /** Verdicts other than success, and replies, by position in `requests`; both with gaps. */
  readonly verdicts: (Outcome<never> | undefined)[];
  readonly replies: (Place[] | undefined)[];
}

export interface DumpFlight {
  readonly ticket: number;
  readonly index: number;
  readonly request: Request;
  readonly sequence: number;
  readonly attempt: number;
  deadline: Instant;
  /** The datagrams, each from the first message of this dump on; none where the parts are given out as they come. */
  readonly datagrams: Uint8Array[];
  /** The table changed meanwhile. */
  interrupted: boolean;
}

export interface Job {
  readonly ticket: number;
  readonly requests: readonly Request[];
  /** Index of the next request to send. */
  next: number;
}

/** Plain data, changed in place by `stepDialogue`: `structuredClone` gives a dialogue that goes on alike. */
export interface DialogueState {
  readonly settings: DialogueSettings;
  /** 1..2^32-1; 0 is what the kernel's own notices carry. */
  sequence: number;
  readonly jobs: Job[];
  /** Never a batch and a dump at once. */
  batch: Flight | undefined;
  dump: DumpFlight | undefined;
}

export type DialogueInput =
  /** Requests to be made in this order; `ticket` is the caller's and comes back with each outcome. */
  | { readonly kind: 'submit'; readonly ticket: number; readonly requests: readonly Request[] }
  | { readonly kind: 'datagram'; readonly bytes: Uint8Array }
  /** recvmsg said ENOBUFS: the kernel dropped answers or notices. */
  | { readonly kind: 'overrun' }
  /** Sending or receiving failed for good, or the socket was closed: nothing in flight or queued will be answered. */
  | { readonly kind: 'broken'; readonly fault: Fault }
  | { readonly kind: 'wake' };

export type DialogueEffect =
  | { readonly kind: 'send'; readonly datagram: Uint8Array }
  /** The outcome of request `index` of `ticket`: [] for an ack or a dump given out in parts, else the reply messages or the whole dump. */
  | {
      readonly kind: 'settle';
      readonly ticket: number;
      readonly index: number;
      readonly outcome: Outcome<readonly Message[]>;
    }
  /** Parts of a dump that is given out as it comes; they share the datagram's memory. */
  | {
      readonly kind: 'parts';
      readonly ticket: number;
      readonly index: number;
      readonly messages: readonly Message[];
    }
  /** The table changed during that dump: what was given out is void, and it begins again. */
  | { readonly kind: 'again'; readonly ticket: number; readonly index: number }
  /** A message nobody asked for: a multicast notice, or an answer that came after its deadline. */
  | { readonly kind: 'notice'; readonly message: Message }
  /** Bytes that are no netlink messages. */
  | { readonly kind: 'garbled'; readonly fault: Fault }
  /** Notices were lost: whoever mirrors the kernel must read it again. */
  | { readonly kind: 'lost' };
