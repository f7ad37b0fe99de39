// Forms of a table in YAML: the lines of plain services and of IPv4 servers.
// Spec: ../print-yaml.ts and the table's document, whose lines these are; test/property/ipvs-stream.test.ts compares them.

import {
  forwardingDocuments,
  forwardingWords,
  type SchedulerName,
  settingsDocument,
  type TableForms,
} from '../../ipvs/index.ts';
import { printItems, printScalar } from '../print-yaml.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const margin = '    ';
const protocols: Readonly<Record<number, Uint8Array>> = {
  6: bytes('  - protocol: tcp\n    address: '),
  17: bytes('  - protocol: udp\n    address: '),
  132: bytes('  - protocol: sctp\n    address: '),
};
const [port, scheduler] = [bytes('\n    port: '), bytes('\n    scheduler: ')];
const [some, none] = ['destinations:\n', 'destinations: []\n'];
const [someBytes, noneBytes] = [bytes(`\n${margin}${some}`), bytes(`\n${margin}${none}`)];
const [server, serverPort] = [bytes('      - address: '), bytes('\n        port: ')];
const [forwarding, weight] = [bytes('\n        forwarding: '), bytes('\n        weight: ')];
const [upper, lower] = [bytes('\n        upperThreshold: '), bytes('\n        lowerThreshold: ')];
const newline = bytes('\n');
const methods = forwardingWords(forwardingDocuments);
const nothing = bytes('');

export function yamlForms(): TableForms {
  const schedulers = new Map<SchedulerName, Uint8Array>();
  const nameOf = (name: SchedulerName): Uint8Array => {
    const known = schedulers.get(name) ?? bytes(printScalar(name.text));
    schedulers.set(name, known);
    return known;
  };
  return {
    plain(sink, rows, row, servers) {
      sink.ascii(protocols[rows.protocol(row)] ?? nothing);
      sink.address(rows.address(row));
      sink.field(port, rows.port(row));
      sink.ascii(scheduler);
      sink.ascii(nameOf(rows.scheduler(row)));
      sink.ascii(servers === 0 ? noneBytes : someBytes);
    },
    head: (service, servers) =>
      `${printItems([settingsDocument(service)], '  ')}${margin}${servers === 0 ? none : some}`,
    server(sink, entries, place) {
      sink.ascii(server);
      sink.address(entries.address(place));
      sink.field(serverPort, entries.port(place));
      sink.ascii(forwarding);
      sink.ascii(methods[entries.forwarding(place)] ?? nothing);
      sink.field(weight, entries.weight(place));
      const [most, least] = [entries.upperThreshold(place), entries.lowerThreshold(place)];
      if (most > 0) sink.field(upper, most);
      if (least > 0) sink.field(lower, least);
      sink.ascii(newline);
    },
  };
}
