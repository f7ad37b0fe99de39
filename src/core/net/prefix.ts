// Address with prefix length (CIDR, RFC 4632), and netmasks.

import {
  type Address,
  addressBits,
  addressBytes,
  addressFromBytes,
  familyOf,
  parseAddress,
} from './address.ts';

export interface Prefix {
  readonly address: Address;
  /** Bits, 0..32 or 0..128. */
  readonly length: number;
}

/** `10.0.0.1/24`; without `/N` the full length of the family. Undefined when it is not one. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const bits = addressBits[familyOf(address)];
  if (slash < 0) return { address, length: bits };
  const digits = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(digits) || Number(digits) > bits) return undefined;
  return { address, length: Number(digits) };
}

export const printPrefix = (prefix: Prefix): string => `${prefix.address}/${prefix.length}`;

function mapBits(prefix: Prefix, host: (byte: number, mask: number) => number): Address {
  const bytes = addressBytes(prefix.address);
  for (let i = 0; i < bytes.length; i++) {
    const kept = Math.min(8, Math.max(0, prefix.length - i * 8));
    const mask = (0xff00 >> kept) & 0xff;
    bytes[i] = host(bytes[i] ?? 0, mask);
  }
  return addressFromBytes(bytes);
}

/** The prefix with its host bits cleared. */
export const networkOf = (prefix: Prefix): Address => mapBits(prefix, (byte, mask) => byte & mask);

/** The prefix with its host bits set: the directed broadcast address. */
export const broadcastOf = (prefix: Prefix): Address =>
  mapBits(prefix, (byte, mask) => byte | (~mask & 0xff));

/** Whether the address lies inside the prefix (same family). */
export function contains(prefix: Prefix, address: Address): boolean {
  return (
    familyOf(prefix.address) === familyOf(address) &&
    networkOf({ address, length: prefix.length }) === networkOf(prefix)
  );
}

const netmasks = Array.from({ length: 33 }, (_, length) =>
  mapBits({ address: '255.255.255.255' as Address, length }, (byte, mask) => byte & mask),
);

/** The dotted netmask of an IPv4 prefix length, 0..32. */
export function netmaskOf(length: number): Address {
  const mask = netmasks[length];
  if (mask === undefined) throw new RangeError(`no IPv4 prefix has ${length} bits`);
  return mask;
}
