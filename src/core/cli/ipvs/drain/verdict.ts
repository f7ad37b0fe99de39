// What a drain makes of one look at the kernel: wait, delete, or end with what really happened. Pure.
// Spec: ipvsadm(8) -e -w 0; on UDP every flow is an inactive connection (ip_vs_proto_udp.c knows no other state).

import type { ObservedDestination, ServiceId } from '../../../ipvs/index.ts';

/** Why a drain is over. The last three are somebody else's doing, and what they did stays. */
export const endings = [
  'drained',
  'deadline',
  'interrupted',
  'undone',
  'weight-changed',
  'server-gone',
  'service-gone',
] as const;
export type Ending = (typeof endings)[number];

/** What the kernel holds now. */
export type Look =
  | { readonly kind: 'server'; readonly server: ObservedDestination }
  | { readonly kind: 'gone'; readonly what: 'server' | 'service' };

export interface DrainPolicy {
  /** Leave the drained server in the table. */
  readonly keep: boolean;
  /** Delete even when the deadline passed first. */
  readonly force: boolean;
  /** Inactive connections count. */
  readonly inactive: boolean;
}

export interface Moment {
  readonly interrupted: boolean;
  /** The deadline has passed. */
  readonly late: boolean;
}

export type Verdict =
  | { readonly kind: 'wait' }
  | { readonly kind: 'end'; readonly ending: Ending; readonly deletes: boolean };

/**
 * Whether inactive connections count where nobody says so: UDP has no others, and a firewall mark may stand for UDP. Of TCP and SCTP they
 * are closed connections that wait for late packets.
 */
export const countsInactive = (id: ServiceId): boolean => id.kind === 'fwmark' || id.protocol === 'udp';

/** Connections that would be cut off. Persistence templates bring clients back, so they count. */
export const remaining = (
  server: Pick<ObservedDestination, 'activeConnections' | 'persistentConnections' | 'inactiveConnections'>,
  inactive: boolean,
): number =>
  server.activeConnections + server.persistentConnections + (inactive ? server.inactiveConnections : 0);

const end = (ending: Ending, deletes = false): Verdict => ({ kind: 'end', ending, deletes });

/** The look must have been taken after the weight was set to 0. What others did comes first, then the user's own interruption. */
export function judge(look: Look, { keep, force, inactive }: DrainPolicy, moment: Moment): Verdict {
  if (look.kind === 'gone') return end(look.what === 'service' ? 'service-gone' : 'server-gone');
  if (look.server.weight !== 0) return end('weight-changed');
  if (moment.interrupted) return end('interrupted');
  if (remaining(look.server, inactive) === 0) return end('drained', !keep);
  if (moment.late) return end('deadline', force && !keep);
  return { kind: 'wait' };
}
