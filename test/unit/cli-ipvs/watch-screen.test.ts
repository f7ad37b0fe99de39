// The screen of vs watch: it fits its terminal, whatever the addresses are.
// Truth: arithmetic on the sizes given here; console_codes(4) for what has no width.
import { describe, expect, it } from 'vitest';
import { nextFrame } from '../../../src/core/cli/ipvs/watch-frame.ts';
import { clip, elide, screenText } from '../../../src/core/cli/ipvs/watch-screen.ts';
import { noCounters } from '../../../src/core/ipvs/codec-service.ts';
import type { ObservedService } from '../../../src/core/ipvs/index.ts';
import type { Address } from '../../../src/core/net/index.ts';

const service = (address: string, port: number, connections: bigint): ObservedService => {
  const counters = { ...noCounters, connections, inPackets: connections * 10n, inBytes: connections * 1000n };
  return {
    id: { kind: 'address', protocol: 'tcp', address: address as Address, port },
    scheduler: 'rr',
    schedulerFlags: { flag1: false, flag2: false, flag3: false },
    persistence: undefined,
    onePacket: false,
    engine: undefined,
    counters,
    destinations: [
      {
        address: address as Address,
        port,
        forwarding: 'DR',
        tunnel: undefined,
        weight: 3,
        upperThreshold: 0,
        lowerThreshold: 0,
        activeConnections: 12,
        inactiveConnections: 5,
        persistentConnections: 0,
        counters,
      },
    ],
  };
};
const long = '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1';
const frameOf = (...tables: ObservedService[][]) => {
  let frame = nextFrame(undefined, tables[0] ?? [], 0);
  for (const [index, table] of tables.slice(1).entries()) frame = nextFrame(frame, table, (index + 1) * 1000);
  return frame;
};
const busy = frameOf(
  [service(long, 65_535, 0n), service('10.0.0.1', 80, 0n)],
  [service(long, 65_535, 50n), service('10.0.0.1', 80, 9n)],
);
const time = '2026-11-21T10:11:12.345Z';
const lines = (columns: number, rows = 24, frame = busy, top = 0) =>
  screenText(frame, { sort: 'address', top }, time, { columns, rows }).split('\n');

describe('the screen', () => {
  it('shows keys, rates and trends', () => {
    const [head, , titles, first] = lines(140);
    expect(head).toBe('10:11:12 UTC  [a address]  c connections  p packets  b bytes  t active  q quit');
    expect(titles?.split(/ {2,}/)).toEqual([
      'SERVICE / server',
      'WEIGHT',
      'ACTIVE',
      'INACTIVE',
      'CONN/s',
      'PKT/s',
      'B/s',
      'TREND',
    ]);
    expect(first?.split(/ {2,}/)).toEqual([`tcp:[${long}]:65535`, '12', '5', '50', '500', '50.0K', '▁█']);
  });

  it.each([200, 80, 60, 50, 40, 20, 5])('is never wider than %d columns', columns => {
    for (const line of lines(columns)) expect([...line].length).toBeLessThanOrEqual(columns);
  });

  it('keeps the rates of long addresses on 80 columns', () => {
    const row = lines(80)[3] ?? '';
    expect(row).toMatch(/^tcp:\[\S+…\S+:1\]:65535 +12 +5 +50 +500 +50\.0K +▁█$/);
  });

  it('spares inactive connections, weights and packets first', () => {
    expect(lines(60)[2]).not.toContain('INACTIVE');
    expect(lines(52)[2]).not.toContain('WEIGHT');
    for (const width of [80, 60, 52, 46]) expect(lines(width)[2]).toContain('CONN/s');
  });

  it('says which lines a low terminal shows, and scrolls to the others', () => {
    const words = (rows: number, top: number) =>
      lines(140, rows, busy, top).map(line => line.trim().split(' ')[0]);
    const [one, two] = [`tcp:[${long}]:65535`, 'tcp:10.0.0.1:80'];
    expect(lines(80, 6)).toHaveLength(6);
    expect(lines(80, 6).at(-1)).toBe('lines 1-2 of 4  arrows PgUp PgDn Home End');
    expect(words(6, 0).slice(3, -1)).toEqual([one, `[${long}]:65535`]);
    expect(words(6, 1).slice(3, -1)).toEqual([`[${long}]:65535`, two]);
    expect(words(6, 99).slice(3, -1)).toEqual([two, '10.0.0.1:80']);
    expect(lines(80, 6, busy, 99).at(-1)).toMatch(/^lines 3-4 of 4 /);
    expect(lines(80, 7)).toHaveLength(7);
    expect(lines(80, 7, busy, 99).at(-1)).not.toContain('lines');
    for (const rows of [1, 2, 3, 4, 5]) expect(lines(80, rows)).toHaveLength(rows);
  });

  it.each([200, 80, 60, 40, 24, 6])('shows how to quit on %d columns', columns => {
    expect(lines(columns)[0]).toContain('q quit');
  });

  it('shows every key on 40 columns', () => {
    expect(lines(40)[0]).toBe('q quit  sort [a] c p b t  10:11:12 UTC');
  });

  it('says that there is nothing', () => {
    expect(lines(80, 24, frameOf([])).at(-1)).toBe('No services.');
  });
});

it('cuts by what is seen, and ends every colour', () => {
  expect(clip('\x1b[1mbold\x1b[22m plain', 6)).toBe('\x1b[1mbold\x1b[22m p');
  expect(clip('\x1b[1mbold\x1b[22m', 2)).toBe('\x1b[1mbo\x1b[22m');
});

it('leaves out the middle of a word', () => {
  expect(elide('abcdefghij', 10)).toBe('abcdefghij');
  expect(elide('abcdefghij', 7)).toBe('ab…ghij');
});
