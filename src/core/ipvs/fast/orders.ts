// The orders in which a table is printed, computed on columns: the kernel's, ours (../order.ts) and ipvsadm's (../ipvsadm/order.ts).
// Spec: those two files, which order objects; test/property/ipvs-stream.test.ts compares them.

import { compareKeys, type Keyed, keyed } from '../ipvsadm/order.ts';
import type { ServiceId } from '../model.ts';
import { compareServices } from '../order.ts';
import { type ComparePlaces, mergeOrder } from './merge-order.ts';
import type { ServerEntries } from './server-entries.ts';
import type { ServiceRows } from './service-rows.ts';

/** The places of rows and entries in the order in which they are to be printed. */
export interface TableOrder {
  rows(rows: ServiceRows): ArrayLike<number>;
  entries(entries: ServerEntries): ArrayLike<number>;
}

const ascending = (size: number): number[] => Array.from({ length: size }, (_, place) => place);

/** As the kernel tells them. */
export const kernelOrder: TableOrder = {
  rows: rows => ascending(rows.size),
  entries: entries => ascending(entries.size),
};

const one = [0] as const;

type Difference = (a: number, b: number) => number;

const orderEntries = (entries: ServerEntries, difference: Difference): Uint32Array =>
  mergeOrder(
    entries.size,
    (a, b) => difference(entries.address(a), entries.address(b)) || entries.port(a) - entries.port(b),
  );

/** An order by addresses, signed numbers, whose difference is what `difference` says. */
function orderBy(
  difference: Difference,
  compareAll: (ids: readonly ServiceId[]) => ComparePlaces,
): TableOrder {
  return {
    rows(rows) {
      if (!rows.allPlain)
        return mergeOrder(rows.size, compareAll(ascending(rows.size).map(row => rows.id(row))));
      return mergeOrder(
        rows.size,
        (a, b) =>
          rows.protocol(a) - rows.protocol(b) ||
          difference(rows.address(a), rows.address(b)) ||
          rows.port(a) - rows.port(b),
      );
    },
    // Most services of a great table have one server.
    entries: entries => (entries.size === 1 ? one : orderEntries(entries, difference)),
  };
}

/** Services by mark, family, protocol, address and port; servers by address and port. */
export const trueOrder = orderBy(
  (a, b) => (a >>> 0) - (b >>> 0),
  ids => (a, b) => compareServices(ids[a] as ServiceId, ids[b] as ServiceId),
);

/** The same with differences of addresses taken for signed numbers. */
export const ipvsadmOrder = orderBy(
  (a, b) => (a - b) | 0,
  ids => {
    const keys = ids.map(id => keyed(undefined, id));
    return (a, b) => compareKeys(keys[a] as Keyed<undefined>, keys[b] as Keyed<undefined>);
  },
);
