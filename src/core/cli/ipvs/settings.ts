// `timeout show|set` and `sync start|stop|status`: settings of the whole IPVS.
// Spec: ipvsadm(8) --set, --start-daemon, --stop-daemon, -L --timeout, -L --daemon.

import { type Fault, fail, type Outcome, succeed } from '../../fault.ts';
import {
  type IpvsClient,
  type SyncDaemon,
  type SyncState,
  schemaName,
  serviceFamily,
  type Timeouts,
} from '../../ipvs/index.ts';
import { familyOf, isMulticast, parseAddress } from '../../net/index.ts';
import { columns } from './columns.ts';
import { type Shown, withIpvs } from './present.ts';

const timeoutsShown = (timeouts: Timeouts): Shown => ({
  document: { schema: schemaName, timeouts },
  text: () =>
    columns(
      [{ head: 'CONNECTIONS' }, { head: 'SECONDS', align: 'right' }],
      [
        ['tcp', String(timeouts.tcp)],
        ['tcp after FIN', String(timeouts.tcpFin)],
        ['udp', String(timeouts.udp)],
      ],
    ),
});

async function readTimeouts(client: IpvsClient): Promise<Outcome<Shown>> {
  const timeouts = await client.timeouts();
  return timeouts.ok ? succeed(timeoutsShown(timeouts.value)) : timeouts;
}

export const showTimeouts = (): Promise<Outcome<Shown>> => withIpvs(readTimeouts);

/** Changes the timeouts that are given and shows all. */
export async function setTimeouts(
  change: {
    readonly [name in keyof Timeouts]: number | undefined;
  },
): Promise<Outcome<Shown>> {
  const { tcp = 0, tcpFin = 0, udp = 0 } = change;
  if (tcp + tcpFin + udp === 0)
    return fail({ code: 'usage', message: 'nothing to set: give --tcp, --tcp-fin or --udp' });
  return withIpvs(async client => {
    const set = await client.setTimeouts({ tcp, tcpFin, udp });
    return set.ok ? readTimeouts(client) : set;
  });
}

async function readDaemons(client: IpvsClient): Promise<Outcome<Shown>> {
  const daemons = await client.daemons();
  if (!daemons.ok) return daemons;
  const cell = (value: number | string | undefined) => String(value ?? '-');
  return succeed({
    document: { schema: schemaName, daemons: daemons.value },
    text: () =>
      daemons.value.length === 0
        ? 'No synchronization daemon runs.\n'
        : columns(
            ['STATE', 'INTERFACE', 'SYNC ID', 'MAX LENGTH', 'GROUP', 'PORT', 'TTL'].map(head => ({ head })),
            daemons.value.map(one => [
              one.state,
              one.interface,
              one.state === 'backup' && one.syncId === 0 ? 'any' : String(one.syncId),
              cell(one.maxLength),
              cell(one.group),
              cell(one.port),
              cell(one.ttl),
            ]),
          ),
  });
}

export const showDaemons = (): Promise<Outcome<Shown>> => withIpvs(readDaemons);

/** Whether a tunnel leads to a server of the other address family: the daemon's messages have no room for such a connection. */
async function hasMixedServers(client: IpvsClient): Promise<boolean> {
  const observed = await client.observe({ counters: false });
  return (
    observed.ok &&
    observed.value.some(({ id, destinations }) =>
      destinations.some(({ address }) => familyOf(address) !== serviceFamily(id)),
    )
  );
}

/** Why the kernel refuses a daemon on this interface, as a sentence; a fault that is not about it stays. */
export async function explainDaemon(client: IpvsClient, name: string, fault: Fault): Promise<Fault> {
  if (fault.errno === 'ENODEV') return { ...fault, message: `${name}: no such interface` };
  if (fault.errno !== 'EINVAL') return fault;
  if (await hasMixedServers(client))
    return {
      ...fault,
      message:
        'the kernel refuses a synchronization daemon while a real server is of the other address family than its service',
      remedy: 'Delete these servers first; lvskit vs list shows them.',
    };
  return {
    ...fault,
    message: `${name}: the kernel refuses the synchronization daemon there (EINVAL)`,
    remedy:
      'The interface must be up, take multicast and have an address; --max-length must leave room for a message.',
  };
}

/** As the flags give it; what is undefined the kernel chooses. */
export interface SyncFlags {
  readonly interface: string;
  readonly 'sync-id': number;
  readonly 'max-length'?: number | undefined;
  readonly group?: string | undefined;
  readonly port?: number | undefined;
  readonly ttl?: number | undefined;
}

export async function startSync(state: SyncState, flags: SyncFlags): Promise<Outcome<Shown>> {
  const group = flags.group === undefined ? undefined : parseAddress(flags.group);
  if (flags.group !== undefined && (group === undefined || !isMulticast(group)))
    return fail({ code: 'usage', message: `--group must be a multicast address (got '${flags.group}')` });
  if (Buffer.byteLength(flags.interface) > 15)
    return fail({
      code: 'usage',
      message: `${flags.interface}: no interface has a name of more than 15 bytes`,
    });
  const daemon: SyncDaemon = {
    state,
    interface: flags.interface,
    syncId: flags['sync-id'],
    maxLength: flags['max-length'],
    group,
    port: flags.port,
    ttl: flags.ttl,
  };
  return withIpvs(async client => {
    const started = await client.startDaemon(daemon);
    if (started.ok) return readDaemons(client);
    const fault = await explainDaemon(client, flags.interface, started.fault);
    if (fault !== started.fault) return fail(fault);
    return fail({ ...fault, message: `${state} daemon: ${fault.message}` });
  });
}

export const stopSync = (state: SyncState): Promise<Outcome<Shown>> =>
  withIpvs(async client => {
    const stopped = await client.stopDaemon(state);
    return stopped.ok
      ? readDaemons(client)
      : fail({ ...stopped.fault, message: `${state} daemon: ${stopped.fault.message}` });
  });
