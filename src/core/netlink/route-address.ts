// RTM_NEWADDR, RTM_DELADDR: addresses of interfaces, as the kernel reports them and as it is asked for them.
// Spec: linux/if_addr.h (struct ifaddrmsg, IFA_*, struct ifa_cacheinfo).

import { fail, type Outcome, succeed } from '../fault.ts';
import { type Address, addressBits, addressBytes, type Family, familyOf, type Prefix } from '../net/index.ts';
import { AttributeWriter, readAttributes } from './attribute.ts';
import { littleEndian, viewOf } from './byte-order.ts';
import { malformed, messageFlags, type Request } from './message.ts';
import { addressFamilies, addressIn, familyFrom, routeTypes } from './route-types.ts';

/** sizeof(struct ifaddrmsg). */
const fixedSize = 8;
/** IFA_*. */
const attributes = { address: 1, local: 2, label: 3, broadcast: 4, cacheInfo: 6, flags: 8 } as const;
/** Lifetimes of this value never end. */
const forever = 0xffffffff;

/** IFA_F_*. */
export const addressFlags = {
  /** For IPv6 the same bit means a temporary address. */
  secondary: 0x01,
  noDuplicateDetection: 0x02,
  duplicateFound: 0x08,
  home: 0x10,
  deprecated: 0x20,
  tentative: 0x40,
  permanent: 0x80,
  manageTemporary: 0x100,
  noPrefixRoute: 0x200,
  autojoin: 0x400,
} as const;

export interface AddressRecord {
  readonly ifindex: number;
  readonly prefix: Prefix;
  readonly scope: number;
  readonly label: string | undefined;
  readonly broadcast: Address | undefined;
  readonly peer: Prefix | undefined;
  /** IFA_F_* bits, all 32. */
  readonly flags: number;
  /** Seconds left. */
  readonly preferredLifetime: number | 'forever';
}

/** The address; undefined for a family that is not IP. With a peer, the prefix length belongs to the peer's network. */
export function decodeAddress(payload: Uint8Array): Outcome<AddressRecord | undefined> {
  if (payload.length < fixedSize) return fail(malformed('address: no ifaddrmsg'));
  const view = viewOf(payload);
  const family = familyFrom(view.getUint8(0));
  if (family === undefined) return succeed(undefined);
  const length = view.getUint8(1);
  return readAttributes(payload.subarray(fixedSize), 'address', reader => {
    const own = (): Address | undefined => {
      const address = addressIn(reader.bytes(), family);
      if (address === undefined) reader.refuse(`attribute ${reader.type} is no address`);
      return address;
    };
    let address: Address | undefined;
    let local: Address | undefined;
    let broadcast: Address | undefined;
    let label: string | undefined;
    let flags = view.getUint8(2);
    let preferredLifetime: number | 'forever' = 'forever';
    while (reader.next()) {
      if (reader.type === attributes.address) address = own();
      else if (reader.type === attributes.local) local = own();
      else if (reader.type === attributes.broadcast) broadcast = own();
      else if (reader.type === attributes.label) label = reader.text();
      else if (reader.type === attributes.flags) flags = reader.u32();
      else if (reader.type === attributes.cacheInfo) {
        const preferred = viewOf(reader.bytes(16)).getUint32(0, littleEndian);
        preferredLifetime = preferred === forever ? 'forever' : preferred;
      }
    }
    const held = local ?? address;
    if (held === undefined || length > addressBits[family])
      reader.refuse('address: none, or a prefix too long');
    const other = local !== undefined && address !== undefined && address !== local ? address : undefined;
    return {
      ifindex: view.getUint32(4, littleEndian),
      prefix: { address: held ?? ('' as Address), length },
      scope: view.getUint8(3),
      label,
      broadcast,
      peer: other === undefined ? undefined : { address: other, length },
      flags,
      preferredLifetime,
    };
  });
}

function encode(record: AddressRecord): Uint8Array {
  const { prefix, peer, label, broadcast, preferredLifetime } = record;
  const family: Family = familyOf(prefix.address);
  const fixed = new Uint8Array(fixedSize);
  const view = viewOf(fixed);
  view.setUint8(0, addressFamilies[family]);
  view.setUint8(1, (peer ?? prefix).length);
  view.setUint8(2, record.flags & 0xff);
  view.setUint8(3, record.scope);
  view.setUint32(4, record.ifindex, littleEndian);
  const writer = new AttributeWriter(128).raw(fixed);
  writer.bytes(attributes.local, addressBytes(prefix.address));
  if (peer !== undefined) writer.bytes(attributes.address, addressBytes(peer.address));
  else writer.bytes(attributes.address, addressBytes(prefix.address));
  if (broadcast !== undefined) writer.bytes(attributes.broadcast, addressBytes(broadcast));
  if (label !== undefined) writer.text(attributes.label, label);
  // The header's flags are eight bits wide; the attribute carries all of them and the kernel prefers it.
  if (record.flags !== 0) writer.u32(attributes.flags, record.flags);
  if (preferredLifetime !== 'forever') {
    const cache = new Uint8Array(16);
    viewOf(cache).setUint32(0, preferredLifetime, littleEndian);
    viewOf(cache).setUint32(4, forever, littleEndian);
    writer.bytes(attributes.cacheInfo, cache);
  }
  return writer.finish();
}

/** Fails with EEXIST when the interface holds the address already. */
export const addAddress = (record: AddressRecord): Request => ({
  operation: 'RTM_NEWADDR',
  type: routeTypes.newAddress,
  flags: messageFlags.create | messageFlags.exclusive,
  payload: encode(record),
  answer: 'ack',
});

/** Changes lifetime and (IPv6) flags of an address in place; adds it when it is not there. */
export const replaceAddress = (record: AddressRecord): Request => ({
  ...addAddress(record),
  flags: messageFlags.create | messageFlags.replace,
});

/** Fails with EADDRNOTAVAIL when the interface does not hold it. */
export const removeAddress = (record: AddressRecord): Request => ({
  operation: 'RTM_DELADDR',
  type: routeTypes.delAddress,
  flags: 0,
  payload: encode({ ...record, broadcast: undefined, flags: 0, preferredLifetime: 'forever' }),
  answer: 'ack',
});
