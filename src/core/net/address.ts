// IP addresses as canonical text: dotted quad (RFC 791 order) or RFC 5952 IPv6. Plain data, comparable with ===.
// Parsing accepts RFC 4291 section 2.2 forms; it refuses octal or short dotted quads, as inet_pton(3) does.

declare const addressBrand: unique symbol;

export type Family = 'inet' | 'inet6';

/** Canonical text of an IPv4 or IPv6 address; two equal addresses are the same string. */
export type Address = string & { readonly [addressBrand]: true };

export const familyOf = (address: Address): Family => (address.includes(':') ? 'inet6' : 'inet');

/** Length of an address of the family in bits. */
export const addressBits = { inet: 32, inet6: 128 } as const satisfies Record<Family, number>;

/** Address length in bytes on the wire. */
export const addressSize = { inet: 4, inet6: 16 } as const satisfies Record<Family, number>;

/** The wildcard address of the family: 0.0.0.0 or ::. */
export const anyAddress = {
  inet: '0.0.0.0' as Address,
  inet6: '::' as Address,
} as const satisfies Record<Family, Address>;

function parseQuad(text: string, into: Uint8Array, offset: number): boolean {
  let part = -1;
  let index = 0;
  let digits = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : 46;
    if (c === 46) {
      if (part < 0 || index > 3) return false;
      into[offset + index++] = part;
      part = -1;
      digits = 0;
    } else if (c >= 48 && c <= 57) {
      if (part === 0 && digits > 0) return false;
      part = (part < 0 ? 0 : part * 10) + (c - 48);
      digits++;
      if (part > 255) return false;
    } else return false;
  }
  return index === 4;
}

function parseColons(text: string, into: Uint8Array): boolean {
  // Every form has two colons at least; `10.0.0.1:80` comes here often.
  if (text.indexOf(':', text.indexOf(':') + 1) < 0) return false;
  const gap = text.indexOf('::');
  if (gap >= 0 && text.indexOf('::', gap + 1) >= 0) return false;
  const sides = gap < 0 ? [text] : [text.slice(0, gap), text.slice(gap + 2)];
  const bytes: Uint8Array[] = [];
  for (const [sideIndex, side] of sides.entries()) {
    const groups = side === '' ? [] : side.split(':');
    const last = sideIndex === sides.length - 1;
    const out: number[] = [];
    for (const [i, group] of groups.entries()) {
      if (last && i === groups.length - 1 && group.includes('.')) {
        const quad = new Uint8Array(4);
        if (!parseQuad(group, quad, 0)) return false;
        out.push(...quad);
      } else {
        if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return false;
        const value = Number.parseInt(group, 16);
        out.push(value >> 8, value & 255);
      }
    }
    bytes.push(Uint8Array.from(out));
  }
  const [head, tail] = bytes;
  if (head === undefined) return false;
  if (tail === undefined) {
    if (head.length !== 16) return false;
    into.set(head);
    return true;
  }
  if (head.length + tail.length > 14) return false;
  into.set(head);
  into.set(tail, 16 - tail.length);
  return true;
}

/** Takes the octets of quads whose text is already canonical: large files hold tens of thousands. */
const scratch = new Uint8Array(4);

/** The canonical address, or undefined when the text is none. No scope (`%eth0`), prefix or blanks are accepted. */
export function parseAddress(text: string): Address | undefined {
  if (text.includes(':')) {
    const bytes = new Uint8Array(16);
    return parseColons(text, bytes) ? addressFromBytes(bytes) : undefined;
  }
  return parseQuad(text, scratch, 0) ? (text as Address) : undefined;
}

/** Network-order bytes: 4 or 16. */
export function addressBytes(address: Address): Uint8Array {
  if (address.includes(':')) {
    const bytes = new Uint8Array(16);
    parseColons(address, bytes);
    return bytes;
  }
  const bytes = new Uint8Array(4);
  parseQuad(address, bytes, 0);
  return bytes;
}

/** Writes the network-order bytes of an address, 4 or 16, at `offset`. */
export function putAddress(address: Address, into: Uint8Array, offset: number): void {
  if (!parseQuad(address, into, offset)) into.set(addressBytes(address), offset);
}

/** Text of the address in union nf_inet_addr: IPv4 takes the first four of its 16 bytes. */
export const addressFromUnion = (union: Uint8Array, family: Family): Address =>
  family === 'inet'
    ? (`${union[0]}.${union[1]}.${union[2]}.${union[3]}` as Address)
    : addressFromBytes(union.subarray(0, addressSize.inet6));

/** Text of 4 or 16 network-order bytes; RFC 5952 for IPv6 (IPv4-mapped addresses keep their dotted tail). */
export function addressFromBytes(bytes: Uint8Array): Address {
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}` as Address;
  if (bytes.length !== 16) throw new RangeError(`an address has 4 or 16 bytes, not ${bytes.length}`);
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  if (groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${addressFromBytes(bytes.subarray(12))}` as Address;
  }
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; ) {
    let run = 0;
    while (i + run < 8 && groups[i + run] === 0) run++;
    if (run > length) {
      start = i;
      length = run;
    }
    i += Math.max(run, 1);
  }
  const text = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map(group => group.toString(16))
      .join(':');
  if (start < 0) return text(0, 8) as Address;
  return `${text(0, start)}::${text(start + length, 8)}` as Address;
}

const compared = [new Uint8Array(16), new Uint8Array(16)] as const;

/** Unsigned comparison in network order, as VRRP's tie-break needs; IPv4 sorts before IPv6. */
export function compareAddresses(a: Address, b: Address): number {
  if (a === b) return 0;
  const size = addressSize[familyOf(a)];
  const other = addressSize[familyOf(b)];
  if (size !== other) return size - other;
  const [left, right] = compared;
  putAddress(a, left, 0);
  putAddress(b, right, 0);
  for (let i = 0; i < size; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** fe80::/10 (RFC 4291) or 169.254.0.0/16 (RFC 3927). */
export function isLinkLocal(address: Address): boolean {
  const bytes = addressBytes(address);
  if (bytes.length === 4) return bytes[0] === 169 && bytes[1] === 254;
  return bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
}

/** 224.0.0.0/4 or ff00::/8. */
export function isMulticast(address: Address): boolean {
  const bytes = addressBytes(address);
  return bytes.length === 4 ? ((bytes[0] ?? 0) & 0xf0) === 0xe0 : bytes[0] === 0xff;
}
