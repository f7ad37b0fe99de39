// virtual_server_group: its records, and their expansion into one service per address or mark.
// Spec: keepalived.conf(5) "VIRTUAL SERVER GROUP(S)"; ranges as keepalived reads them.

import {
  type Address,
  addressBytes,
  addressFromBytes,
  type Family,
  familyOf,
  networkOf,
  parseAddress,
} from '../../net/index.ts';
import type { Statement } from '../statement.ts';
import { integerWord, portWord } from './arguments.ts';
import type { Context } from './context.ts';
import { defineRecord } from './record-words.ts';

export type GroupEntry =
  | { readonly kind: 'addresses'; readonly addresses: readonly Address[]; readonly port: number }
  | { readonly kind: 'fwmark'; readonly mark: number; readonly family: Family | undefined };

export interface ServerGroup {
  readonly name: string;
  readonly statement: Statement;
  readonly entries: readonly GroupEntry[];
}

/** More services than this from one record are a typing mistake, not a configuration. */
const mostServices = 65536;

const asNumber = (address: Address) =>
  addressBytes(address).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

function fromNumber(value: bigint, family: Family): Address {
  const bytes = new Uint8Array(family === 'inet' ? 4 : 16);
  for (let i = bytes.length - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 255n);
  return addressFromBytes(bytes);
}

/** Last address of `10.0.0.1-5`, `2001:db8::1-f` (hexadecimal) or `10.0.0.1-10.0.1.5`; undefined when it is none. */
function endOf(first: Address, text: string): bigint | undefined {
  const whole = parseAddress(text);
  if (whole !== undefined) return familyOf(whole) === familyOf(first) ? asNumber(whole) : undefined;
  const start = asNumber(first);
  if (familyOf(first) === 'inet') {
    return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? (start & ~255n) | BigInt(text) : undefined;
  }
  return /^[0-9a-fA-F]{1,4}$/.test(text) ? (start & ~65535n) | BigInt(`0x${text}`) : undefined;
}

/** The addresses a record names, in order; a string says what is wrong with it. */
function expandAddresses(text: string): readonly Address[] | string {
  const single = parseAddress(text);
  if (single !== undefined) return [single];
  const [head = '', tail = ''] = text.split(/[-/]/, 2);
  const first = parseAddress(head);
  if (first === undefined) return `${text} is no address, range or network`;
  const family = familyOf(first);
  const start = asNumber(first);
  let end: bigint | undefined;
  if (text.includes('/')) {
    const bits = family === 'inet' ? 32 : 128;
    const length = /^\d{1,3}$/.test(tail) ? Number(tail) : bits + 1;
    if (length > bits) return `${text} has a bad prefix length`;
    if (networkOf({ address: first, length }) !== first) return `${text} has host bits set`;
    end = start + (1n << BigInt(bits - length)) - 1n;
  } else {
    end = endOf(first, tail);
    if (end === undefined || end < start || (end === start && parseAddress(tail) === undefined)) {
      return `${text} is no range that ends behind its start`;
    }
  }
  if (end - start >= BigInt(mostServices)) return `${text} names more than ${mostServices} addresses`;
  const addresses: Address[] = [];
  for (let value = start; value <= end; value++) addresses.push(fromNumber(value, family));
  return addresses;
}

const record = defineRecord('<vsg-line>', { fwmark: readMark });

/** `fwmark NUMBER [inet|inet6]`. */
function readMark(line: Statement, c: Context): GroupEntry | undefined {
  const told = c.diagnostics.length;
  const mark = integerWord(line, 1, { type: 'integer', min: 0, max: 4294967295 }, c);
  if (mark === undefined) {
    const message = 'the mark would be dropped from the group';
    c.conclude(c.diagnostics[told], 'error', 'invalid-number', line, message, 1);
    return undefined;
  }
  const family = line.word(2);
  if (family === undefined || family === 'inet' || family === 'inet6')
    return { kind: 'fwmark', mark, family };
  c.warn('unknown-word', line, `${family} is neither inet nor inet6; it is ignored`, 2);
  return { kind: 'fwmark', mark, family: undefined };
}

/** The group of the block, or undefined where keepalived removes it. */
export function readServerGroup(
  s: Statement,
  block: readonly Statement[],
  c: Context,
): ServerGroup | undefined {
  const name = s.word(1);
  if (name === undefined) {
    c.error('missing-argument', s, 'virtual_server_group needs a name');
    return undefined;
  }
  const entries: GroupEntry[] = [];
  for (const line of block) {
    const known = record.words.get(line.keyword);
    if (known !== undefined) {
      const entry = known.read(line, c);
      if (entry !== undefined) entries.push(entry);
      continue;
    }
    const addresses = expandAddresses(line.keyword);
    if (typeof addresses === 'string') {
      c.error('invalid-address', line, `${addresses}; it would be dropped from the group`, 0);
      continue;
    }
    const port = line.length > 1 ? portWord(line, 1) : 0;
    if (port === undefined)
      c.error('invalid-port', line, `${line.word(1)} is no port; the record would be dropped`, 1);
    else entries.push({ kind: 'addresses', addresses, port });
  }
  if (entries.length === 0) {
    c.error('empty-group', s, `virtual_server_group ${name} is empty`);
    return undefined;
  }
  return { name, statement: s, entries };
}
