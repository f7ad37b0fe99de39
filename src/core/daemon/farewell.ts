// An orderly stop without a hole: after its last adverts (priority 0) a MASTER keeps its addresses until a peer has taken over.
// Spec: RFC 9568 section 6.4.3 (Shutdown) and 6.1 (Skew_Time is below one interval); keepalived gives the addresses up at once.

import { after, type Instant, seconds, zero } from '../time.ts';
import type { Effect, InstanceConfig, VrrpMachine } from '../vrrp/index.ts';

export interface Farewell {
  /** Instances that were MASTER and whose successor has not been heard. */
  readonly awaiting: readonly InstanceConfig[];
  /** What the machine asked for at its stop, in its order, less what is done. */
  readonly left: readonly Effect[];
  /** Whoever wanted to take over has done so by then. */
  readonly until: Instant;
}

/** A successor waits for its skew time: less than one interval. Longer than a second nobody waits for us. */
const longest = seconds(1);

/** What is said at once, and what waits; no farewell when nothing was held. */
export function partFarewell(
  machine: VrrpMachine,
  asked: readonly Effect[],
  now: Instant,
): { readonly atOnce: readonly Effect[]; readonly farewell: Farewell | undefined } {
  const awaiting = [...machine.instances.values()].flatMap(({ state, config }) =>
    state === 'MASTER' ? [config] : [],
  );
  if (awaiting.length === 0) return { atOnce: asked, farewell: undefined };
  const said = (effect: Effect) => effect.kind === 'advertise' || effect.kind === 'log';
  const interval = awaiting.reduce(
    (most, { advertInterval }) => (advertInterval > most ? advertInterval : most),
    zero,
  );
  return {
    atOnce: asked.filter(said),
    farewell: {
      awaiting,
      left: asked.filter(effect => !said(effect)),
      until: after(now, interval < longest ? interval : longest),
    },
  };
}

/** Where the VRID and the priority stand in every version's advert. */
const [vridAt, priorityAt] = [1, 2];

/** An advert was heard: a successor's lets the instance go. Returns what is to be done now and what is left. */
export function hearSuccessor(
  farewell: Farewell,
  packet: { readonly interface: string; readonly family: string; readonly bytes: Uint8Array },
): { readonly now: readonly Effect[]; readonly farewell: Farewell | undefined } {
  const { awaiting, left, until } = farewell;
  const succeeded = ({ vrid, family, interface: name }: InstanceConfig) =>
    packet.bytes[vridAt] === vrid &&
    packet.bytes[priorityAt] !== 0 &&
    packet.family === family &&
    packet.interface === name;
  const still = awaiting.filter(config => !succeeded(config));
  if (still.length === awaiting.length) return { now: [], farewell };
  if (still.length === 0) return { now: left, farewell: undefined };
  const gone = new Set(awaiting.filter(succeeded).map(({ name }) => name));
  const releases = (effect: Effect) => effect.kind === 'release' && gone.has(effect.instance);
  return {
    now: left.filter(releases),
    farewell: { awaiting: still, left: left.filter(effect => !releases(effect)), until },
  };
}
