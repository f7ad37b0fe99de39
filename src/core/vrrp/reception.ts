// From a packet to the instance it is for, and what becomes of it there.
// Spec: RFC 9568 section 7.1; one VRID may be used on several interfaces, by both families, and by unicast beside multicast.

import { isMulticast } from '../net/index.ts';
import { accept, type Packet, refusals, type Verdict } from './accept.ts';
import { isUnicast } from './advert.ts';
import type { InstanceState } from './state.ts';
import { dispatch } from './table.ts';
import { complain, say, type Turn } from './turn.ts';

/** The instance a VRID means on this interface: the one of the packet's kind, then the one that knows the sender. */
function recipient(turn: Turn, packet: Packet, vrid: number): Readonly<InstanceState> | undefined {
  const candidates = turn.instances.peek().filter(({ config }) => {
    const here = config.interface === undefined || config.interface === packet.interface;
    return here && config.family === packet.family && config.vrid === vrid;
  });
  const multicast = isMulticast(packet.destination);
  const ofKind = candidates.filter(({ config }) => isUnicast(config) !== multicast);
  const exact = ofKind.find(({ config }) =>
    multicast
      ? config.multicastGroup === packet.destination
      : config.unicastPeers.some(peer => peer.address === packet.source),
  );
  // IPv4: the wrong kind is refused and counted by the instance; IPv6: it is nobody's.
  return exact ?? ofKind[0] ?? (packet.family === 'inet' ? candidates[0] : undefined);
}

function rememberStranger(turn: Turn, packet: Packet, vrid: number): void {
  const stranger = `${packet.interface}/${vrid}`;
  if (!turn.config.logUnknownVrids || turn.strangers.has(stranger)) return;
  turn.strangers = new Set([...turn.strangers, stranger]);
  say(
    turn,
    'info',
    `advert of ${packet.source} on ${packet.interface} for VRID ${vrid}, which is not configured`,
  );
}

function refuse(
  turn: Turn,
  instance: InstanceState,
  packet: Packet,
  verdict: Extract<Verdict, { readonly accepted: false }>,
): void {
  instance.counters[refusals[verdict.cause]]++;
  // The peer checks come after the packet has been counted as an advert.
  if (verdict.cause === 'peer-unknown' || verdict.cause === 'peer-ttl') instance.counters.advert_rcvd++;
  complain(
    turn,
    verdict.level,
    instance,
    `refused ${verdict.cause}`,
    `packet of ${packet.source} refused: ${verdict.text}`,
  );
}

function take(turn: Turn, instance: InstanceState, packet: Packet): void {
  const verdict = accept(instance, packet);
  if (!verdict.accepted) {
    refuse(turn, instance, packet, verdict);
    return;
  }
  const { advert, oddities, compared } = verdict;
  instance.counters.advert_rcvd++;
  if (advert.priority === 0) instance.counters.pri_zero_rcvd++;
  if (compared) instance.comparedSender = advert.source;
  for (const oddity of oddities) {
    if (oddity.kind === 'addresses') instance.counters.addr_list_err++;
    const text = `advert of ${packet.source} accepted, but ${oddity.text}`;
    complain(turn, 'warning', instance, `odd ${oddity.kind}`, text);
  }
  dispatch(turn, instance, { event: 'advert', advert });
}

export function receive(turn: Turn, packet: Packet): void {
  // During vrrp_startup_delay nothing is heard, as switches may still be learning.
  if (turn.delayedUntil !== undefined) return;
  const vrid = packet.bytes[1];
  if (vrid === undefined) return;
  const found = recipient(turn, packet, vrid);
  if (found === undefined) {
    rememberStranger(turn, packet, vrid);
    return;
  }
  if (found.state !== 'BACKUP' && found.state !== 'MASTER') return;
  const instance = turn.instances.get(found.config.name);
  if (instance === undefined) return;
  take(turn, instance, packet);
}
