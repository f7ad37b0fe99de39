// How the simulation drives a VRRP process: the one place that knows how daemon/ steps it.
// Spec: daemon/index.ts; runtime/processes/vrrp.ts drives the same machine with real sockets.

import {
  createVrrpProcess,
  stepVrrpProcess,
  type VrrpProcess,
  type VrrpProcessEffect,
  type VrrpProcessInput,
  vrrpProcessDeadline,
} from '../daemon/index.ts';
import type { Instant } from '../time.ts';
import type { VrrpState } from '../vrrp/index.ts';

export interface RunningProcess {
  current: VrrpProcess;
}

export const startProcess = (): RunningProcess => ({ current: createVrrpProcess });

/** One input, or for a wake one deadline. Changes `process` in place. */
export function stepProcess(
  process: RunningProcess,
  input: VrrpProcessInput,
  now: Instant,
): readonly VrrpProcessEffect[] {
  const { state, effects } = stepVrrpProcess(process.current, input, now);
  process.current = state;
  return effects;
}

export const deadlineOf = (process: RunningProcess): Instant | undefined =>
  vrrpProcessDeadline(process.current);

/** Each instance's state; empty before the process has started. */
export const statesOf = (process: RunningProcess): ReadonlyMap<string, VrrpState> =>
  new Map(
    [...(process.current.machine?.instances.values() ?? [])].map(each => [each.config.name, each.state]),
  );
