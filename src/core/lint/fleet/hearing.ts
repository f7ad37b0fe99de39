// What one node's acceptance says of another's advertisement: the daemon's own encoding and judgement, no second copy of the rules.
// Spec: RFC 9568 section 7.1 and RFC 3768 section 7.1, as vrrp/accept.ts has them.

import type { Address } from '../../net/index.ts';
import { advertOf, isUnicast, judge, type Packet } from '../../vrrp/index.ts';
import { encodeAdvert, sentForm } from '../../wire/index.ts';
import type { InstanceConfig } from '../rule.ts';

/** Where an advertisement comes from and goes to when the file leaves it to the interface. */
const anyAddress = {
  inet: { source: '192.0.2.1' as Address, target: '192.0.2.2' as Address },
  inet6: { source: 'fe80::1' as Address, target: 'fe80::2' as Address },
} as const;

/** The packet that `sender` sends to `listener`; both of one address family. */
function packetOf(sender: InstanceConfig, listener: InstanceConfig): Packet {
  const fallback = anyAddress[sender.family];
  const source = sender.sourceAddress ?? fallback.source;
  const destination = isUnicast(sender) ? (listener.sourceAddress ?? fallback.target) : sender.multicastGroup;
  const path = { source, destination };
  const form = sentForm(sender.version, path, sender.checksumWithoutPseudoHeader);
  const bytes = encodeAdvert(advertOf(sender, Math.min(sender.priority, 254)), path, form);
  // The hop limits of unicast are the network's to say.
  const ttl = isUnicast(listener) ? undefined : 255;
  const { family, interface: name = '' } = listener;
  return { kind: 'packet', interface: name, family, source, destination, ttl, bytes };
}

/** Whether `listener` drops the advertisements of a node that is like it but for these settings. */
export function drops(listener: InstanceConfig, settings: Partial<InstanceConfig>): boolean {
  const packet = packetOf({ ...listener, ...settings }, listener);
  // A node that is like the listener has its source address too, which is not among its peers.
  const checkUnicastSource = listener.checkUnicastSource && 'sourceAddress' in settings;
  return !judge({ ...listener, checkUnicastSource, ownerIgnoreAdverts: false }, packet).accepted;
}
