// VRRP advertisements, versions 2 and 3, over IPv4 and IPv6: the PDU behind the IP header.
// Spec: RFC 3768 section 5.3, RFC 9568 section 5.2; keepalived's checksum forms (its issue 2324) and its version 2 over IPv6.

import {
  type Address,
  addressBytes,
  addressFromBytes,
  addressSize,
  type Family,
  familyOf,
} from '../net/index.ts';
import { internetChecksum } from './checksum.ts';
import { ipProtocols, pseudoHeader } from './ip.ts';
import { type Reading, read, refuse, viewOf } from './reading.ts';

/*
   version 2                                                          version 3
   |Version| Type  | Virtual Rtr ID|   Priority    | Count IP Addrs|  same
   |   Auth Type   |   Adver Int   |          Checksum             |  |(rsvd) | Max Adver Int (12 bits) | Checksum |
   |                       IP Addresses, 4 or 16 octets each       |  same
   |                  Authentication Data, 8 octets                |  absent
*/
const headerSize = 8;
const authenticationSize = 8;
/** RFC 9568 section 5.2.2: the only type there is. */
export const advertisementType = 1;
/** Where the fields are, in octets from the start of the PDU. */
const at = {
  versionAndType: 0,
  vrid: 1,
  priority: 2,
  count: 3,
  authentication: 4,
  interval2: 5,
  interval3: 4,
  checksum: 6,
} as const;

/** The fields that stand in the same place in every version. */
export interface AdvertPeek {
  readonly version: number;
  readonly type: number;
  readonly vrid: number;
  readonly priority: number;
}

/** A first look, nothing judged: whose packet it may be. undefined when it is too short to name a virtual router and a priority. */
export function peek(bytes: Uint8Array): AdvertPeek | undefined {
  const [first, vrid, priority] = bytes;
  if (first === undefined || vrid === undefined || priority === undefined) return undefined;
  return { version: first >> 4, type: first & 15, vrid, priority };
}

/** Whether the header and the length agree; nothing else is judged. */
export function isWhole(bytes: Uint8Array, family: Family): boolean {
  const trailer = peek(bytes)?.version === 2 ? authenticationSize : 0;
  return bytes.length === headerSize + announcedAddresses(bytes) * addressSize[family] + trailer;
}

/** What a refusal may quote: the number of addresses that the header announces and the kind of authentication, 0 when cut off. */
export const announcedAddresses = (bytes: Uint8Array): number => bytes[at.count] ?? 0;
export const announcedAuthentication = (bytes: Uint8Array): number => bytes[at.authentication] ?? 0;

/** A simple password as the wire carries it (RFC 2338 section 5.3.6): eight octets, padded with zeros, cut when longer. */
export function passwordOctets(password: string): Uint8Array {
  const octets = new Uint8Array(authenticationSize);
  octets.set(new TextEncoder().encode(password).subarray(0, octets.length));
  return octets;
}

/** Where adverts go. */
export const vrrpGroups = { inet: '224.0.0.18' as Address, inet6: 'ff02::12' as Address } as const;

/** IP addresses the PDU travels between; both of one family. */
export interface AdvertPath {
  readonly source: Address;
  readonly destination: Address;
}

/** RFC 3768 `Auth Type`: 0 none, 1 simple password, 2 IP authentication header. */
export type AuthenticationKind = 'none' | 'password' | 'header';
const authenticationKinds = ['none', 'password', 'header'] as const satisfies readonly AuthenticationKind[];

interface AdvertCommon {
  readonly vrid: number;
  readonly priority: number;
  readonly addresses: readonly Address[];
}

export interface AdvertVersion2 extends AdvertCommon {
  readonly version: 2;
  /** Adver Int, 0..255 seconds. */
  readonly intervalSeconds: number;
  readonly authentication:
    | { readonly kind: 'none' | 'header' }
    /** Eight octets in clear; encoding pads with zeros and cuts what is longer. */
    | { readonly kind: 'password'; readonly data: Uint8Array };
}

export interface AdvertVersion3 extends AdvertCommon {
  readonly version: 3;
  /** Max Adver Int, 0..4095 centiseconds. */
  readonly intervalCentiseconds: number;
}

export type VrrpAdvert = AdvertVersion2 | AdvertVersion3;

/**
 * What the checksum covers. `message`: the PDU alone (version 2 over IPv4; RFC 9568 for IPv4; v3_checksum_as_v2).
 * `pseudo-header`: with the pseudo header (IPv6 always; what keepalived sends for version 3 over IPv4).
 */
export type ChecksumForm = 'message' | 'pseudo-header';

/** The form keepalived sends: v3_checksum_as_v2 only matters for version 3 over IPv4. */
export function sentForm(version: 2 | 3, path: AdvertPath, checksumAsVersion2 = false): ChecksumForm {
  if (familyOf(path.source) === 'inet6') return 'pseudo-header';
  return version === 3 && !checksumAsVersion2 ? 'pseudo-header' : 'message';
}

const covered = (form: ChecksumForm, path: AdvertPath, length: number): Uint8Array =>
  form === 'message'
    ? new Uint8Array(0)
    : pseudoHeader(path.source, path.destination, ipProtocols.vrrp, length);

