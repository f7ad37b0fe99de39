// What listings cost grows with the table, not with its square: executions and bytes for ten times the services, servers or connections.
// Truth: counts by V8 (count.ts). The quadratic table that they replace takes more than fifty times for ten times the rows.

import { describe, expect, it } from 'vitest';
import { entriesOf, printEntries } from '../../src/core/cli/ipvs/connection-list.ts';
import { jsonEntries, textEntries, yamlEntries } from '../../src/core/cli/ipvs/connection-print.ts';
import { listingPrinter } from '../../src/core/cli/ipvs/listing.ts';
import { renderView, type ViewName, viewOf } from '../../src/core/cli/ipvs/render.ts';
import { nextFrame } from '../../src/core/cli/ipvs/watch-frame.ts';
import { screenText } from '../../src/core/cli/ipvs/watch-screen.ts';
import { noCounters } from '../../src/core/ipvs/codec-service.ts';
import { ByteSink, type ObservedService, printServices } from '../../src/core/ipvs/index.ts';
import type { Address } from '../../src/core/net/index.ts';
import { allocated, executions } from './count.ts';

const address = (first: number, index: number) =>
  `${first}.${index >> 16}.${(index >> 8) & 255}.${index & 255}` as Address;

const serviceOf = (index: number, servers: number): ObservedService => ({
  id: { kind: 'address', protocol: 'tcp', address: address(10, index), port: 80 },
  scheduler: 'wrr',
  schedulerFlags: { flag1: false, flag2: false, flag3: false },
  persistence: undefined,
  onePacket: false,
  engine: undefined,
  counters: noCounters,
  destinations: Array.from({ length: servers }, (_, server) => ({
    address: address(192, server),
    port: 8080,
    forwarding: 'NAT' as const,
    tunnel: undefined,
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    activeConnections: index,
    inactiveConnections: server,
    persistentConnections: 0,
    counters: noCounters,
  })),
});
const table = (services: number, servers: number) =>
  Array.from({ length: services }, (_, index) => serviceOf(index, servers));

const nowhere = () => true;

function list(
  services: readonly ObservedService[],
  view: ViewName,
  language: 'text' | 'json' | 'yaml',
  width: number,
) {
  const sink = new ByteSink(nowhere);
  const flags = { json: language === 'json', yaml: language === 'yaml' };
  printServices(
    services,
    listingPrinter(flags, viewOf(view, { names: undefined, exact: false }), width, ''),
    sink,
  );
  sink.flush();
}

/** Ten times as much must cost at most eleven times. */
function expectLinear(small: () => void, great: () => void): void {
  // Compiled and warm, so that only the work counts.
  small();
  great();
  const executed = executions(great) / executions(small);
  const bytes = allocated(great) / allocated(small);
  expect(executed).toBeLessThan(11);
  expect(bytes).toBeLessThan(11);
  // The work was done: ten times as much of it.
  expect(executed).toBeGreaterThan(7);
}

const many = [table(1000, 1), table(10_000, 1)] as const;
const large = [table(1, 300), table(1, 3000)] as const;

describe('listings of the table', () => {
  const views: readonly ViewName[] = ['services', 'table', 'totals', 'rates'];
  it.each(views.flatMap(view => [80, Number.POSITIVE_INFINITY].map(width => [view, width] as const)))(
    '%s on %d columns: ten times the services',
    (view, width) => {
      expectLinear(
        () => list(many[0], view, 'text', width),
        () => list(many[1], view, 'text', width),
      );
    },
  );

  it.each(views.slice(1))('%s: ten times the servers of one service', view => {
    expectLinear(
      () => list(large[0], view, 'text', 80),
      () => list(large[1], view, 'text', 80),
    );
  });

  it.each(['json', 'yaml'] as const)('%s', language => {
    expectLinear(
      () => list(many[0], 'table', language, 80),
      () => list(many[1], 'table', language, 80),
    );
  });

  it('a table that is at hand', () => {
    const view = viewOf('table', { names: undefined, exact: false });
    expectLinear(
      () => renderView(view, many[0], 80),
      () => renderView(view, many[1], 80),
    );
  });
});

describe('connections', () => {
  const lines = (count: number) => [
    'Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData',
    ...Array.from(
      { length: count },
      (_, index) =>
        `TCP 0A${index.toString(16).toUpperCase().padStart(6, '0')} C000 0A000001 0050 C0A80001 1F90 ESTABLISHED     899`,
    ),
  ];
  const [few, more] = [lines(3000), lines(30_000)];
  const printers = {
    text: () => textEntries(undefined, Number.POSITIVE_INFINITY, ''),
    narrow: () => textEntries(undefined, 60, ''),
    json: jsonEntries,
    yaml: yamlEntries,
  } as const;
  it.each(Object.entries(printers))('%s', (_, printer) => {
    expectLinear(
      () => printEntries(entriesOf(few, []), printer(), nowhere),
      () => printEntries(entriesOf(more, []), printer(), nowhere),
    );
  });
});

it('vs watch draws what is shown: a hundred times the servers cost the screen no more', () => {
  const [small, great] = [table(1, 100), table(1, 10_000)].map(services => nextFrame(undefined, services, 0));
  if (small === undefined || great === undefined) throw new Error('no frames');
  const draw = (frame: typeof small) => () => {
    screenText(frame, { sort: 'address', top: 50 }, '2026-11-21T10:11:12.345Z', { columns: 80, rows: 24 });
  };
  draw(small)();
  expect(executions(draw(great)) / executions(draw(small))).toBeLessThan(1.2);
});
