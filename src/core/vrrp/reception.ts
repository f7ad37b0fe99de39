// From a packet to the instance it is for, and what becomes of it there.
// Spec: RFC 9568 section 7.1; one VRID may be used on several interfaces, by both families, and by unicast beside multicast.

import { isMulticast } from '../net/index.ts';
import { noteCount } from '../news.ts';
import { type AdvertPeek, advertisementType, isWhole, peek } from '../wire/index.ts';
import { accept, type Packet, refusals, type Verdict } from './accept.ts';
import { alarmAt } from './alarms.ts';
import { afterAccepted } from './authentication.ts';
import { isUnicast } from './identity.ts';
import { routersOn } from './indexes.ts';
import { report, reportStray } from './report.ts';
import { yieldAfterSleep } from './sleep.ts';
import {
  type InstanceState,
  type StrayCause,
  type StrayCounters,
  strayCauses,
  type VrrpMachine,
} from './state.ts';
import { dispatch } from './table.ts';
import type { Turn } from './turn.ts';

/** The instance a VRID means on this interface: the one of the packet's kind, then the one that knows the sender. */
function recipient(machine: VrrpMachine, packet: Packet, vrid: number): InstanceState | undefined {
  const serials = routersOn(machine, packet.family, vrid, packet.interface);
  const [first] = serials;
  if (first === undefined) return undefined;
  // The only one there is gets what is sent to it in whatever way, and refuses it with a cause.
  if (serials.length === 1 && packet.family === 'inet') return machine.instances.get(first);
  const candidates = serials.flatMap(serial => machine.instances.get(serial) ?? []);
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

/** Why a packet that no instance is for counts as what: it may be an advert of another router, or none at all. */
function strayCause(packet: Packet, seen: AdvertPeek | undefined): StrayCause {
  if (seen === undefined) return 'truncated';
  if (seen.version !== 2 && seen.version !== 3) return 'version';
  if (seen.type !== advertisementType || !isWhole(packet.bytes, packet.family)) return 'malformed';
  return 'unknown-vrid';
}

const noStrays = (): StrayCounters =>
  Object.fromEntries(strayCauses.map(cause => [cause, 0])) as StrayCounters;

function countStray(turn: Turn, packet: Packet, seen: AdvertPeek | undefined): void {
  const { strayCounters, config } = turn.machine;
  const cause = strayCause(packet, seen);
  let counters = strayCounters.get(packet.interface);
  if (counters === undefined) {
    counters = noStrays();
    strayCounters.set(packet.interface, counters);
  }
  counters[cause]++;
  noteCount(turn.machine.news, `interface ${packet.interface}`);
  if (cause !== 'unknown-vrid' || !config.logUnknownVrids) return;
  const where = `${packet.interface}/${seen?.vrid}`;
  const text = `advert of ${packet.source} on ${packet.interface} for VRID ${seen?.vrid}, which is not configured`;
  reportStray(turn, cause, where, text);
}

function refuse(
  turn: Turn,
  instance: InstanceState,
  packet: Packet,
  verdict: Extract<Verdict, { readonly accepted: false }>,
): void {
  instance.counters[refusals[verdict.cause]]++;
  noteCount(turn.machine.news, instance.key);
  // The peer checks come after the packet has been counted as an advert.
  if (verdict.cause === 'peer-unknown' || verdict.cause === 'peer-ttl') instance.counters.advert_rcvd++;
  const text = `packet of ${packet.source} refused: ${verdict.text}`;
  report(turn, verdict.level, instance, `refused ${verdict.cause}`, undefined, text);
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
  instance.authentication = afterAccepted(instance.authentication, advert.pdu);
  if (compared) instance.comparedSender = advert.source;
  for (const oddity of oddities) {
    if (oddity.kind === 'addresses') instance.counters.addr_list_err++;
    const text = `advert of ${packet.source} accepted, but ${oddity.text}`;
    report(turn, 'warning', instance, `odd ${oddity.kind}`, undefined, text);
  }
  dispatch(turn, instance, { event: 'advert', advert });
}

/** Whether adverts mean something to an instance in this state. */
const hears = {
  INIT: false,
  BACKUP: true,
  MASTER: true,
  FAULT: false,
  LEAVING: true,
  STOP: false,
} as const satisfies Record<InstanceState['state'], boolean>;

export function receive(turn: Turn, packet: Packet): void {
  const { machine } = turn;
  if (machine.phase === 'created') return;
  // During vrrp_startup_delay nothing is heard, as switches may still be learning.
  if (alarmAt(machine, 'startup', '') !== undefined) return;
  const seen = peek(packet.bytes);
  const instance = seen === undefined ? undefined : recipient(machine, packet, seen.vrid);
  if (instance === undefined) {
    countStray(turn, packet, seen);
    return;
  }
  yieldAfterSleep(turn, instance);
  if (hears[instance.state]) take(turn, instance, packet);
}
