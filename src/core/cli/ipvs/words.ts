// Services and servers as the modern commands spell them: `tcp:10.0.0.1:80`, `fwmark6:5`, `10.0.1.1:8080`; what is printed reads back.
// Spec: net/endpoint.ts; host and port names are looked up when they are no numbers.

import { type Fault, fail, type Outcome, succeed } from '../../fault.ts';
import type { DestinationId, Protocol, ServiceId } from '../../ipvs/index.ts';
import { type Address, parseAddress, parsePort, printEndpoint } from '../../net/index.ts';
import { type GatheringNames, gatherNames } from './names.ts';

/** `tcp:10.0.0.1:80`. */
export const serviceWord = (id: ServiceId): string =>
  id.kind === 'fwmark'
    ? `fwmark${id.family === 'inet6' ? '6' : ''}:${id.mark}`
    : `${id.protocol}:${printEndpoint(id)}`;

/** `10.0.1.1:80`. */
export const serverWord = (id: DestinationId): string => printEndpoint(id);

const wrong = (message: string): Fault => ({ code: 'usage', message });

/** An end of a connection as a word names it; without a port, every port. */
export interface Place {
  readonly address: Address;
  readonly port: number | undefined;
}

function readPlace(text: string, protocol: Protocol, names: GatheringNames): Place | Fault {
  const bare = text.includes('::') || text.split(':').length > 2 ? parseAddress(text) : undefined;
  if (bare !== undefined) return { address: bare, port: undefined };
  const match = /^\[([^\]]+)\](?::(.+))?$/.exec(text) ?? /^([^:]+)(?::(.+))?$/.exec(text);
  const host = match?.[1];
  if (host === undefined) return wrong(`${text}: HOST:PORT belongs here, IPv6 addresses in brackets`);
  const address = parseAddress(host) ?? names.host(host);
  if (address === undefined) return wrong(`${host}: no such host`);
  if (match?.[2] === undefined) return { address, port: undefined };
  const port = parsePort(match[2]) ?? names.port(match[2], protocol);
  return port === undefined ? wrong(`${match[2]}: no such ${protocol} port`) : { address, port };
}

/** Reads, looks up the names that were missing, reads again. */
async function settled<T extends object>(read: (names: GatheringNames) => T | Fault): Promise<Outcome<T>> {
  const names = gatherNames();
  for (;;) {
    const value = read(names);
    if (await names.resolve()) continue;
    return 'code' in value ? fail(value as Fault) : succeed(value);
  }
}

function serviceOf(text: string, names: GatheringNames): ServiceId | Fault {
  const mark = /^(?:fwmark|fwm)(6?):(\d{1,10})$/.exec(text);
  if (mark !== null) {
    const value = Number(mark[2]);
    if (value < 1 || value > 0xffffffff) return wrong(`${text}: a firewall mark is from 1 to 4294967295`);
    return { kind: 'fwmark', family: mark[1] === '6' ? 'inet6' : 'inet', mark: value };
  }
  const prefixed = /^(tcp|udp|sctp):(.+)$/.exec(text);
  const protocol = (prefixed?.[1] ?? 'tcp') as Protocol;
  const place = readPlace(prefixed?.[2] ?? text, protocol, names);
  if ('code' in place) return place;
  return { kind: 'address', protocol, address: place.address, port: place.port ?? 0 };
}

/** The service a word names; port 0 when it names none. */
export const readService = (text: string): Promise<Outcome<ServiceId>> =>
  settled(names => serviceOf(text, names));

/** The server a word names; the service's port where it names none. */
export const readServer = (text: string, service: ServiceId): Promise<Outcome<DestinationId>> =>
  settled(names => {
    const protocol = service.kind === 'address' ? service.protocol : 'tcp';
    const place = readPlace(text, protocol, names);
    if ('code' in place) return place;
    const otherwise = service.kind === 'address' ? service.port : 0;
    return { address: place.address, port: place.port ?? otherwise };
  });

/** The end of a connection a word names. */
export const readEnd = (text: string): Promise<Outcome<Place>> =>
  settled(names => readPlace(text, 'tcp', names));

/** The services a word names: one protocol only where it says so, every port where it names none. */
export function readServices(
  text: string,
): Promise<Outcome<ServiceId | (Place & { readonly protocol: Protocol | undefined })>> {
  return settled(names => {
    if (/^fw/.test(text)) return serviceOf(text, names);
    const prefixed = /^(tcp|udp|sctp):(.+)$/.exec(text);
    const protocol = prefixed?.[1] as Protocol | undefined;
    const place = readPlace(prefixed?.[2] ?? text, protocol ?? 'tcp', names);
    return 'code' in place ? place : { ...place, protocol };
  });
}
