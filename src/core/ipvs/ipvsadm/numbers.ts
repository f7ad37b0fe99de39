// Numbers and addresses as the C library reads them for ipvsadm: more forms than the modern commands take.
// Spec: strtol(3), inet_aton(3), inet_pton(3), inet_ntop(3) of glibc.

import { type Address, addressFromBytes, parseAddress } from '../../net/index.ts';

/** The value of up to nine digits and nothing else; undefined for every other text. */
function plainDigits(text: string): number | undefined {
  if (text.length === 0 || text.length > 9) return undefined;
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

/** A whole decimal number with blanks before it and a sign, if it lies in the range. */
export function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = plainDigits(text) ?? (/^[ \t\n\v\f\r]*[+-]?\d+$/.test(text) ? Number(text) : undefined);
  return value !== undefined && value >= least && value <= most ? value : undefined;
}

/** One part of an inet_aton address: decimal, 0octal or 0xhex. */
function addressPart(text: string): number | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number.parseInt(text, 16);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

/** `10.0.0.1`, `10.1`, `0x0a000001`; what follows a blank is not looked at. */
export function looseAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const strict = parseAddress(text);
    if (strict !== undefined) return strict;
  }
  const parts = (text.split(/[ \t\n\v\f\r]/, 1)[0] ?? '').split('.').map(addressPart);
  const last = parts.pop();
  if (last === undefined || parts.length > 3) return undefined;
  const bytes = new Uint8Array(4);
  for (const [index, part] of parts.entries()) {
    if (part === undefined || part > 255) return undefined;
    bytes[index] = part;
  }
  const room = 4 - parts.length;
  if (last >= 256 ** room) return undefined;
  for (let index = 0; index < room; index++) bytes[3 - index] = Math.floor(last / 256 ** index) % 256;
  return addressFromBytes(bytes);
}

/** An IPv6 address in any form of RFC 4291; undefined for everything else. */
export const colonAddress = (text: string): Address | undefined =>
  text.includes(':') ? parseAddress(text) : undefined;

/** As inet_ntop(3) prints it: unlike RFC 5952, addresses of ::/96 get a dotted tail. */
export function ntop(address: Address): string {
  const tail = /^::([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (tail === null) return address;
  const [high, low] = [Number.parseInt(tail[1] ?? '', 16), Number.parseInt(tail[2] ?? '', 16)];
  return `::${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
