// Services and servers as the modern commands spell them: `tcp:10.0.0.1:80`, `fwmark6:5`, `10.0.1.1:8080`; what is printed reads back.
// Spec: net/endpoint.ts; host and port names are looked up where they are not numbers.

import { type Fault, fail, type Outcome, succeed } from '../../fault.ts';
import type { DestinationId, Protocol, ServiceId } from '../../ipvs/index.ts';
import { nearest } from '../../nearest.ts';
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

const protocols: readonly string[] = ['tcp', 'udp', 'sctp'];

/** The word in front that was meant as a protocol and is none: `tpc:HOST:PORT`, `TCP:ADDRESS`. */
function wrongProtocol(text: string): Fault | undefined {
  const match = /^([A-Za-z]\w*):(.+)$/.exec(text);
  const [, word = '', rest = ''] = match ?? [];
  const place = /^(\[[^\]]+\]|[^:]+)(?::[^:]+)?$/.exec(rest);
  // Groups of an IPv6 address.
  if (/^[0-9a-f]{1,4}$/i.test(word) && /^[0-9a-f:]+$/i.test(rest)) return undefined;
  if (place === null || protocols.includes(word)) return undefined;
  const meant = rest.includes(':') || parseAddress(rest) !== undefined;
  if (!meant || parseAddress(text) !== undefined) return undefined;
  const near = nearest(word, protocols);
  return wrong(
    `'${word}' in '${text}' is not a protocol: use tcp, udp or sctp${near === undefined ? '' : `; did you mean ${near}?`}`,
  );
}

const bracketHint = (text: string): Fault =>
  wrong(`IPv6 addresses are written in brackets, '[ADDRESS]:PORT' (got '${text}')`);

function readPlace(text: string, protocol: Protocol, names: GatheringNames): Place | Fault {
  const bare = text.includes('::') || text.split(':').length > 2 ? parseAddress(text) : undefined;
  if (bare !== undefined) return { address: bare, port: undefined };
  const match = /^\[([^\]]+)\](?::(.+))?$/.exec(text) ?? /^([^:]+)(?::(.+))?$/.exec(text);
  const host = match?.[1];
  const unknown = wrongProtocol(text);
  if (unknown !== undefined) return unknown;
  if (host === undefined || (text.split(':').length > 2 && !text.startsWith('['))) {
    return /^[0-9A-Fa-f:.]+$/.test(text) && !text.includes('.')
      ? bracketHint(text)
      : wrong(`'${text}' is not HOST:PORT; IPv6 addresses are written in brackets`);
  }
  const address = parseAddress(host) ?? names.host(host);
  if (address === undefined) return wrong(`there is no host '${host}'`);
  if (match?.[2] === undefined) return { address, port: undefined };
  const port = parsePort(match[2]) ?? names.port(match[2], protocol);
  return port === undefined
    ? wrong(`'${match[2]}' is not a ${protocol} port: use 0-65535 or a name of /etc/services`)
    : { address, port };
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

/** `fwmark:5`; undefined for a word that names no firewall mark. */
function markOf(text: string): ServiceId | Fault | undefined {
  const match = /^(fwmark|fwm)(6?):(.*)$/i.exec(text);
  if (match === null) return undefined;
  const [, , six, digits = ''] = match;
  const value = /^\d{1,10}$/.test(digits) ? Number(digits) : -1;
  if (value < 1 || value > 0xffffffff) {
    const hex = /^0x[0-9a-f]{1,8}$/i.test(digits) ? `; ${digits} is ${Number(digits)}` : '';
    return wrong(`a firewall mark is a decimal number 1-4294967295 (got '${digits}'${hex})`);
  }
  return { kind: 'fwmark', family: six === '6' ? 'inet6' : 'inet', mark: value };
}

function serviceOf(text: string, names: GatheringNames): ServiceId | Fault {
  const mark = markOf(text);
  if (mark !== undefined) return mark;
  const prefixed = /^(tcp|udp|sctp):(.+)$/.exec(text);
  const protocol = (prefixed?.[1] ?? 'tcp') as Protocol;
  const rest = prefixed?.[2] ?? text;
  const place = readPlace(rest, protocol, names);
  if ('code' in place) return place;
  const { address, port } = place;
  if (port !== undefined) return { kind: 'address', protocol, address, port };
  if (address.includes(':') && !rest.startsWith('[')) return bracketHint(text);
  return wrong(
    `'${text}' has no port: write ${protocol}:${rest}:PORT; port 0 stands for every port of a persistent service`,
  );
}

/** The service a word names. */
export const readService = (text: string): Promise<Outcome<ServiceId>> =>
  settled(names => serviceOf(text, names));

/** The server a word names; the service's port where it names none. */
export const readServer = (text: string, service: ServiceId): Promise<Outcome<DestinationId>> =>
  settled(names => {
    if (/^(?:tcp|udp|sctp|fwmark6?):/.test(text))
      return wrong(`SERVER is HOST or HOST:PORT, without a protocol (got '${text}')`);
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
    const mark = markOf(text);
    if (mark !== undefined) return mark;
    const prefixed = /^(tcp|udp|sctp):(.+)$/.exec(text);
    const protocol = prefixed?.[1] as Protocol | undefined;
    const place = readPlace(prefixed?.[2] ?? text, protocol ?? 'tcp', names);
    return 'code' in place ? place : { ...place, protocol };
  });
}
