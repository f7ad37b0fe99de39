// Address and port, printed as ipvsadm does: `10.0.0.1:80`, `[2001:db8::1]:80`.

import { type Address, familyOf, parseAddress } from './address.ts';

export interface Endpoint {
  readonly address: Address;
  /** 0..65535; 0 stands for every port where IPVS allows it. */
  readonly port: number;
}

/** A decimal port 0..65535, or undefined. */
export function parsePort(text: string): number | undefined {
  if (text.length === 0 || text.length > 5) return undefined;
  let port = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    port = port * 10 + digit;
  }
  return port <= 65535 ? port : undefined;
}

/** `10.0.0.1:80` or `[::1]:80`; port 0 when absent. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^\[([^\]]+)\](?::(.+))?$/.exec(text) ?? /^([^:]+)(?::(.+))?$/.exec(text);
  const address = parseAddress(match?.[1] ?? '');
  const port = match?.[2] === undefined ? 0 : parsePort(match[2]);
  return address === undefined || port === undefined ? undefined : { address, port };
}

export const printEndpoint = ({ address, port }: Endpoint): string =>
  familyOf(address) === 'inet6' ? `[${address}]:${port}` : `${address}:${port}`;
