// RTM_NEWROUTE, RTM_DELROUTE: routes with one or more next hops and their metrics.
// Spec: linux/rtnetlink.h (struct rtmsg, struct rtnexthop, RTA_*, RTAX_*).

import { fail, type Outcome, succeed } from '../fault.ts';
import {
  type Address,
  addressBits,
  addressBytes,
  anyAddress,
  type Family,
  type Prefix,
} from '../net/index.ts';
import { type AttributeReader, AttributeWriter, readAttributes } from './attribute.ts';
import { littleEndian, viewOf } from './byte-order.ts';
import { malformed, messageFlags, type Request } from './message.ts';
import { addressFamilies, addressIn, familyFrom, routeTypes } from './route-types.ts';

/** sizeof(struct rtmsg), sizeof(struct rtnexthop). */
const fixedSize = 12;
const hopSize = 8;
/** RTA_*. */
const attributes = {
  destination: 1,
  source: 2,
  device: 4,
  gateway: 5,
  priority: 6,
  preferredSource: 7,
  metrics: 8,
  multipath: 9,
  flow: 11,
  table: 15,
  via: 18,
  preference: 20,
  encapType: 21,
  expires: 23,
  ttlPropagate: 26,
} as const;
/** RTNH_F_ONLINK. */
const onlinkFlag = 4;
/** RTM_F_CLONED: an entry of the route cache, not of a table. */
const clonedFlag = 0x200;
/** RTAX_LOCK, RTAX_CC_ALGO. */
const lockMetric = 1;
const congestionMetric = 16;

export interface RouteHop {
  /** May be of the other family (RTA_VIA). */
  readonly via: Address | undefined;
  readonly ifindex: number | undefined;
  /** 1..256. */
  readonly weight: number;
  readonly onlink: boolean;
}

export interface RouteRecord {
  readonly family: Family;
  /** RTN_*. */
  readonly type: number;
  readonly destination: Prefix;
  readonly source: Prefix | undefined;
  readonly preferredSource: Address | undefined;
  readonly hops: readonly RouteHop[];
  readonly table: number;
  /** RTPROT_*. */
  readonly protocol: number;
  readonly scope: number;
  readonly metric: number | undefined;
  readonly tos: number;
  readonly realms: number | undefined;
  /** RTAX_* number and its value; text only for RTAX_CC_ALGO. In ascending order, RTAX_LOCK not among them. */
  readonly metrics: readonly { readonly kind: number; readonly value: number | string }[];
  /** RTAX_LOCK: bit n locks metric n. */
  readonly locked: number;
  /** ICMPV6_ROUTER_PREF_*: 0 medium, 1 high, 3 low. */
  readonly preference: number | undefined;
  /** Seconds; only asked for, a report does not carry it. */
  readonly expires: number | undefined;
  readonly ttlPropagate: boolean | undefined;
  /** Reported with an encapsulation, which is not modelled: such a route never equals one we want. */
  readonly encapsulated: boolean;
}

/** RTA_VIA: struct rtvia, a family in host order and the address. */
function viaIn(bytes: Uint8Array): Address | undefined {
  const family = bytes.length < 2 ? undefined : familyFrom(viewOf(bytes).getUint16(0, littleEndian));
  return family === undefined ? undefined : addressIn(bytes.subarray(2), family);
}

function hopsIn(bytes: Uint8Array, family: Family, outer: AttributeReader): RouteHop[] {
  const view = viewOf(bytes);
  const hops: RouteHop[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.length - at < hopSize ? 0 : view.getUint16(at, littleEndian);
    if (length < hopSize || at + length > bytes.length) {
      outer.refuse('a next hop longer than its list');
      break;
    }
    const inner = readAttributes(bytes.subarray(at + hopSize, at + length), 'next hop', reader => {
      let via: Address | undefined;
      while (reader.next()) {
        if (reader.type === attributes.gateway) via = addressIn(reader.bytes(), family);
        else if (reader.type === attributes.via) via = viaIn(reader.bytes());
      }
      return via;
    });
    if (!inner.ok) outer.refuse(inner.fault.message);
    const index = view.getInt32(at + 4, littleEndian);
    hops.push({
      via: inner.ok ? inner.value : undefined,
      ifindex: index === 0 ? undefined : index,
      weight: view.getUint8(at + 3) + 1,
      onlink: (view.getUint8(at + 2) & onlinkFlag) !== 0,
    });
    at += (length + 3) & ~3;
  }
  return hops;
}