/** The PDU with its checksum. Throws RangeError when a field does not fit or an address is of the other family. */
export function encodeAdvert(advert: VrrpAdvert, path: AdvertPath, form: ChecksumForm): Uint8Array {
  const family = familyOf(path.source);
  const size = addressSize[family];
  const { addresses } = advert;
  const trailer = advert.version === 2 ? authenticationSize : 0;
  const bytes = new Uint8Array(headerSize + addresses.length * size + trailer);
  const view = viewOf(bytes);
  const fits = (value: number, most: number, what: string): number => {
    if (!Number.isInteger(value) || value < 0 || value > most) throw new RangeError(`${what} ${value}`);
    return value;
  };
  view.setUint8(at.versionAndType, (advert.version << 4) | advertisementType);
  view.setUint8(at.vrid, fits(advert.vrid, 255, 'virtual router id'));
  view.setUint8(at.priority, fits(advert.priority, 255, 'priority'));
  view.setUint8(at.count, fits(addresses.length, 255, 'number of addresses'));
  if (advert.version === 2) {
    view.setUint8(at.authentication, authenticationKinds.indexOf(advert.authentication.kind));
    view.setUint8(at.interval2, fits(advert.intervalSeconds, 255, 'advertisement interval'));
  } else {
    view.setUint16(at.interval3, fits(advert.intervalCentiseconds, 4095, 'advertisement interval'));
  }
  for (const [index, address] of addresses.entries()) {
    if (familyOf(address) !== family) throw new RangeError(`${address} in an advert of ${family}`);
    bytes.set(addressBytes(address), headerSize + index * size);
  }
  if (advert.version === 2 && advert.authentication.kind === 'password') {
    bytes.set(advert.authentication.data.subarray(0, authenticationSize), bytes.length - authenticationSize);
  }
  view.setUint16(at.checksum, internetChecksum(covered(form, path, bytes.length), bytes));
  return bytes;
}

/** Why bytes are no advert. Order of the checks = order of this list. */
export const advertCauses = [
  'truncated',
  'unknown-version',
  'unknown-type',
  'bad-length',
  'unknown-authentication',
  'bad-checksum',
] as const;
export type AdvertCause = (typeof advertCauses)[number];

export interface DecodedAdvert {
  readonly advert: VrrpAdvert;
  /** Which form made the checksum right; `wrong` only when the caller let a wrong one through. */
  readonly checksum: ChecksumForm | 'wrong';
}

export interface AdvertReading {
  /** keepalived's v3_checksum_as_v2 lets a wrong version 3 checksum through on IPv4. */
  readonly wrongChecksumAllowed?: boolean;
  /** The caller judges the type itself, later than here. */
  readonly anyType?: boolean;
}

/** Which form makes the checksum of these bytes right on this path, if any does. */
export const rightForm = (bytes: Uint8Array, path: AdvertPath): ChecksumForm | undefined => {
  const version = peek(bytes)?.version;
  return version === 2 || version === 3 ? formOf(bytes, version, path) : undefined;
};

function formOf(bytes: Uint8Array, version: 2 | 3, path: AdvertPath): ChecksumForm | undefined {
  const six = familyOf(path.source) === 'inet6';
  const right = (form: ChecksumForm) => internetChecksum(covered(form, path, bytes.length), bytes) === 0;
  if ((six || version === 3) && right('pseudo-header')) return 'pseudo-header';
  return !six && right('message') ? 'message' : undefined;
}

/** The advert of a PDU (without IP header and padding), or the first cause against it. Never throws; no policy is applied. */
export function decodeAdvert(
  bytes: Uint8Array,
  path: AdvertPath,
  options: AdvertReading = {},
): Reading<DecodedAdvert, AdvertCause> {
  if (bytes.length < headerSize) return refuse('truncated');
  const view = viewOf(bytes);
  const version = view.getUint8(at.versionAndType) >> 4;
  if (version !== 2 && version !== 3) return refuse('unknown-version');
  const type = view.getUint8(at.versionAndType) & 15;
  if (type !== advertisementType && options.anyType !== true) return refuse('unknown-type');
  const size = addressSize[familyOf(path.source)];
  const end = headerSize + view.getUint8(at.count) * size;
  const length = end + (version === 2 ? authenticationSize : 0);
  if (bytes.length < length) return refuse('truncated');
  if (bytes.length > length) return refuse('bad-length');
  const kind = version === 2 ? authenticationKinds[view.getUint8(at.authentication)] : 'none';
  if (kind === undefined) return refuse('unknown-authentication');
  const form = formOf(bytes, version, path);
  if (form === undefined && options.wrongChecksumAllowed !== true) return refuse('bad-checksum');
  const addresses: Address[] = [];
  for (let start = headerSize; start < end; start += size)
    addresses.push(addressFromBytes(bytes.subarray(start, start + size)));
  const common = { vrid: view.getUint8(at.vrid), priority: view.getUint8(at.priority), addresses };
  const advert: VrrpAdvert =
    version === 3
      ? { ...common, version, intervalCentiseconds: view.getUint16(at.interval3) & 0xfff }
      : {
          ...common,
          version,
          intervalSeconds: view.getUint8(at.interval2),
          authentication: kind === 'password' ? { kind, data: bytes.slice(end) } : { kind },
        };
  return read({ advert, checksum: form ?? 'wrong' });
}
