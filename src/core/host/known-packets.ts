// The last packet of each VRID on one socket: an advert repeats its predecessor as a rule, and is decoded once.
// Spec: RFC 791 section 3.1: two packets of equal content differ in the identification and in the header checksum.

/** A longer packet is decoded each time. */
const longest = 1_500;
/** Offsets in an IPv4 header. */
const ipv4 = { identification: 4, flags: 6, checksum: 10, source: 12 } as const;

interface Known<Packet> {
  readonly bytes: Uint8Array;
  /** IPv6: its source, which is not among the octets. */
  readonly source: Uint8Array;
  readonly packet: Packet;
}

/** Bounded: one packet for each VRID. */
export interface KnownPackets<Packet> {
  /** What was made of the same octets, if they were the last ones of this VRID. */
  find(vrid: number, bytes: Uint8Array, length: number, source?: Uint8Array): Packet | undefined;
  keep(vrid: number, bytes: Uint8Array, length: number, packet: Packet, source?: Uint8Array): void;
}

const none = new Uint8Array();

function same(a: Uint8Array, b: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (a[at] !== b[at]) return false;
  return true;
}

const samePacket = (a: Uint8Array, b: Uint8Array, length: number): boolean =>
  same(a, b, 0, ipv4.identification) &&
  same(a, b, ipv4.flags, ipv4.checksum) &&
  same(a, b, ipv4.source, length);

/** `header`: the octets begin with an IPv4 header. */
export function createKnownPackets<Packet>(header: 'ipv4' | 'none'): KnownPackets<Packet> {
  const known = new Array<Known<Packet> | undefined>(256).fill(undefined);
  return {
    find(vrid, bytes, length, source = none) {
      const last = known[vrid];
      if (last === undefined || last.bytes.length !== length) return undefined;
      const equal =
        header === 'ipv4'
          ? samePacket(last.bytes, bytes, length)
          : same(last.bytes, bytes, 0, length) && same(last.source, source, 0, last.source.length);
      return equal ? last.packet : undefined;
    },
    keep(vrid, bytes, length, packet, source = none) {
      if (length > longest) known[vrid] = undefined;
      else known[vrid] = { bytes: bytes.slice(0, length), source: source.slice(), packet };
    },
  };
}
