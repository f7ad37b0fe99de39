// What vs watch makes of two looks at the table.
// Truth: arithmetic on the counters given here.
import { describe, expect, it } from 'vitest';
import { nextFrame, sortServices, sparkline } from '../../../src/core/cli/ipvs/watch-frame.ts';
import type { Counters, ObservedService } from '../../../src/core/ipvs/index.ts';
import type { Address } from '../../../src/core/net/index.ts';

const counters = (connections: bigint, bytes: bigint): Counters => ({
  connections,
  inPackets: connections * 4n,
  outPackets: connections * 6n,
  inBytes: bytes,
  outBytes: bytes,
  connectionsPerSecond: 0n,
  inPacketsPerSecond: 0n,
  outPacketsPerSecond: 0n,
  inBytesPerSecond: 0n,
  outBytesPerSecond: 0n,
});

const service = (port: number, connections: bigint, weight = 1): ObservedService => ({
  id: { kind: 'address', protocol: 'tcp', address: '10.0.0.1' as Address, port },
  scheduler: 'rr',
  schedulerFlags: { flag1: false, flag2: false, flag3: false },
  persistence: undefined,
  onePacket: false,
  engine: undefined,
  counters: counters(connections, connections * 100n),
  destinations: [
    {
      address: '10.0.1.1' as Address,
      port,
      forwarding: 'DR',
      tunnel: undefined,
      weight,
      upperThreshold: 0,
      lowerThreshold: 0,
      activeConnections: 3,
      inactiveConnections: 2,
      persistentConnections: 0,
      counters: counters(connections, connections * 100n),
    },
  ],
});

describe('a frame', () => {
  const first = nextFrame(undefined, [service(80, 100n), service(81, 100n)], 1_000);
  const second = nextFrame(first, [service(80, 150n), service(81, 100n, 5)], 3_000);

  it('has no rates at first and differences over time then', () => {
    expect(first.rows.get('tcp 10.0.0.1 80')?.rates).toEqual({ connections: 0, packets: 0, bytes: 0 });
    expect(second.rows.get('tcp 10.0.0.1 80')?.rates).toEqual({
      connections: 25,
      packets: 250,
      bytes: 5_000,
    });
    expect(second.rows.get('tcp 10.0.0.1 80 > 10.0.1.1 80')?.rates.connections).toBe(25);
  });

  it('remembers what was', () => {
    expect(second.rows.get('tcp 10.0.0.1 80')?.history).toEqual([0, 25]);
  });

  it('tells what changed in the table', () => {
    expect(first.changes).toEqual([]);
    expect(second.changes.map(({ kind }) => kind)).toEqual(['edit-destination']);
  });

  it('counts from zero where counters went back', () => {
    const zeroed = nextFrame(second, [service(80, 10n)], 4_000);
    expect(zeroed.rows.get('tcp 10.0.0.1 80')?.rates.connections).toBe(10);
    expect(zeroed.changes.map(({ kind }) => kind)).toEqual(['remove-service']);
  });

  it('sorts by what moves most, or leaves the order', () => {
    const busy = nextFrame(first, [service(80, 100n), service(81, 900n)], 2_000);
    const ports = (key: 'address' | 'bytes') =>
      sortServices(busy, key).map(({ id }) => (id.kind === 'address' ? id.port : 0));
    expect(ports('bytes')).toEqual([81, 80]);
    expect(ports('address')).toEqual([80, 81]);
  });
});

describe('a sparkline', () => {
  it('has its greatest value at the top and nothing at the bottom', () => {
    expect(sparkline([0, 4, 8])).toBe('▁▅█');
    expect(sparkline([0, 0])).toBe('▁▁');
    expect(sparkline([])).toBe('');
  });
});
