// How one run of a check goes on or ends: the common shape of every protocol's steps.
// Spec: DESIGN "machines, not callbacks"; the health schedule around a run stands in machine.ts.

import type { Instant } from '../time.ts';
import type { CheckKind } from './config.ts';
import type { CheckEffect, CheckInput } from './events.ts';

/** What one run found. */
export type Result =
  /** `weight` only from misc_dynamic. */
  | { readonly kind: 'success'; readonly cause: string; readonly weight: number | undefined }
  | { readonly kind: 'failure'; readonly cause: string }
  /** This machine could not try: logged, but not counted. */
  | { readonly kind: 'untried'; readonly cause: string };

/** A run begins: what it remembers, what to do, and until when the next input must come. */
export interface Begun<D> {
  readonly dialogue: D;
  readonly effects: readonly CheckEffect[];
  readonly deadline: Instant;
}

/** A run goes on: what to do, and until when the next input must come. */
export interface Going {
  readonly effects: readonly CheckEffect[];
  readonly deadline: Instant;
}

/** A run is over. The schedule closes its connection, or kills a process that still lives. */
export interface Over {
  readonly result: Result;
}

/** Undefined: an input that means nothing here and changes nothing. */
export type Move = Going | Over | undefined;

/** What a dialogue hears: the schedule keeps suspend, resume and hurry to itself, and `wake` comes only when the deadline passed. */
export type DialogueInput = Exclude<CheckInput, { readonly kind: 'suspend' | 'resume' | 'hurry' }>;

/**
 * One protocol. `proceed` changes the dialogue in place. Whether a check can run is asked before each run (`unsupported`: a clause that
 * names the missing capability), so `begin` need not refuse.
 */
export interface Protocol<Check extends CheckKind, Dialogue> {
  /** What a run holds open: a connection or a program. */
  readonly uses: 'connection' | 'program';
  unsupported(check: Check): string | undefined;
  /** `url` counts the URLs of an HTTP check; 0 for all others. */
  begin(check: Check, url: number, now: Instant): Begun<Dialogue>;
  proceed(check: Check, dialogue: Dialogue, input: DialogueInput, now: Instant): Move;
}

export const nothing: readonly CheckEffect[] = [];

export const succeeded = (cause: string, weight?: number): Over => ({
  result: { kind: 'success', cause, weight },
});
export const failed = (cause: string): Over => ({ result: { kind: 'failure', cause } });

/** The run ends because the connection could not be made or broke. */
export const broken = (input: Extract<CheckInput, { readonly kind: 'failed' }>): Over => ({
  result: { kind: input.local ? 'untried' : 'failure', cause: input.reason },
});

/** For protocols that run whatever the check says. */
export const alwaysSupported = (): undefined => undefined;
