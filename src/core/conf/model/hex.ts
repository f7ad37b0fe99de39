// Hexadecimal strings of UDP_CHECK: a payload, and a reply pattern with wildcard nibbles.
// Spec: keepalived.conf(5), UDP_CHECK; blanks separate octets, one digit before a blank is an octet of its own.

import type { Statement } from '../statement.ts';
import type { Context } from './context.ts';

function octets(text: string): readonly string[] | undefined {
  const out: string[] = [];
  for (const part of text.split(/[ \t]+/).filter(item => item !== '')) {
    for (let i = 0; i < part.length; i += 2) out.push(part.slice(i, i + 2).padStart(2, '0'));
  }
  return out.every(octet => /^[0-9a-fA-FxX]{2}$/.test(octet)) ? out : undefined;
}

/** The bytes of a payload; undefined after a warning. */
export function readHex(s: Statement, c: Context): Uint8Array | undefined {
  const list = octets(s.words(1).join(' '));
  if (list === undefined || list.some(octet => /x/i.test(octet))) {
    c.warn('invalid-hex', s, `${s.keyword}: these are no hexadecimal digits; the line is ignored`, 1);
    return undefined;
  }
  return Uint8Array.from(list, octet => Number.parseInt(octet, 16));
}

/** The bytes of a reply and the mask of the nibbles that count: `x` is any nibble. */
export function parseReply(
  s: Statement,
  c: Context,
): { readonly bytes: Uint8Array; readonly mask: Uint8Array } | undefined {
  const list = octets(s.words(1).join(' '));
  if (list === undefined) {
    c.warn('invalid-hex', s, `${s.keyword}: these are no hexadecimal digits; any reply would do`, 1);
    return undefined;
  }
  return {
    bytes: Uint8Array.from(list, octet => Number.parseInt(octet.replace(/x/gi, '0'), 16)),
    mask: Uint8Array.from(list, octet =>
      Number.parseInt(octet.replace(/[^xX]/g, 'f').replace(/x/gi, '0'), 16),
    ),
  };
}
