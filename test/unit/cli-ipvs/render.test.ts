// The table for people: one line each where there is room, settings on lines of their own where a terminal is narrow.
// Truth: arithmetic on widths; longest IPv6 addresses.
import { describe, expect, it } from 'vitest';
import { renderTable } from '../../../src/core/cli/ipvs/render.ts';
import { noCounters } from '../../../src/core/ipvs/codec-service.ts';
import type { ObservedService } from '../../../src/core/ipvs/index.ts';
import type { Address } from '../../../src/core/net/index.ts';

const service = (address: string): ObservedService => ({
  id: { kind: 'address', protocol: 'tcp', address: address as Address, port: 80 },
  scheduler: 'wrr',
  schedulerFlags: { flag1: false, flag2: false, flag3: false },
  persistence: { timeout: 300, maskLength: 24 },
  onePacket: false,
  engine: undefined,
  counters: noCounters,
  destinations: [
    {
      address: '10.0.1.1' as Address,
      port: 80,
      forwarding: 'NAT',
      tunnel: undefined,
      weight: 5,
      upperThreshold: 100,
      lowerThreshold: 0,
      activeConnections: 1,
      inactiveConnections: 2,
      persistentConnections: 0,
      counters: noCounters,
    },
  ],
});

describe('a table', () => {
  it('has settings in their column where nobody says how wide a line may be', () => {
    expect(renderTable([service('10.0.0.1')], undefined)).toBe(
      [
        'SERVICE / server  SCHEDULER / via  SETTINGS                              WEIGHT  ACTIVE  INACTIVE',
        'tcp:10.0.0.1:80   wrr              persistent 300 s, mask 255.255.255.0',
        '  10.0.1.1:80     nat              limits 100/-                               5       1         2',
        '',
      ].join('\n'),
    );
  });

  it('fits 80 columns with settings on lines of their own', () => {
    const text = renderTable([service('10.0.0.1')], undefined, 80);
    expect(text).toBe(
      [
        'SERVICE / server  SCHEDULER / via  WEIGHT  ACTIVE  INACTIVE',
        'tcp:10.0.0.1:80   wrr',
        '      persistent 300 s, mask 255.255.255.0',
        '  10.0.1.1:80     nat                   5       1         2',
        '      limits 100/-',
        '',
      ].join('\n'),
    );
  });

  it('never cuts an address, however long', () => {
    const long = 'fd00:aaaa:bbbb:cccc:dddd:eeee:ffff:1111';
    expect(renderTable([service(long)], undefined, 80)).toContain(`tcp:[${long}]:80 `);
  });

  it('is empty without services', () => {
    expect(renderTable([], undefined, 80)).toBe('');
  });
});
