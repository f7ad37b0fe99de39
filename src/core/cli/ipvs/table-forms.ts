// Forms of `vs list` where everything stands side by side: the lines of plain services and of IPv4 servers.
// Spec: render.ts tableView and layout.ts, whose lines these are; test/property/ipvs-stream.test.ts compares them.

import {
  forwardingWords,
  type ObservedService,
  type Protocol,
  protocolNumbers,
  type TableForms,
} from '../../ipvs/index.ts';
import type { Layout, Measure } from './layout.ts';
import type { View } from './render.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const [gap, colon, newline] = [bytes('  '), bytes(':'), bytes('\n')];
const [limits, slash, none] = [bytes('limits '), bytes('/'), bytes('-')];
const nothing = bytes('');
const methods = forwardingWords({ NAT: 'nat', DR: 'dr', TUN: 'tun', LOCAL: 'local', BYPASS: 'bypass' });
const protocolWords: Uint8Array[] = [];
for (const protocol of Object.keys(protocolNumbers) as Protocol[])
  protocolWords[protocolNumbers[protocol]] = bytes(`${protocol}:`);

/** A form has room for 512 bytes. */
const widest = 400;

type Rows = Parameters<TableForms['plain']>[1];

const digits = (value: number): number =>
  value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : value < 10_000 ? 4 : 5;

/** Measures a plain service without making a value of it; false for any other. */
export function measurePlain(measure: Measure, rows: Rows, row: number): boolean {
  if (rows.other(row) !== undefined) return false;
  const address = rows.address(row);
  let label = (protocolWords[rows.protocol(row)] ?? nothing).length + 4 + digits(rows.port(row));
  for (let shift = 24; shift >= 0; shift -= 8) label += digits((address >>> shift) & 255);
  measure.addLabel(label);
  measure.addCell(0, rows.scheduler(row).bytes.length);
  return true;
}

/** Undefined where labels or settings have lines of their own. */
export function tableForms(layout: Layout, view: View): TableForms | undefined {
  const widths = layout.sideBySide;
  if (widths === undefined || widths.total > widest) return undefined;
  const [via = 0, weight = 0, active = 0, inactive = 0] = widths.cells;
  const line = (service: ObservedService): string => {
    const [first] = view.rows({ ...service, destinations: [] });
    return first === undefined ? '' : layout.line(first);
  };
  return {
    plain(sink, rows, row) {
      const from = sink.column;
      sink.ascii(protocolWords[rows.protocol(row)] ?? nothing);
      sink.address(rows.address(row));
      sink.field(colon, rows.port(row));
      sink.pad(from, widths.label);
      sink.ascii(gap);
      sink.ascii(rows.scheduler(row).bytes);
      sink.ascii(newline);
    },
    head: line,
    server(sink, entries, place) {
      const from = sink.column;
      sink.ascii(gap);
      sink.address(entries.address(place));
      sink.field(colon, entries.port(place));
      sink.pad(from, widths.label);
      sink.ascii(gap);
      const method = sink.column;
      sink.ascii(methods[entries.forwarding(place)] ?? nothing);
      sink.pad(method, via);
      sink.ascii(gap);
      const settings = sink.column;
      const [most, least] = [entries.upperThreshold(place), entries.lowerThreshold(place)];
      if (most + least > 0) {
        sink.ascii(limits);
        if (most === 0) sink.ascii(none);
        else sink.number(most);
        sink.ascii(slash);
        if (least === 0) sink.ascii(none);
        else sink.number(least);
      }
      sink.pad(settings, widths.settings);
      sink.ascii(gap);
      sink.right(entries.weight(place), weight);
      sink.ascii(gap);
      sink.right(entries.active(place), active);
      sink.ascii(gap);
      sink.right(entries.inactive(place), inactive);
      sink.ascii(newline);
    },
  };
}
