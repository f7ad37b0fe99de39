// What can be asked of holdings: a record for each address, route or rule that the kernel refuses. The type follows from the schema.
// Spec: docs/status.md. What is held as it should be needs no record: the instances' records count it.

import { bounded, type ValueOf } from '../schema.ts';
import { type Holdings, itemOfKey, nameOf } from './holdings.ts';

const text = { type: 'string' } as const;

export const refusedSchema = {
  type: 'object',
  properties: {
    /** `address 10.0.0.9/24 dev eth0`. */
    name: text,
    /** The instances that want it; empty: a static item of the file. */
    owners: { type: 'array', items: text, maxItems: 256 },
    cause: text,
  },
  optional: [],
} as const;
export type RefusedRecord = ValueOf<typeof refusedSchema>;

/** The record behind a key of the holdings' news; undefined: the kernel refuses it no longer, or nobody wants it. */
export function refusedRecord(holdings: Holdings, key: string): RefusedRecord | undefined {
  const item = itemOfKey(holdings, key);
  if (item?.refused === undefined || item.claims.size === 0) return undefined;
  const owners = [...item.claims.keys()].map(id => holdings.owners.get(id)?.label ?? '');
  return {
    name: bounded(nameOf(item)),
    owners: owners
      .filter(label => label !== '')
      .slice(0, 256)
      .map(label => bounded(label)),
    cause: bounded(item.refused.errno ?? item.refused.message),
  };
}
