// Destinations through the older interface: told only where it tells all, by a kernel whose table changes between its answers.
// Truth: linux/ip_vs.h struct ip_vs_service_entry, ip_vs_dest_entry on a 64-bit machine; __ip_vs_get_dest_entries leaves out other families.
import { describe, expect, it } from 'vitest';
import { createOptionReading, type ServiceId } from '../../../src/core/ipvs/index.ts';
import { type Address, putAddress } from '../../../src/core/net/index.ts';
import { littleEndian, viewOf } from '../../../src/core/netlink/index.ts';

interface Entry {
  readonly address: string;
  /** IP_VS_CONN_F_FWD_MASK bits and others. */
  readonly flags?: number;
}
interface FakeService {
  readonly address: string;
  readonly port: number;
  readonly mark?: number;
  readonly protocol?: number;
  /** What num_dests says, where that is not the number of entries. */
  readonly count?: number;
  readonly entries: readonly Entry[];
}

/** getsockopt of a kernel with this table. Counts the questions; refuses lengths that do not fit, as the kernel does. */
function kernelOf(table: readonly FakeService[]) {
  let asked = 0;
  const read = (option: number, bytes: Uint8Array): boolean => {
    const view = viewOf(bytes);
    asked++;
    if (option === 1153) {
      view.setUint32(8, table.length, littleEndian);
      return bytes.length === 12;
    }
    if (option === 1154) {
      if (bytes.length !== 8 + view.getUint32(0, littleEndian) * 104) return false;
      for (const [index, service] of table.entries()) {
        const at = 8 + index * 104;
        view.setUint16(at, service.mark === undefined ? (service.protocol ?? 6) : 0, littleEndian);
        if (service.mark === undefined) putAddress(service.address as Address, bytes, at + 4);
        view.setUint16(at + 8, service.mark === undefined ? service.port : 0, false);
        view.setUint32(at + 12, service.mark ?? 0, littleEndian);
        view.setUint32(at + 44, service.count ?? service.entries.length, littleEndian);
      }
      return true;
    }
    const wanted = view.getUint32(16, littleEndian);
    if (option !== 1156 || bytes.length !== 24 + wanted * 96) return false;
    const mark = view.getUint32(12, littleEndian);
    const place = `${bytes[4]}.${bytes[5]}.${bytes[6]}.${bytes[7]}:${view.getUint16(8, false)}`;
    const service = table.find(one =>
      mark === 0 ? `${one.address}:${one.port}` === place && one.mark === undefined : one.mark === mark,
    );
    if (service === undefined) return false;
    for (const [index, entry] of service.entries.slice(0, wanted).entries()) {
      const at = 24 + index * 96;
      putAddress(entry.address as Address, bytes, at);
      view.setUint16(at + 4, 8080, false);
      view.setUint32(at + 8, entry.flags ?? 0, littleEndian);
      for (const [field, value] of [7, 9, 4, 1, 2, 3].entries())
        view.setUint32(at + 12 + field * 4, value, littleEndian);
    }
    return true;
  };
  return { read, asked: () => asked };
}

const tcp = (address: string, port = 80): ServiceId => ({
  kind: 'address',
  protocol: 'tcp',
  address: address as Address,
  port,
});
const addressesOf = (table: readonly FakeService[], id: ServiceId) =>
  createOptionReading(kernelOf(table).read)?.(id)?.map(({ address }) => address);

describe('destinations through the older interface', () => {
  it('come with all they have', () => {
    const table = [{ address: '10.0.0.1', port: 80, entries: [{ address: '10.0.1.1', flags: 0x103 }] }];
    expect(createOptionReading(kernelOf(table).read)?.(tcp('10.0.0.1'))).toMatchObject([
      {
        address: '10.0.1.1',
        port: 8080,
        forwarding: 'DR',
        tunnel: undefined,
        weight: 7,
        upperThreshold: 9,
        lowerThreshold: 4,
        activeConnections: 1,
        inactiveConnections: 2,
        persistentConnections: 3,
      },
    ]);
  });

  it('are found by protocol, address and port, or by mark', () => {
    const table: FakeService[] = [
      { address: '10.0.0.1', port: 80, entries: [{ address: '10.0.1.1' }] },
      { address: '10.0.0.1', port: 81, entries: [] },
      { address: '', port: 0, mark: 5, entries: [{ address: '10.0.1.3' }, { address: '10.0.1.4' }] },
      { address: '255.255.255.254', port: 65_535, entries: [{ address: '10.0.1.5' }] },
    ];
    expect(addressesOf(table, tcp('10.0.0.1'))).toEqual(['10.0.1.1']);
    expect(addressesOf(table, tcp('10.0.0.1', 81))).toEqual([]);
    expect(addressesOf(table, { kind: 'fwmark', family: 'inet', mark: 5 })).toEqual(['10.0.1.3', '10.0.1.4']);
    expect(addressesOf(table, tcp('255.255.255.254', 65_535))).toEqual(['10.0.1.5']);
    expect(addressesOf(table, { ...tcp('10.0.0.1'), protocol: 'udp' } as ServiceId)).toBeUndefined();
  });

  it.each([
    ['of IPv6 services', [], tcp('2001:db8::1')],
    [
      'of IPv6 marks',
      [{ address: '', port: 0, mark: 5, entries: [] }],
      { kind: 'fwmark', family: 'inet6', mark: 5 },
    ],
    ['of services that came meanwhile', [], tcp('10.0.0.1')],
    [
      'of which some are tunnels',
      [{ address: '10.0.0.1', port: 80, entries: [{ address: '10.0.1.1', flags: 2 }] }],
      tcp('10.0.0.1'),
    ],
    [
      'of which some are IPv6 and left out',
      [{ address: '10.0.0.1', port: 80, count: 2, entries: [{ address: '10.0.1.1' }] }],
      tcp('10.0.0.1'),
    ],
    [
      'of which some came meanwhile',
      [
        {
          address: '10.0.0.1',
          port: 80,
          count: 1,
          entries: [{ address: '10.0.1.1' }, { address: '10.0.1.2' }],
        },
      ],
      tcp('10.0.0.1'),
    ],
    [
      'with a forwarding method of later times',
      [{ address: '10.0.0.1', port: 80, entries: [{ address: '10.0.1.1', flags: 7 }] }],
      tcp('10.0.0.1'),
    ],
  ] as [string, FakeService[], ServiceId][])('are left to the other interface: those %s', (_, table, id) => {
    expect(addressesOf(table, id)).toBeUndefined();
  });

  it('are not read at all from a kernel that refuses', () => {
    expect(createOptionReading(() => false)).toBeUndefined();
  });

  it('take one question a service', () => {
    const table = Array.from({ length: 50 }, (_, index) => ({
      address: `10.0.0.${index}`,
      port: 80,
      entries: [{ address: '10.0.1.1' }],
    }));
    const kernel = kernelOf(table);
    const read = createOptionReading(kernel.read);
    for (const { address } of table) expect(read?.(tcp(address))).toHaveLength(1);
    expect(kernel.asked()).toBe(52);
  });
});