/** The route; undefined for families that are not IP and for cache entries. */
export function decodeRoute(payload: Uint8Array): Outcome<RouteRecord | undefined> {
  if (payload.length < fixedSize) return fail(malformed('route: no rtmsg'));
  const view = viewOf(payload);
  const family = familyFrom(view.getUint8(0));
  const flags = view.getUint32(8, littleEndian);
  if (family === undefined || (flags & clonedFlag) !== 0) return succeed(undefined);
  return readAttributes(payload.subarray(fixedSize), 'route', reader => {
    const address = (): Address => {
      const found = addressIn(reader.bytes(), family);
      if (found === undefined) reader.refuse(`attribute ${reader.type} is no address`);
      return found ?? anyAddress[family];
    };
    let destination: Address = anyAddress[family];
    let source: Address | undefined;
    let via: Address | undefined;
    let ifindex: number | undefined;
    let multipath: RouteHop[] | undefined;
    let locked = 0;
    const metrics: { kind: number; value: number | string }[] = [];
    const rest: {
      preferredSource?: Address;
      table?: number;
      metric?: number;
      realms?: number;
      preference?: number;
      expires?: number;
      ttlPropagate?: boolean;
      encapsulated?: boolean;
    } = {};
    while (reader.next()) {
      const type = reader.type;
      if (type === attributes.destination) destination = address();
      else if (type === attributes.source) source = address();
      else if (type === attributes.gateway) via = address();
      else if (type === attributes.via) via = viaIn(reader.bytes());
      else if (type === attributes.device) ifindex = reader.u32();
      else if (type === attributes.priority) rest.metric = reader.u32();
      else if (type === attributes.preferredSource) rest.preferredSource = address();
      else if (type === attributes.flow) rest.realms = reader.u32();
      else if (type === attributes.table) rest.table = reader.u32();
      else if (type === attributes.preference) rest.preference = reader.u8();
      else if (type === attributes.expires) rest.expires = reader.u32();
      else if (type === attributes.ttlPropagate) rest.ttlPropagate = reader.u8() !== 0;
      else if (type === attributes.encapType) rest.encapsulated = true;
      else if (type === attributes.multipath) multipath = hopsIn(reader.bytes(), family, reader);
      else if (type === attributes.metrics) {
        reader.nested(inner => {
          while (inner.next()) {
            const kind = inner.type;
            if (kind === lockMetric) locked = inner.u32();
            else metrics.push({ kind, value: kind === congestionMetric ? inner.text() : inner.u32() });
          }
        });
      }
    }
    const single = { via, ifindex, weight: 1, onlink: (flags & onlinkFlag) !== 0 };
    const sourceLength = view.getUint8(2);
    return {
      family,
      type: view.getUint8(7),
      destination: { address: destination, length: view.getUint8(1) },
      source:
        sourceLength === 0 ? undefined : { address: source ?? anyAddress[family], length: sourceLength },
      preferredSource: rest.preferredSource,
      hops: multipath ?? (via === undefined && ifindex === undefined ? [] : [single]),
      table: rest.table ?? view.getUint8(4),
      protocol: view.getUint8(5),
      scope: view.getUint8(6),
      metric: rest.metric,
      tos: view.getUint8(3),
      realms: rest.realms,
      metrics,
      locked,
      preference: rest.preference,
      expires: rest.expires,
      ttlPropagate: rest.ttlPropagate,
      encapsulated: rest.encapsulated ?? false,
    };
  });
}

function putGateway(writer: AttributeWriter, via: Address, family: Family): void {
  const bytes = addressBytes(via);
  if (bytes.length * 8 === addressBits[family]) {
    writer.bytes(attributes.gateway, bytes);
    return;
  }
  const other = new Uint8Array(2 + bytes.length);
  viewOf(other).setUint16(0, addressFamilies[family === 'inet' ? 'inet6' : 'inet'], littleEndian);
  other.set(bytes, 2);
  writer.bytes(attributes.via, other);
}

