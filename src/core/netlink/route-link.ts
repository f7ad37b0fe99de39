// RTM_NEWLINK and RTM_DELLINK: network interfaces as the kernel reports them.
// Spec: linux/if_link.h, struct ifinfomsg of linux/rtnetlink.h, netdevice(7) for IFF_*.

import { fail, type Outcome, succeed } from '../fault.ts';
import { type Mac, macFromBytes } from '../net/index.ts';
import { readAttributes } from './attribute.ts';
import { littleEndian, viewOf } from './byte-order.ts';
import { malformed } from './message.ts';

/** sizeof(struct ifinfomsg). */
const fixedSize = 16;
/** IFLA_*; IFLA_INFO_KIND inside IFLA_LINKINFO. */
const attributes = { address: 1, broadcast: 2, name: 3, mtu: 4, link: 5, linkInfo: 18 } as const;
const infoKind = 1;
/** IFF_*. */
const interfaceFlags = { up: 0x1, running: 0x40, noarp: 0x80, multicast: 0x1000 } as const;
/** AF_BRIDGE: ports of a bridge are announced once more under this family. */
const bridgeFamily = 7;

export interface LinkRecord {
  readonly index: number;
  readonly name: string;
  readonly mac: Mac | undefined;
  readonly broadcast: Mac | undefined;
  readonly flags: {
    readonly up: boolean;
    readonly running: boolean;
    readonly multicast: boolean;
    readonly noarp: boolean;
  };
  readonly mtu: number;
  readonly kind: string | undefined;
  readonly lower: number | undefined;
}

/** Six octets, or undefined: tunnels carry an IP address here. */
const macIn = (bytes: Uint8Array): Mac | undefined => (bytes.length === 6 ? macFromBytes(bytes) : undefined);

/** The interface; undefined for a bridge port's second announcement, which says nothing new about it. */
export function decodeLink(payload: Uint8Array): Outcome<LinkRecord | undefined> {
  if (payload.length < fixedSize) return fail(malformed('link: no ifinfomsg'));
  if (payload[0] === bridgeFamily) return succeed(undefined);
  const view = viewOf(payload);
  const flags = view.getUint32(8, littleEndian);
  return readAttributes(payload.subarray(fixedSize), 'link', reader => {
    let name = '';
    let mac: Mac | undefined;
    let broadcast: Mac | undefined;
    let mtu = 0;
    let kind: string | undefined;
    let lower: number | undefined;
    while (reader.next()) {
      if (reader.type === attributes.address) mac = macIn(reader.bytes());
      else if (reader.type === attributes.broadcast) broadcast = macIn(reader.bytes());
      else if (reader.type === attributes.name) name = reader.text();
      else if (reader.type === attributes.mtu) mtu = reader.u32();
      else if (reader.type === attributes.link) lower = reader.u32();
      else if (reader.type === attributes.linkInfo) {
        kind = reader.nested(inner => {
          let found: string | undefined;
          while (inner.next()) if (inner.type === infoKind) found = inner.text();
          return found;
        });
      }
    }
    return {
      index: view.getInt32(4, littleEndian),
      name,
      mac,
      broadcast,
      flags: {
        up: (flags & interfaceFlags.up) !== 0,
        running: (flags & interfaceFlags.running) !== 0,
        multicast: (flags & interfaceFlags.multicast) !== 0,
        noarp: (flags & interfaceFlags.noarp) !== 0,
      },
      mtu,
      kind,
      lower,
    };
  });
}
