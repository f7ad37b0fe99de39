// Forms of `ipvsadm -L -n`: the lines of plain services and of IPv4 servers.
// Spec: ../ipvsadm/listing.ts, whose lines these are; test/property/ipvs-stream.test.ts compares them.

import type { Forwarding, ObservedService, Protocol } from '../model.ts';
import type { TableForms } from './printer.ts';
import { forwardingWords, protocolWords } from './words.ts';

export interface ListingLanguage {
  /** The line of a service without newline. */
  service(service: ObservedService): string;
  readonly protocols: Readonly<Record<Protocol, string>>;
  readonly forwarding: Readonly<Record<Forwarding, string>>;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const [arrow, blank, colon, newline] = [bytes('  -> '), bytes(' '), bytes(':'), bytes('\n')];

export function listingForms(language: ListingLanguage): TableForms {
  const protocols = protocolWords(language.protocols);
  const methods = forwardingWords(language.forwarding);
  return {
    plain(sink, rows, row) {
      const line = sink.column;
      sink.ascii(protocols[rows.protocol(row)] as Uint8Array);
      sink.pad(line, 5);
      sink.address(rows.address(row));
      sink.field(colon, rows.port(row));
      sink.ascii(blank);
      sink.ascii(rows.scheduler(row).bytes);
      sink.ascii(newline);
    },
    head: service => `${language.service(service)}\n`,
    server(sink, entries, place) {
      sink.ascii(arrow);
      const name = sink.column;
      sink.address(entries.address(place));
      sink.field(colon, entries.port(place));
      sink.pad(name, 29);
      const method = sink.column;
      sink.ascii(methods[entries.forwarding(place)] as Uint8Array);
      sink.pad(method, 8);
      const weight = sink.column;
      sink.number(entries.weight(place));
      sink.pad(weight, 6);
      sink.ascii(blank);
      const active = sink.column;
      sink.number(entries.active(place));
      sink.pad(active, 11);
      const inactive = sink.column;
      sink.number(entries.inactive(place));
      sink.pad(inactive, 10);
      sink.ascii(newline);
    },
  };
}
