// Servers through the older interface: told only where it tells all, by a kernel whose table changes between its answers.
// Truth: linux/ip_vs.h struct ip_vs_service_entry, ip_vs_dest_entry on a 64-bit machine, which test/fake/options.ts plays.
import { describe, expect, it } from 'vitest';
import {
  type Destination,
  noSchedulerFlags,
  protocolNumbers,
  type ReadOption,
  readServerEntries,
  type Service,
  type ServiceId,
  serviceFamily,
} from '../../../src/core/ipvs/index.ts';
import { type Address, addressBytes } from '../../../src/core/net/index.ts';
import { viewOf } from '../../../src/core/netlink/index.ts';
import { connections } from '../../fake/kernel.ts';
import { fakeOptions } from '../../fake/options.ts';

const tcp = (address: string, port = 80): ServiceId => ({
  kind: 'address',
  protocol: 'tcp',
  address: address as Address,
  port,
});
const mark = (number: number, family: 'inet' | 'inet6' = 'inet'): ServiceId => ({
  kind: 'fwmark',
  family,
  mark: number,
});
const server = (address: string, forwarding: Destination['forwarding'] = 'NAT'): Destination => ({
  address: address as Address,
  port: 8080,
  forwarding,
  tunnel: undefined,
  weight: 7,
  upperThreshold: 9,
  lowerThreshold: 4,
});
const service = (id: ServiceId, ...destinations: Destination[]): Service => ({
  id,
  scheduler: 'rr',
  schedulerFlags: noSchedulerFlags,
  persistence: undefined,
  onePacket: false,
  engine: undefined,
  destinations,
});

/** The servers of a service as this kernel tells them. */
function serversOf(read: ReadOption, id: ServiceId) {
  const entries = readServerEntries(read);
  if (entries === undefined) throw new Error('nothing is told');
  const place = {
    mark: () => (id.kind === 'fwmark' ? id.mark : 0),
    address: () =>
      id.kind === 'address' && serviceFamily(id) === 'inet'
        ? viewOf(addressBytes(id.address)).getInt32(0, false)
        : 0,
    port: () => (id.kind === 'address' ? id.port : 0),
    protocol: () => (id.kind === 'address' ? protocolNumbers[id.protocol] : 0),
    servers: () =>
      serviceFamily(id) === 'inet'
        ? entries.counts.of(place.mark(), place.address(), place.port(), place.protocol())
        : -1,
  };
  return entries.askFor(place, 0) ? entries.destinations() : undefined;
}
const addressesOf = (table: readonly Service[], id: ServiceId) =>
  serversOf(fakeOptions(() => table).read, id)?.map(({ address }) => address);

describe('servers through the older interface', () => {
  it('come with all they have', () => {
    const { read } = fakeOptions(() => [service(tcp('10.0.0.1'), server('10.0.1.1', 'DR'))]);
    const [activeConnections, inactiveConnections, persistentConnections] = connections('10.0.1.1');
    expect(serversOf(read, tcp('10.0.0.1'))).toMatchObject([
      {
        ...server('10.0.1.1', 'DR'),
        activeConnections,
        inactiveConnections,
        persistentConnections,
      },
    ]);
  });

  it('are found by protocol, address and port, or by mark', () => {
    const table = [
      service(tcp('10.0.0.1'), server('10.0.1.1')),
      service(tcp('10.0.0.1', 81)),
      service(mark(5), server('10.0.1.3', 'LOCAL'), server('10.0.1.4', 'BYPASS')),
      service(tcp('255.255.255.254', 65_535), server('10.0.1.5')),
    ];
    expect(addressesOf(table, tcp('10.0.0.1'))).toEqual(['10.0.1.1']);
    expect(addressesOf(table, tcp('10.0.0.1', 81))).toEqual([]);
    expect(addressesOf(table, mark(5))).toEqual(['10.0.1.3', '10.0.1.4']);
    expect(addressesOf(table, tcp('255.255.255.254', 65_535))).toEqual(['10.0.1.5']);
    expect(addressesOf(table, { ...tcp('10.0.0.1'), protocol: 'udp' } as ServiceId)).toBeUndefined();
  });

  it.each([
    ['of IPv6 services', [], tcp('2001:db8::1')],
    ['of IPv6 marks', [service(mark(5, 'inet6'))], mark(5, 'inet6')],
    ['of services that came meanwhile', [], tcp('10.0.0.1')],
    [
      'of which some are tunnels',
      [service(tcp('10.0.0.1'), server('10.0.1.1'), server('10.0.1.2', 'TUN'))],
      tcp('10.0.0.1'),
    ],
    [
      'of which some are IPv6 and left out',
      [service(tcp('10.0.0.1'), server('10.0.1.1'), server('2001:db8::1', 'TUN'))],
      tcp('10.0.0.1'),
    ],
  ] as [string, Service[], ServiceId][])('are left to the other interface: those %s', (_, table, id) => {
    expect(addressesOf(table, id)).toBeUndefined();
  });

  it('are left to the other interface where a table changes between two answers, or has methods of later times', () => {
    const [first, second] = [server('10.0.1.1'), server('10.0.1.2')];
    const id = tcp('10.0.0.1');
    const became = (before: Destination[], after: Destination[]) => {
      let now = before;
      const { read } = fakeOptions(() => [service(id, ...now)]);
      return serversOf((option, bytes, length) => {
        if (option === 1156) now = after;
        return read(option, bytes, length);
      }, id)?.map(({ address }) => address);
    };
    expect(became([first], [first])).toEqual(['10.0.1.1']);
    expect(became([first], [first, second])).toBeUndefined();
    expect(became([first, second], [first])).toBeUndefined();
    const { read } = fakeOptions(() => [service(id, first)]);
    const later: ReadOption = (option, bytes, length) => {
      const answered = read(option, bytes, length);
      if (option === 1156) bytes[24 + 8] = 7;
      return answered;
    };
    expect(serversOf(later, id)).toBeUndefined();
  });

  it('are not read at all from a kernel that refuses', () => {
    expect(readServerEntries(() => false)).toBeUndefined();
  });
});
