// IPVS's socket options of a kernel with a table, as a function: struct in, struct out. Beside kernel.ts, which is its netlink.
// Truth: linux/ip_vs.h struct ip_vs_service_entry, ip_vs_dest_entry on a 64-bit machine; __ip_vs_get_dest_entries leaves out other families.

import { forwardingNumbers } from '../../src/core/ipvs/constants.ts';
import {
  protocolNumbers,
  type ReadOption,
  type Service,
  type ServiceId,
  serviceFamily,
} from '../../src/core/ipvs/index.ts';
import { familyOf, putAddress } from '../../src/core/net/index.ts';
import { littleEndian, viewOf } from '../../src/core/netlink/index.ts';
import { connections } from './kernel.ts';

/** Where struct ip_vs_service_entry and the question for servers have the identity: protocol, address, port, mark. */
function putId(id: ServiceId, bytes: Uint8Array, at: number): void {
  const view = viewOf(bytes);
  if (id.kind === 'fwmark') view.setUint32(at + 12, id.mark, littleEndian);
  else {
    view.setUint16(at, protocolNumbers[id.protocol], littleEndian);
    putAddress(id.address, bytes, at + 4);
    view.setUint16(at + 8, id.port, false);
  }
}

/** The identity of a service as it stands in a struct. */
function nameOf(id: ServiceId): string {
  const bytes = new Uint8Array(16);
  putId(id, bytes, 0);
  return Buffer.from(bytes).toString('latin1');
}

/** IPv4 services by what names them, made once for each table. */
const tables = new WeakMap<readonly Service[], ReadonlyMap<string, Service>>();
function shownOf(table: readonly Service[]): ReadonlyMap<string, Service> {
  const shown =
    tables.get(table) ??
    new Map(
      table.filter(({ id }) => serviceFamily(id) === 'inet').map(service => [nameOf(service.id), service]),
    );
  tables.set(table, shown);
  return shown;
}

/** Refuses lengths that do not fit, as the kernel does. `asked` counts the questions. */
export function fakeOptions(table: () => readonly Service[]): { read: ReadOption; asked(): number } {
  let asked = 0;
  const read: ReadOption = (option, bytes, length) => {
    const view = viewOf(bytes);
    const services = shownOf(table());
    asked++;
    if (option === 1153) {
      view.setUint32(8, services.size, littleEndian);
      return length === 12;
    }
    if (option === 1154) {
      if (length !== 8 + view.getUint32(0, littleEndian) * 104) return false;
      for (const [index, { id, destinations }] of [...services.values()].entries()) {
        putId(id, bytes, 8 + index * 104);
        view.setUint32(8 + index * 104 + 44, destinations.length, littleEndian);
      }
      return true;
    }
    const wanted = view.getUint32(16, littleEndian);
    if (option !== 1156 || length !== 24 + wanted * 96) return false;
    const service = services.get(Buffer.from(bytes.subarray(0, 16)).toString('latin1'));
    if (service === undefined) return false;
    const shown = service.destinations.filter(({ address }) => familyOf(address) === 'inet');
    for (const [index, one] of shown.slice(0, wanted).entries()) {
      const at = 24 + index * 96;
      putAddress(one.address, bytes, at);
      view.setUint16(at + 4, one.port, false);
      // Bits beyond the method are there too: IP_VS_CONN_F_HASHED and others.
      view.setUint32(at + 8, forwardingNumbers[one.forwarding] | 0x100, littleEndian);
      view.setInt32(at + 12, one.weight, littleEndian);
      view.setUint32(at + 16, one.upperThreshold, littleEndian);
      view.setUint32(at + 20, one.lowerThreshold, littleEndian);
      for (const [field, value] of connections(one.address).entries())
        view.setUint32(at + 24 + field * 4, value, littleEndian);
    }
    return true;
  };
  return { read, asked: () => asked };
}
