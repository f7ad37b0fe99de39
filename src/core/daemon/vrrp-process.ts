// The VRRP process as a machine: feeds the VRRP machine what the kernel and the wire say, lowers its effects to operations and frames.
// Spec: src/core/README.md "A packet's way"; it knows no word of the protocol, it routes (vrrp-inputs.ts, vrrp-turn.ts).

import type { Instant } from '../time.ts';
import { handlers } from './vrrp-inputs.ts';
import type { VrrpProcess, VrrpProcessEffect, VrrpProcessInput } from './vrrp-state.ts';
import { finishWhenIdle, type Turn } from './vrrp-turn.ts';

/** One input, or for `wake` the one earliest deadline that has passed. Perform the effects in their order. */
export function stepVrrpProcess(
  process: VrrpProcess,
  input: VrrpProcessInput,
  now: Instant,
): readonly VrrpProcessEffect[] {
  // The kernel's answers to the last removals still count: what it refused is left behind, and the ledger must keep it.
  if (process.phase === 'finished' && input.kind !== 'completions') return [];
  const turn: Turn = { process, now, effects: [] };
  (handlers[input.kind] as (turn: Turn, input: VrrpProcessInput) => void)(turn, input);
  finishWhenIdle(turn);
  return turn.effects;
}
