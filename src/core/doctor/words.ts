// Names of services and servers in findings, and small questions that several rules ask.
// Spec: SERVICE as the vs commands take it.

import type { Destination, Forwarding, Service, ServiceId } from '../ipvs/index.ts';
import { type Address, contains, type Family, familyOf, printEndpoint } from '../net/index.ts';
import type { Facts, InterfaceFacts } from './facts.ts';

/** `tcp:10.0.0.1:80`, `fwmark:5`. */
export const serviceName = (id: ServiceId): string =>
  id.kind === 'fwmark'
    ? `fwmark${id.family === 'inet6' ? '6' : ''}:${id.mark}`
    : `${id.protocol}:${printEndpoint(id)}`;

/** `tcp:10.0.0.1:80 10.0.1.1:80`: a server in its service. */
export const serverName = (id: ServiceId, server: Destination): string =>
  `${serviceName(id)} ${printEndpoint(server)}`;

/** The services with a server that is reached so. */
export const servicesBy = ({ services }: Facts, ...forwarding: readonly Forwarding[]): Service[] =>
  services.filter(({ destinations }) => destinations.some(one => forwarding.includes(one.forwarding)));

export const familyOfService = (id: ServiceId): Family =>
  id.kind === 'fwmark' ? id.family : familyOf(id.address);

/** The interface in whose network an address lies; the host routes of /32 and /128 do not make a network. */
export const interfaceTo = (
  interfaces: readonly InterfaceFacts[],
  address: Address,
): InterfaceFacts | undefined =>
  interfaces.find(({ isUp, isLoopback, addresses }) => {
    if (!isUp || isLoopback) return false;
    const host = familyOf(address) === 'inet' ? 32 : 128;
    return addresses.some(prefix => prefix.length < host && contains(prefix, address));
  });

/** Each text once, in order. */
export const once = (texts: readonly string[]): string[] => [...new Set(texts)];
