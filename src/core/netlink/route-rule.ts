// RTM_NEWRULE, RTM_DELRULE: policy routing rules.
// Spec: linux/fib_rules.h (struct fib_rule_hdr, FRA_*, FR_ACT_*).

import { fail, type Outcome, succeed } from '../fault.ts';
import { type Address, addressBytes, anyAddress, type Family, type Prefix } from '../net/index.ts';
import { AttributeWriter, readAttributes } from './attribute.ts';
import { littleEndian, viewOf } from './byte-order.ts';
import { malformed, messageFlags, type Request } from './message.ts';
import { addressFamilies, addressIn, familyFrom, routeTypes } from './route-types.ts';

/** sizeof(struct fib_rule_hdr). */
const fixedSize = 12;
/** FRA_*. */
const attributes = {
  to: 1,
  from: 2,
  inputInterface: 3,
  target: 4,
  preference: 6,
  mark: 10,
  realms: 11,
  tunnelId: 12,
  suppressGroup: 13,
  suppressLength: 14,
  table: 15,
  mask: 16,
  outputInterface: 17,
  l3mdev: 19,
  uidRange: 20,
  protocol: 21,
  ipProtocol: 22,
  sourcePorts: 23,
  destinationPorts: 24,
} as const;
/** FIB_RULE_INVERT. */
const invertFlag = 2;

/** FR_ACT_*. */
export const ruleActions = { table: 1, goto: 2, nop: 3, blackhole: 6, unreachable: 7, prohibit: 8 } as const;

export interface RuleRecord {
  readonly family: Family;
  readonly invert: boolean;
  readonly from: Prefix | undefined;
  readonly to: Prefix | undefined;
  readonly preference: number | undefined;
  readonly tos: number;
  readonly fwmark: { readonly value: number; readonly mask: number } | undefined;
  readonly inputInterface: string | undefined;
  readonly outputInterface: string | undefined;
  /** RTPROT_* of who made it. */
  readonly protocol: number;
  readonly ipProtocol: number | undefined;
  readonly sourcePorts: readonly [number, number] | undefined;
  readonly destinationPorts: readonly [number, number] | undefined;
  readonly uidRange: readonly [number, number] | undefined;
  readonly tunnelId: bigint | undefined;
  readonly realms: number | undefined;
  readonly suppressPrefixLength: number | undefined;
  readonly suppressInterfaceGroup: number | undefined;
  readonly l3mdev: boolean;
  /** FR_ACT_*. */
  readonly action: number;
  /** 0 when the action needs none. */
  readonly table: number;
  /** FR_ACT_GOTO: preference of the rule to go to. */
  readonly target: number | undefined;
}

/** The kernel says "no suppression" with all ones. */
const unlessAllOnes = (value: number): number | undefined => (value === 0xffffffff ? undefined : value);

/** The rule; undefined for families that are not IP. */
export function decodeRule(payload: Uint8Array): Outcome<RuleRecord | undefined> {
  if (payload.length < fixedSize) return fail(malformed('rule: no fib_rule_hdr'));
  const view = viewOf(payload);
  const family = familyFrom(view.getUint8(0));
  if (family === undefined) return succeed(undefined);
  return readAttributes(payload.subarray(fixedSize), 'rule', reader => {
    type Loose = { -readonly [Key in keyof RuleRecord]?: RuleRecord[Key] };
    const found: Loose = {};
    let to: Address = anyAddress[family];
    let from: Address = anyAddress[family];
    let mark: number | undefined;
    let mask = 0xffffffff;
    const address = (): Address => {
      const value = addressIn(reader.bytes(), family);
      if (value === undefined) reader.refuse(`attribute ${reader.type} is no address`);
      return value ?? anyAddress[family];
    };
    const ports = (): readonly [number, number] => {
      const range = viewOf(reader.bytes(4));
      return [range.getUint16(0, littleEndian), range.getUint16(2, littleEndian)];
    };
    while (reader.next()) {
      const type = reader.type;
      if (type === attributes.to) to = address();
      else if (type === attributes.from) from = address();
      else if (type === attributes.inputInterface) found.inputInterface = reader.text();
      else if (type === attributes.outputInterface) found.outputInterface = reader.text();
      else if (type === attributes.target) found.target = reader.u32();
      else if (type === attributes.preference) found.preference = reader.u32();
      else if (type === attributes.mark) mark = reader.u32();
      else if (type === attributes.mask) mask = reader.u32();
      else if (type === attributes.realms) found.realms = reader.u32();
      else if (type === attributes.tunnelId) found.tunnelId = reader.u64be();
      else if (type === attributes.suppressGroup) found.suppressInterfaceGroup = unlessAllOnes(reader.u32());
      else if (type === attributes.suppressLength) found.suppressPrefixLength = unlessAllOnes(reader.u32());
      else if (type === attributes.table) found.table = reader.u32();
      else if (type === attributes.l3mdev) found.l3mdev = reader.u8() !== 0;
      else if (type === attributes.protocol) found.protocol = reader.u8();
      else if (type === attributes.ipProtocol) found.ipProtocol = reader.u8();
      else if (type === attributes.sourcePorts) found.sourcePorts = ports();
      else if (type === attributes.destinationPorts) found.destinationPorts = ports();
      else if (type === attributes.uidRange) {
        const range = viewOf(reader.bytes(8));
        found.uidRange = [range.getUint32(0, littleEndian), range.getUint32(4, littleEndian)];
      }
    }
    const toLength = view.getUint8(1);
    const fromLength = view.getUint8(2);
    return {
      family,
      invert: (view.getUint32(8, littleEndian) & invertFlag) !== 0,
      from: fromLength === 0 ? undefined : { address: from, length: fromLength },
      to: toLength === 0 ? undefined : { address: to, length: toLength },
      // The kernel leaves preference 0 out of its report.
      preference: found.preference ?? 0,
      tos: view.getUint8(3),
      fwmark: mark === undefined ? undefined : { value: mark, mask },
      inputInterface: found.inputInterface,
      outputInterface: found.outputInterface,
      protocol: found.protocol ?? 0,
      ipProtocol: found.ipProtocol,
      sourcePorts: found.sourcePorts,
      destinationPorts: found.destinationPorts,
      uidRange: found.uidRange,
      tunnelId: found.tunnelId,
      realms: found.realms,
      suppressPrefixLength: found.suppressPrefixLength,
      suppressInterfaceGroup: found.suppressInterfaceGroup,
      l3mdev: found.l3mdev ?? false,
      action: view.getUint8(7),
      table: found.table ?? view.getUint8(4),
      target: found.target,
    };
  });
}

