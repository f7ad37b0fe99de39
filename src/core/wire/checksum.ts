// The Internet checksum: one's complement of the one's complement sum of 16-bit words.
// Spec: RFC 1071; used by IPv4 (RFC 791), ICMP (RFC 792), ICMPv6 (RFC 4443) and VRRP (RFC 9568, RFC 3768).

/**
 * Checksum over the parts as if they stood one behind the other: 0..0xffff, ready to be stored in network order.
 * Zero when the parts include their own right checksum. Parts may have any length; a last odd byte counts as the high half of a word.
 */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  let high = true;
  for (const part of parts) {
    for (const byte of part) {
      sum += high ? byte << 8 : byte;
      high = !high;
    }
  }
  // A number holds 2^53, far above what any packet sums to, so the carries are folded once at the end.
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
