// persistence_granularity: the client mask of a persistent service.
// Spec: keepalived.conf(5) persistence_granularity; inet_aton(3), by which keepalived reads an IPv4 mask (seen on 2.2.7).

import { type Address, parseAddress } from '../../net/index.ts';
import { integerWord } from './arguments.ts';
import type { Handler } from './handler.ts';
import type { VirtualServerDraft } from './server-draft.ts';

/** The number a part of an IPv4 address stands for: decimal, 0x hexadecimal or 0 octal; undefined for another word. */
function partOf(text: string): number | undefined {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number.parseInt(text, 16);
  if (/^0[0-7]{1,11}$/.test(text)) return Number.parseInt(text, 8);
  return /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : undefined;
}

/** An IPv4 address as inet_aton(3) reads it: of fewer than four parts the last one fills all bytes that are left. */
function readLooseAddress(text: string): Address | undefined {
  const parts = text.split('.').map(partOf);
  const last = parts.pop();
  if (last === undefined || parts.length > 3) return undefined;
  if (last >= 256 ** (4 - parts.length)) return undefined;
  let value = last;
  for (const [index, part] of parts.entries()) {
    if (part === undefined || part > 255) return undefined;
    value += part * 256 ** (3 - index);
  }
  const byte = (index: number) => Math.floor(value / 256 ** (3 - index)) % 256;
  return parseAddress([0, 1, 2, 3].map(byte).join('.'));
}

/** Length of a contiguous netmask; undefined for another one. */
function maskLength(mask: Address): number | undefined {
  const bits = mask
    .split('.')
    .map(part => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined;
}

export const readGranularity: Handler<VirtualServerDraft> = (d, s, c) => {
  const text = s.word(1) ?? '';
  if (d.family === 'inet' || text.includes('.')) {
    const mask = d.family === 'inet6' ? undefined : readLooseAddress(text);
    if (mask === undefined) {
      const message = `persistence_granularity '${text}' is not a netmask for this service; it is ignored`;
      return c.warn('invalid-netmask', s, message, 1);
    }
    if (mask !== text) {
      const message = `persistence_granularity ${text} is the mask ${mask}; write a dotted mask such as 255.255.255.0`;
      c.warn('invalid-netmask', s, message, 1);
    }
    const length = maskLength(mask);
    d.granularity = { length: length ?? 32, rawMask: length === undefined ? mask : undefined };
    d.family ??= 'inet';
  } else {
    const length = integerWord(s, 1, { type: 'integer', min: 1, max: 128, strict: true }, c);
    if (length === undefined) return;
    d.granularity = { length, rawMask: undefined };
    d.family ??= 'inet6';
  }
  d.persistence ??= 360;
};
