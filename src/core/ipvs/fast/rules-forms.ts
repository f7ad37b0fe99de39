// Forms of `ipvsadm -S -n`: the lines of plain services and of IPv4 servers.
// Spec: ../text-print.ts and ../ipvsadm/listing.ts, whose lines these are; test/property/ipvs-stream.test.ts compares them.

import type { Forwarding, ObservedService, Protocol } from '../model.ts';
import type { TableForms } from './printer.ts';
import { forwardingWords, protocolWords } from './words.ts';

export interface RulesLanguage {
  /** `-A ...` without newline. */
  service(service: ObservedService): string;
  /** `-t 10.0.0.1:80`, `-f 5`. */
  name(service: ObservedService): string;
  readonly protocols: Readonly<Record<Protocol, string>>;
  readonly forwarding: Readonly<Record<Forwarding, string>>;
  /** Whether -x and -y are written. */
  readonly thresholds: boolean;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const nothing = bytes('');
const [add, addServer, scheduler, newline] = [bytes('-A '), bytes('-a '), bytes(' -s '), bytes('\n')];
const [real, blank, weight] = [bytes(' -r '), bytes(' '), bytes(' -w ')];
const [upper, lower, colon] = [bytes(' -x '), bytes(' -y '), bytes(':')];

export function rulesForms(language: RulesLanguage): TableForms {
  const { tcp, udp, sctp } = language.protocols;
  const protocols = protocolWords({ tcp: `${tcp} `, udp: `${udp} `, sctp: `${sctp} ` });
  const options = forwardingWords(language.forwarding);
  /** What the lines of the present service's servers begin with; empty for a plain one, of which only numbers are kept. */
  let start = nothing;
  let [name, address, port] = [nothing, 0, 0];
  return {
    plain(sink, rows, row) {
      start = nothing;
      name = protocols[rows.protocol(row)] as Uint8Array;
      address = rows.address(row);
      port = rows.port(row);
      sink.ascii(add);
      sink.ascii(name);
      sink.address(address);
      sink.field(colon, port);
      sink.ascii(scheduler);
      sink.ascii(rows.scheduler(row).bytes);
      sink.ascii(newline);
    },
    head(service) {
      start = bytes(`-a ${language.name(service)} -r `);
      return `${language.service(service)}\n`;
    },
    server(sink, entries, place) {
      if (start !== nothing) sink.ascii(start);
      else {
        sink.ascii(addServer);
        sink.ascii(name);
        sink.address(address);
        sink.field(colon, port);
        sink.ascii(real);
      }
      sink.address(entries.address(place));
      sink.field(colon, entries.port(place));
      sink.ascii(blank);
      sink.ascii(options[entries.forwarding(place)] as Uint8Array);
      sink.field(weight, entries.weight(place));
      if (language.thresholds) {
        const [most, least] = [entries.upperThreshold(place), entries.lowerThreshold(place)];
        if (most > 0) sink.field(upper, most);
        if (least > 0) sink.field(lower, least);
      }
      sink.ascii(newline);
    },
  };
}
