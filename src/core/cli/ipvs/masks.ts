// Client masks as the commands take them: a prefix length, or a dotted mask for IPv4.
// Spec: ipvsadm(8) -M.

import { readMask } from '../../ipvs/index.ts';
import { type Address, addressBits, type Family, familyOf, parseAddress } from '../../net/index.ts';

/** The mask, or undefined when the text is none for this family. */
export function readPrefixMask(
  text: string,
  family: Family,
): { readonly maskLength: number; readonly rawMask?: Address } | undefined {
  if (/^\d{1,3}$/.test(text)) {
    const length = Number(text);
    return length <= addressBits[family] ? { maskLength: length } : undefined;
  }
  const dotted = parseAddress(text);
  return family === 'inet' && dotted !== undefined && familyOf(dotted) === 'inet'
    ? readMask(dotted)
    : undefined;
}
