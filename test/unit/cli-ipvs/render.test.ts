// The table for people: one line each where there is room, settings on lines of their own where a terminal is narrow.
// Truth: arithmetic on widths; longest IPv6 addresses.
import { describe, expect, it } from 'vitest';
import { textEntries } from '../../../src/core/cli/ipvs/connection-print.ts';
import { renderView, type ViewName, viewOf } from '../../../src/core/cli/ipvs/render.ts';
import { noCounters } from '../../../src/core/ipvs/codec-service.ts';
import { type ObservedService, parseConnections } from '../../../src/core/ipvs/index.ts';
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

const render = (
  view: ViewName,
  services: readonly ObservedService[],
  width = Number.POSITIVE_INFINITY,
  exact = false,
) => renderView(viewOf(view, { names: undefined, exact }), services, width);

describe('a table', () => {
  it('has settings in their column where nobody says how wide a line may be', () => {
    expect(render('table', [service('10.0.0.1')])).toBe(
      [
        'SERVICE / server  SCHEDULER / via  SETTINGS                              WEIGHT  ACTIVE  INACTIVE',
        'tcp:10.0.0.1:80   wrr              persistent 300 s, mask 255.255.255.0',
        '  10.0.1.1:80     nat              limits 100/-                               5       1         2',
        '',
      ].join('\n'),
    );
  });

  it('fits 80 columns with settings on lines of their own', () => {
    const text = render('table', [service('10.0.0.1')], 80);
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
    for (const width of [80, 60, 20])
      expect(render('table', [service(long)], width)).toContain(`tcp:[${long}]:80\n`);
  });

  it('is empty without services', () => {
    expect(render('table', [], 80)).toBe('');
  });
});

const long = '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1';
const lengths = (text: string) => text.split('\n').map(line => line.length);

describe('counters', () => {
  const counted = [
    { ...service(long), counters: { ...noCounters, connections: 12_345n, inBytes: 987_654_321n } },
    service('10.0.0.1'),
  ];

  it('are side by side with addresses, however long, where nobody says how wide a line may be', () => {
    const [, first] = render('totals', counted).split('\n');
    expect(first).toMatch(/^tcp:\[2001:\S+\]:80 +12\.3K +0 +0 +988M +0$/);
  });

  it('are below the addresses that leave them no room on a terminal, and beside the others', () => {
    expect(render('totals', counted, 80)).toBe(
      [
        'SERVICE / server  CONNECTIONS  IN PACKETS  OUT PACKETS  IN BYTES  OUT BYTES',
        `tcp:[${long}]:80`,
        '                        12.3K           0            0      988M          0',
        '  10.0.1.1:80               0           0            0         0          0',
        'tcp:10.0.0.1:80             0           0            0         0          0',
        '  10.0.1.1:80               0           0            0         0          0',
        '',
      ].join('\n'),
    );
  });

  it.each(['totals', 'rates'] as const)('fit 80 columns with the longest addresses, in full: %s', kind => {
    const text = render(kind, counted, 80, true);
    expect(Math.max(...lengths(text))).toBeLessThanOrEqual(80);
    if (kind === 'totals') expect(text).toContain('987654321');
  });

  it('are nothing without services', () => {
    expect(render('rates', [], 80)).toBe('');
  });
});

it('lists services with settings below them on a narrow terminal', () => {
  expect(render('services', [service(long), service('10.0.0.1')], 80)).toBe(
    [
      'SERVICE          SCHEDULER  SERVERS  ACTIVE  INACTIVE',
      `tcp:[${long}]:80`,
      '                 wrr              1       1         2',
      '      persistent 300 s, mask 24',
      'tcp:10.0.0.1:80  wrr              1       1         2',
      '      persistent 300 s, mask 255.255.255.0',
      '',
    ].join('\n'),
  );
});

describe('connections', () => {
  // As the kernel writes them, with its heading.
  const entries = parseConnections(
    [
      'Pro FromIP FPrt ToIP TPrt DestIP DPrt State Expires PEName PEData',
      `TCP [2001:0db8:aaaa:bbbb:cccc:dddd:eeee:0002] FFFF [2001:0db8:aaaa:bbbb:cccc:dddd:eeee:0001] 01BB [2001:0db8:aaaa:bbbb:cccc:dddd:eeee:0003] 20FB ESTABLISHED     899`,
      'UDP 0A000002 0000 0A000001 13C4 0A00010C 0050 NONE             40 sip call@1',
    ]
      .map(line => line.replaceAll(/[[\]]/g, ''))
      .join('\n'),
  );

  const renderConnections = (width = Number.POSITIVE_INFINITY, sample?: number) => {
    const printer = textEntries(undefined, width, '', sample);
    return entries.map(entry => printer.add(entry)).join('') + printer.end();
  };

  it('are a line each where there is room', () => {
    const text = renderConnections();
    expect(text.split('\n')).toHaveLength(4);
    expect(text).toContain('udp       template        40 s  10.0.0.2:0 ');
  });

  it('have their ends below each other on a narrow terminal, and none is cut', () => {
    expect(renderConnections(80)).toBe(
      [
        'PROTOCOL  STATE        EXPIRES  CLIENT',
        '                                SERVICE',
        '                                SERVER',
        '                                ENGINE',
        'tcp       established    899 s  [2001:db8:aaaa:bbbb:cccc:dddd:eeee:2]:65535',
        '                                [2001:db8:aaaa:bbbb:cccc:dddd:eeee:1]:443',
        '                                [2001:db8:aaaa:bbbb:cccc:dddd:eeee:3]:8443',
        'udp       template        40 s  10.0.0.2:0',
        '                                10.0.0.1:5060',
        '                                10.0.1.12:80',
        '                                sip call@1',
        '',
      ].join('\n'),
    );
  });
});
