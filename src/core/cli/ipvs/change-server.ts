// `rs add`, `rs edit`, `rs delete`, `rs weight`: real servers of one service.
// Spec: ipvsadm(8) -a -e -d; an edit changes only what was named, unlike -e.

import { fail, type Outcome, succeed } from '../../fault.ts';
import {
  type Destination,
  type DestinationId,
  destinationKey,
  type Forwarding,
  type IpvsClient,
  type ObservedDestination,
  type ObservedService,
  type Operation,
  type ServiceId,
  sameDestination,
  serverRefusal,
  serviceFamily,
  type Tunnel,
} from '../../ipvs/index.ts';
import { familyOf } from '../../net/index.ts';
import { findService } from './change-service.ts';
import { type Shown, withIpvs } from './present.ts';
import { carryOut, carryOutOne } from './report.ts';
import { readServer, readService, serverWord, serviceWord } from './words.ts';

/** As the flags of the commands give them; undefined leaves a setting as it is. */
export interface ServerSettingFlags {
  readonly forwarding?: 'nat' | 'dr' | 'tun' | undefined;
  readonly weight?: number | undefined;
  readonly 'upper-threshold'?: number | undefined;
  readonly 'lower-threshold'?: number | undefined;
  readonly 'tunnel-type'?: Tunnel['type'] | undefined;
  readonly 'tunnel-port'?: number | undefined;
  readonly 'tunnel-checksum'?: Tunnel['checksum'] | undefined;
}

const usage = (message: string) => fail({ code: 'usage', message });
const forwardings = { nat: 'NAT', dr: 'DR', tun: 'TUN' } as const satisfies Record<string, Forwarding>;

function tunnelOf(before: Tunnel | undefined, flags: ServerSettingFlags): Outcome<Tunnel> {
  const type = flags['tunnel-type'] ?? before?.type ?? 'ipip';
  const same = type === before?.type;
  const port = flags['tunnel-port'] ?? (same ? before.port : 0);
  const checksum = flags['tunnel-checksum'] ?? (same ? before.checksum : 'nocsum');
  if (type === 'gue' && port === 0) return usage('--tunnel-type gue needs --tunnel-port');
  if (type !== 'gue' && port !== 0) return usage('--tunnel-port is for --tunnel-type gue only');
  if (type === 'ipip' && checksum !== 'nocsum') return usage('--tunnel-checksum is for gue and gre tunnels');
  if (type === 'gre' && checksum === 'remcsum') return usage('--tunnel-checksum remcsum is for gue tunnels');
  return succeed({ type, port, checksum });
}

/** `before` with what the flags name changed. */
function changed(id: ServiceId, before: Destination, flags: ServerSettingFlags): Outcome<Destination> {
  const forwarding = flags.forwarding === undefined ? before.forwarding : forwardings[flags.forwarding];
  const tunnelled =
    flags['tunnel-type'] !== undefined ||
    flags['tunnel-port'] !== undefined ||
    flags['tunnel-checksum'] !== undefined;
  if (tunnelled && forwarding !== 'TUN') return usage('tunnel flags go with --forwarding tun');
  const tunnel = forwarding === 'TUN' ? tunnelOf(before.tunnel, flags) : succeed(undefined);
  if (!tunnel.ok) return tunnel;
  if (forwarding !== 'TUN' && familyOf(before.address) !== serviceFamily(id))
    return usage(`${serverWord(before)}: only --forwarding tun reaches the other address family`);
  if (id.kind === 'address' && forwarding !== 'NAT' && before.port !== id.port)
    return usage(
      `${serverWord(before)}: only --forwarding nat changes the port; the service's is ${id.port}`,
    );
  const after: Destination = {
    address: before.address,
    port: before.port,
    forwarding,
    tunnel: tunnel.value,
    weight: flags.weight ?? before.weight,
    upperThreshold: flags['upper-threshold'] ?? before.upperThreshold,
    lowerThreshold: flags['lower-threshold'] ?? before.lowerThreshold,
  };
  const refused = serverRefusal(after);
  return refused === undefined ? succeed(after) : usage(`${serverWord(before)}: ${refused}`);
}

const fresh = (id: DestinationId): Destination => ({
  address: id.address,
  port: id.port,
  forwarding: 'DR',
  tunnel: undefined,
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
});

export async function addServer(
  serviceText: string,
  serverText: string,
  flags: ServerSettingFlags,
): Promise<Outcome<Shown>> {
  const service = await readService(serviceText);
  if (!service.ok) return service;
  const server = await readServer(serverText, service.value);
  if (!server.ok) return server;
  const destination = changed(service.value, fresh(server.value), flags);
  if (!destination.ok) return destination;
  return withIpvs(client =>
    carryOutOne(client, [], {
      kind: 'add-destination',
      service: service.value,
      destination: destination.value,
    }),
  );
}

/** A service and one of its servers, read from the kernel. */
export async function findServer(
  client: IpvsClient,
  serviceText: string,
  serverText: string,
): Promise<Outcome<{ readonly service: ObservedService; readonly server: ObservedDestination }>> {
  const service = await findService(client, serviceText);
  if (!service.ok) return service;
  const id = await readServer(serverText, service.value.id);
  if (!id.ok) return id;
  const key = destinationKey(id.value);
  const server = service.value.destinations.find(one => destinationKey(one) === key);
  if (server !== undefined) return succeed({ service: service.value, server });
  return fail({
    code: 'netlink-refused',
    message: `${serviceWord(service.value.id)} ${serverWord(id.value)}: No such destination`,
    errno: 'ENOENT',
    remedy: 'lvskit rs list shows the servers there are.',
  });
}

const editOf = (service: ObservedService, before: Destination, destination: Destination): Operation[] =>
  sameDestination(before, destination)
    ? []
    : [{ kind: 'edit-destination', service: service.id, destination, before }];

export const editServer = (
  serviceText: string,
  serverText: string,
  flags: ServerSettingFlags,
): Promise<Outcome<Shown>> =>
  withIpvs(async client => {
    const found = await findServer(client, serviceText, serverText);
    if (!found.ok) return found;
    const { service, server } = found.value;
    const after = changed(service.id, server, flags);
    if (!after.ok) return after;
    return carryOut(client, [service], editOf(service, server, after.value), false);
  });

export const deleteServers = (serviceText: string, serverTexts: readonly string[]): Promise<Outcome<Shown>> =>
  withIpvs(async client => {
    const observed: ObservedService[] = [];
    const operations: Operation[] = [];
    for (const text of serverTexts) {
      const found = await findServer(client, serviceText, text);
      if (!found.ok) return found;
      const { service, server } = found.value;
      observed.push(service);
      const destination = { address: server.address, port: server.port };
      operations.push({ kind: 'remove-destination', service: service.id, destination });
    }
    return carryOut(client, observed, operations, false);
  });
