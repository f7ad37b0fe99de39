// Why the kernel would refuse a real server, as far as its values alone tell.
// Spec: ip_vs_add_dest (ERANGE for thresholds), ip_vs_new_dest (EINVAL for addresses that are not unicast); Linux 6.1.

import { type Address, addressBytes } from '../net/index.ts';
import type { Destination } from './model.ts';

/** Addresses that no host has. A link-local or subnet broadcast address only the kernel can tell. */
function kindOf(address: Address): 'unspecified' | 'multicast' | 'broadcast' | undefined {
  const bytes = addressBytes(address);
  const [first = 0] = bytes;
  if (bytes.length === 16) {
    if (first === 0xff) return 'multicast';
    return bytes.every(byte => byte === 0) ? 'unspecified' : undefined;
  }
  if (first === 0) return 'unspecified';
  if (first >= 224 && first < 240) return 'multicast';
  return bytes.every(byte => byte === 255) ? 'broadcast' : undefined;
}

/** What is wrong with a server's address; undefined where nothing is. */
export function addressRefusal(address: Address): string | undefined {
  const kind = kindOf(address);
  const article = kind === 'unspecified' ? 'an' : 'a';
  return kind === undefined
    ? undefined
    : `${address} is ${article} ${kind} address and cannot be that of a real server`;
}

/** What is wrong with a server's thresholds; undefined where nothing is. */
export const thresholdRefusal = ({
  upperThreshold,
  lowerThreshold,
}: Pick<Destination, 'upperThreshold' | 'lowerThreshold'>): string | undefined =>
  lowerThreshold > upperThreshold
    ? `the lower threshold ${lowerThreshold} must not exceed the upper threshold ${upperThreshold}`
    : undefined;

/** The first thing that is wrong with a server; undefined where nothing is. */
export const serverRefusal = (server: Destination): string | undefined =>
  addressRefusal(server.address) ?? thresholdRefusal(server);
