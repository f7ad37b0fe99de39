// The VRRP PDU as this room needs it: a view that reads any field of any bytes, a whole advert, the checksum's readings.
// Behind it: RFC 9568 section 5.2, RFC 3768 section 5.3.

import { type Address, addressBytes, addressFromBytes, addressSize, type Family } from '../net/index.ts';
import type { ChecksumForm } from './state.ts';

const headerSize = 8;
const authenticationSize = 8;
const protocol = 112;

export interface Envelope {
  readonly family: Family;
  readonly source: Address;
  readonly destination: Address;
}

export interface AdvertContent {
  readonly version: 2 | 3;
  readonly vrid: number;
  readonly priority: number;
  /** Seconds in version 2, centiseconds in version 3. */
  readonly interval: number;
  readonly addresses: readonly Address[];
  readonly password: string | undefined;
}

/** Fields read where they stand; only the eight header bytes are known to be there. */
export interface AdvertView {
  readonly version: number;
  readonly type: number;
  readonly vrid: number;
  readonly priority: number;
  readonly count: number;
  /** Version 2: seconds. */
  readonly authenticationType: number;
  readonly secondsField: number;
  /** Version 3: centiseconds, 12 bits. */
  readonly centisecondsField: number;
  readonly checksum: number;
  readonly bytes: Uint8Array;
}

export function viewAdvert(bytes: Uint8Array): AdvertView | undefined {
  if (bytes.length < headerSize) return undefined;
  const at = (index: number): number => bytes[index] ?? 0;
  return {
    version: at(0) >> 4,
    type: at(0) & 15,
    vrid: at(1),
    priority: at(2),
    count: at(3),
    authenticationType: at(4),
    secondsField: at(5),
    centisecondsField: ((at(4) & 15) << 8) | at(5),
    checksum: (at(6) << 8) | at(7),
    bytes,
  };
}

/** How long a PDU with so many addresses is. */
export const advertSize = (version: number, family: Family, count: number): number =>
  headerSize + count * addressSize[family] + (version === 2 ? authenticationSize : 0);

export function addressesIn(view: AdvertView, family: Family): Address[] {
  const size = addressSize[family];
  return Array.from({ length: view.count }, (_, index) =>
    addressFromBytes(view.bytes.subarray(headerSize + index * size, headerSize + (index + 1) * size)),
  );
}

/** Version 2: the last eight bytes. */
export const authenticationIn = (view: AdvertView): Uint8Array =>
  view.bytes.subarray(view.bytes.length - authenticationSize);

function sum(...parts: readonly Uint8Array[]): number {
  let total = 0;
  for (const part of parts)
    for (let i = 0; i < part.length; i += 2) total += ((part[i] ?? 0) << 8) | (part[i + 1] ?? 0);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}

function pseudoHeader(envelope: Envelope, length: number): Uint8Array {
  const tail =
    envelope.family === 'inet'
      ? [0, protocol, length >> 8, length & 255]
      : [0, 0, length >> 8, length & 255, 0, 0, 0, protocol];
  return Uint8Array.from([...addressBytes(envelope.source), ...addressBytes(envelope.destination), ...tail]);
}

/** Which reading makes the checksum come out right, if any. */
export function checksumForm(view: AdvertView, envelope: Envelope, group: Address): ChecksumForm | undefined {
  const plain = sum(view.bytes) === 0;
  if (envelope.family === 'inet' && view.version === 2) return plain ? 'message-only' : undefined;
  const length = view.bytes.length;
  if (sum(pseudoHeader(envelope, length), view.bytes) === 0) return 'pseudo-header';
  if (envelope.family === 'inet6') return undefined;
  if (plain) return 'message-only';
  const old = pseudoHeader({ ...envelope, destination: group }, length);
  return sum(old, view.bytes) === 0 ? 'pseudo-header-of-group' : undefined;
}

/** Eight bytes of a password, zero padded, cut when longer. */
export function passwordBytes(password: string): Uint8Array {
  const bytes = new Uint8Array(authenticationSize);
  bytes.set(new TextEncoder().encode(password).subarray(0, authenticationSize));
  return bytes;
}

export function encodeAdvert(
  advert: AdvertContent,
  envelope: Envelope,
  withPseudoHeader: boolean,
): Uint8Array {
  const { version, addresses, interval, password } = advert;
  const bytes = new Uint8Array(advertSize(version, envelope.family, addresses.length));
  const authenticated = version === 2 && password !== undefined;
  bytes.set([
    (version << 4) | 1,
    advert.vrid,
    advert.priority,
    addresses.length,
    version === 2 ? Number(authenticated) : (interval >> 8) & 15,
    interval & 255,
  ]);
  for (const [index, address] of addresses.entries())
    bytes.set(addressBytes(address), headerSize + index * addressSize[envelope.family]);
  if (authenticated) bytes.set(passwordBytes(password), bytes.length - authenticationSize);
  // The whole message is summed, version 2's authentication data with it (RFC 3768 section 5.3.8).
  const covered = envelope.family === 'inet6' || (version === 3 && withPseudoHeader);
  const checksum = covered ? sum(pseudoHeader(envelope, bytes.length), bytes) : sum(bytes);
  bytes.set([checksum >> 8, checksum & 255], 6);
  return bytes;
}
