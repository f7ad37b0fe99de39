// The screen of vs watch: it fits its terminal, whatever the addresses are.
// Truth: arithmetic on the sizes given here; console_codes(4) for what has no width.
import { describe, expect, it } from 'vitest';
import { nextFrame } from '../../../src/core/cli/ipvs/watch-frame.ts';
import { actionsOf, scrollTo } from '../../../src/core/cli/ipvs/watch-keys.ts';
import { clip, elide, pageOf, rowCount, screenText } from '../../../src/core/cli/ipvs/watch-screen.ts';
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
const lines = (columns: number, rows = 24, frame = busy) =>
  screenText(frame, 'address', time, { columns, rows }).split('\n');

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

  it('says which rows a low terminal shows, and how to see the others', () => {
    expect(lines(80, 5)).toHaveLength(5);
    expect(lines(80, 5).at(-1)).toBe('rows 1-1 of 4  Up, Down, PgUp, PgDn, Home, End scroll');
    expect(lines(30, 5).at(-1)).toBe('rows 1-1 of 4  j k scroll');
    expect(lines(80, 7)).toHaveLength(7);
    expect(lines(80, 7).at(-1)).not.toContain('scroll');
  });

  it('shows every row of a table that is higher than the terminal, one scroll after another', () => {
    const size = { columns: 80, rows: 5 };
    const total = rowCount(busy);
    let first = 0;
    const seen = [];
    for (const _ of Array.from({ length: total + 3 })) {
      seen.push(screenText(busy, 'address', time, size, first).split('\n')[3]?.split(/ {2,}/)[0]);
      const [action] = actionsOf('\x1b[B');
      if (action?.kind === 'scroll') first = scrollTo(first, action.move, pageOf(size), total);
    }
    expect(first).toBe(total - pageOf(size));
    expect(new Set(seen).size).toBe(3);
    expect(seen.at(-1)).not.toBe(seen[0]);
  });

  it.each([200, 79, 60, 40, 30, 10, 6])('names the key that quits on %d columns', columns => {
    expect(lines(columns)[0]).toContain('q quit');
  });

  it('says that there is nothing', () => {
    expect(lines(80, 24, frameOf([])).at(-1)).toBe('No virtual services.');
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

describe('keys', () => {
  it.each([
    ['\x1b[A', 'up'],
    ['\x1bOB', 'down'],
    ['\x1b[5~', 'page-up'],
    [' ', 'page-down'],
    ['\x1b[1~', 'first'],
    ['G', 'last'],
  ])('%j scrolls', (text, move) => {
    expect(actionsOf(text)).toEqual([{ kind: 'scroll', move }]);
  });

  it('are told apart where several come at once, and unknown ones do nothing', () => {
    expect(actionsOf('c\x1b[Bz\x1b[15~q').map(({ kind }) => kind)).toEqual(['sort', 'scroll', 'quit']);
  });

  it('never scroll past either end', () => {
    for (const move of ['up', 'page-up', 'first'] as const) expect(scrollTo(0, move, 5, 20)).toBe(0);
    for (const move of ['down', 'page-down', 'last'] as const) expect(scrollTo(15, move, 5, 20)).toBe(15);
    expect(scrollTo(0, 'page-down', 5, 3)).toBe(0);
  });
});