function encode(rule: RuleRecord): Uint8Array {
  const fixed = new Uint8Array(fixedSize);
  const view = viewOf(fixed);
  view.setUint8(0, addressFamilies[rule.family]);
  view.setUint8(1, rule.to?.length ?? 0);
  view.setUint8(2, rule.from?.length ?? 0);
  view.setUint8(3, rule.tos);
  view.setUint8(4, rule.table < 256 ? rule.table : 0);
  view.setUint8(7, rule.action);
  view.setUint32(8, rule.invert ? invertFlag : 0, littleEndian);
  const writer = new AttributeWriter().raw(fixed);
  const u32 = (type: number, value: number | undefined) => {
    if (value !== undefined) writer.u32(type, value);
  };
  const range16 = (type: number, range: readonly [number, number] | undefined) => {
    if (range === undefined) return;
    const bytes = new Uint8Array(4);
    viewOf(bytes).setUint16(0, range[0], littleEndian);
    viewOf(bytes).setUint16(2, range[1], littleEndian);
    writer.bytes(type, bytes);
  };
  if (rule.to !== undefined && rule.to.length > 0) writer.bytes(attributes.to, addressBytes(rule.to.address));
  if (rule.from !== undefined && rule.from.length > 0)
    writer.bytes(attributes.from, addressBytes(rule.from.address));
  if (rule.inputInterface !== undefined) writer.text(attributes.inputInterface, rule.inputInterface);
  if (rule.outputInterface !== undefined) writer.text(attributes.outputInterface, rule.outputInterface);
  u32(attributes.target, rule.target);
  u32(attributes.preference, rule.preference);
  u32(attributes.mark, rule.fwmark?.value);
  u32(attributes.mask, rule.fwmark?.mask);
  u32(attributes.realms, rule.realms);
  if (rule.tunnelId !== undefined) writer.u64be(attributes.tunnelId, rule.tunnelId);
  u32(attributes.suppressGroup, rule.suppressInterfaceGroup);
  u32(attributes.suppressLength, rule.suppressPrefixLength);
  if (rule.table !== 0) writer.u32(attributes.table, rule.table);
  if (rule.l3mdev) writer.u8(attributes.l3mdev, 1);
  if (rule.uidRange !== undefined) {
    const bytes = new Uint8Array(8);
    viewOf(bytes).setUint32(0, rule.uidRange[0], littleEndian);
    viewOf(bytes).setUint32(4, rule.uidRange[1], littleEndian);
    writer.bytes(attributes.uidRange, bytes);
  }
  writer.u8(attributes.protocol, rule.protocol);
  if (rule.ipProtocol !== undefined) writer.u8(attributes.ipProtocol, rule.ipProtocol);
  range16(attributes.sourcePorts, rule.sourcePorts);
  range16(attributes.destinationPorts, rule.destinationPorts);
  return writer.finish();
}

/** Fails with EEXIST when an equal rule is there. */
export const addRule = (record: RuleRecord): Request => ({
  operation: 'RTM_NEWRULE',
  type: routeTypes.newRule,
  flags: messageFlags.create | messageFlags.exclusive,
  payload: encode(record),
  answer: 'ack',
});

/** Fails with ENOENT when there is no such rule. */
export const removeRule = (record: RuleRecord): Request => ({
  operation: 'RTM_DELRULE',
  type: routeTypes.delRule,
  flags: 0,
  payload: encode(record),
  answer: 'ack',
});