function multipathOf(hops: readonly RouteHop[], family: Family): Uint8Array {
  const parts = hops.map(hop => {
    const fixed = new Uint8Array(hopSize);
    const view = viewOf(fixed);
    const writer = new AttributeWriter(64).raw(fixed);
    if (hop.via !== undefined) putGateway(writer, hop.via, family);
    const bytes = Uint8Array.from(writer.finish());
    view.setUint16(0, bytes.length, littleEndian);
    view.setUint8(2, hop.onlink ? onlinkFlag : 0);
    view.setUint8(3, hop.weight - 1);
    view.setInt32(4, hop.ifindex ?? 0, littleEndian);
    bytes.set(fixed);
    return bytes;
  });
  return Buffer.concat(parts);
}

function encode(record: RouteRecord): Uint8Array {
  const { family, hops, destination, source } = record;
  const [first] = hops;
  const single = hops.length === 1 ? first : undefined;
  const fixed = new Uint8Array(fixedSize);
  const view = viewOf(fixed);
  view.setUint8(0, addressFamilies[family]);
  view.setUint8(1, destination.length);
  view.setUint8(2, source?.length ?? 0);
  view.setUint8(3, record.tos);
  // RT_TABLE_COMPAT (252) stands for tables whose number needs the attribute.
  view.setUint8(4, record.table < 256 ? record.table : 252);
  view.setUint8(5, record.protocol);
  view.setUint8(6, record.scope);
  view.setUint8(7, record.type);
  view.setUint32(8, single?.onlink === true ? onlinkFlag : 0, littleEndian);
  const writer = new AttributeWriter().raw(fixed);
  if (destination.length > 0) writer.bytes(attributes.destination, addressBytes(destination.address));
  if (source !== undefined) writer.bytes(attributes.source, addressBytes(source.address));
  if (record.table >= 256) writer.u32(attributes.table, record.table);
  if (record.preferredSource !== undefined)
    writer.bytes(attributes.preferredSource, addressBytes(record.preferredSource));
  if (record.metric !== undefined) writer.u32(attributes.priority, record.metric);
  if (record.realms !== undefined) writer.u32(attributes.flow, record.realms);
  if (record.preference !== undefined) writer.u8(attributes.preference, record.preference);
  if (record.expires !== undefined) writer.u32(attributes.expires, record.expires);
  if (record.ttlPropagate !== undefined) writer.u8(attributes.ttlPropagate, record.ttlPropagate ? 1 : 0);
  if (single?.via !== undefined) putGateway(writer, single.via, family);
  if (single?.ifindex !== undefined) writer.u32(attributes.device, single.ifindex);
  if (hops.length > 1) writer.bytes(attributes.multipath, multipathOf(hops, family));
  if (record.metrics.length > 0 || record.locked !== 0) {
    writer.nested(attributes.metrics, inner => {
      if (record.locked !== 0) inner.u32(lockMetric, record.locked);
      for (const { kind, value } of record.metrics) {
        if (typeof value === 'string') inner.text(kind, value);
        else inner.u32(kind, value);
      }
    });
  }
  return writer.finish();
}

/** How an existing route of the same destination, table and metric is treated: refused, put before it, put behind it. */
export type RouteInsertion = 'add' | 'prepend' | 'append';
const insertions = {
  add: messageFlags.create | messageFlags.exclusive,
  prepend: messageFlags.create,
  append: messageFlags.create | messageFlags.append,
} as const satisfies Record<RouteInsertion, number>;

export const addRoute = (record: RouteRecord, insert: RouteInsertion = 'add'): Request => ({
  operation: 'RTM_NEWROUTE',
  type: routeTypes.newRoute,
  flags: insertions[insert],
  payload: encode(record),
  answer: 'ack',
});

/** Fails with ESRCH when there is no such route. */
export const removeRoute = (record: RouteRecord): Request => ({
  operation: 'RTM_DELROUTE',
  type: routeTypes.delRoute,
  flags: 0,
  payload: encode({ ...record, expires: undefined }),
  answer: 'ack',
});
