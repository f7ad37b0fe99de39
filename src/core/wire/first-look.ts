// The first look at a received VRRP packet: a few octets, no copy, no object; what cannot be an advert goes no further.
// Spec: RFC 791 section 3.1, RFC 9568 sections 5.1 and 5.2; the kernel has verified the IPv4 header checksum before it delivers.

/** Why a packet cannot be an advert. */
export const firstLookCauses = [
  'truncated',
  'not-ipv4',
  'bad-header-length',
  'bad-total-length',
  'fragment',
  'short-advert',
  'unknown-version',
  'not-an-advertisement',
] as const;
export type FirstLookCause = (typeof firstLookCauses)[number];

/** The shortest PDU: version 3 without addresses. */
const shortest = 8;

/** The VRID of the PDU between two offsets, or why it cannot be an advert. */
function lookAtPdu(bytes: Uint8Array, start: number, end: number): number | FirstLookCause {
  if (end - start < shortest) return 'short-advert';
  const first = bytes[start] ?? 0;
  const version = first >> 4;
  if (version !== 2 && version !== 3) return 'unknown-version';
  if ((first & 15) !== 1) return 'not-an-advertisement';
  return bytes[start + 1] ?? 0;
}

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** A whole IPv4 packet in the first `length` bytes: its VRID, or why it cannot be an advert. IP options are skipped. */
export function lookAtIpv4(bytes: Uint8Array, length: number): number | FirstLookCause {
  if (length < 20) return 'truncated';
  const first = bytes[0] ?? 0;
  if (first >> 4 !== 4) return 'not-ipv4';
  const headerLength = (first & 15) * 4;
  if (headerLength < 20) return 'bad-header-length';
  const total = word(bytes, 2);
  if (total < headerLength) return 'bad-total-length';
  if (total > length) return 'truncated';
  if ((word(bytes, 6) & 0x3fff) !== 0) return 'fragment';
  return lookAtPdu(bytes, headerLength, total);
}

/** The destination of an IPv4 packet as one number, to compare without making a text of it. */
export const ipv4Destination = (bytes: Uint8Array): number =>
  ((word(bytes, 16) << 16) | word(bytes, 18)) >>> 0;

/** A PDU without its IP header (raw IPv6 sockets hand over no more). */
export const lookAtIpv6Payload = (bytes: Uint8Array, length: number): number | FirstLookCause =>
  lookAtPdu(bytes, 0, length);
