// How one run of a check goes on or ends: the common shape of every protocol's steps.
// Spec: DESIGN "machines, not callbacks"; the health schedule around a run stands in machine.ts.

import type { Instant } from '../time.ts';
import type { CheckEffect, CheckInput } from './events.ts';

/** What one run found. */
export type Result =
  /** `weight` only from misc_dynamic. */
  | { readonly kind: 'success'; readonly cause: string; readonly weight: number | undefined }
  | { readonly kind: 'failure'; readonly cause: string }
  /** This machine could not try: said, but not counted. */
  | { readonly kind: 'untried'; readonly cause: string };

/** A run goes on: its next state, what to do, and until when the next input must come. */
export interface Going<D> {
  readonly dialogue: D;
  readonly effects: readonly CheckEffect[];
  readonly deadline: Instant;
}

/** A run is over. Connections are closed by the schedule; a process that still lives is killed by it. */
export interface Over {
  readonly result: Result;
}

export type Move<D> = Going<D> | Over;

/** What a dialogue hears: the schedule keeps suspend and resume to itself, and `wake` comes only when the deadline passed. */
export type DialogueInput = Exclude<CheckInput, { readonly kind: 'suspend' | 'resume' }>;

export const nothing: readonly CheckEffect[] = [];

export const succeeded = (cause: string, weight?: number): Over => ({
  result: { kind: 'success', cause, weight },
});
export const failed = (cause: string): Over => ({ result: { kind: 'failure', cause } });

/** The run ends because the connection could not be made or broke. */
export const broken = (input: Extract<CheckInput, { readonly kind: 'failed' }>): Over => ({
  result: { kind: input.local ? 'untried' : 'failure', cause: input.reason },
});
