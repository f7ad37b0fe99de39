// A table of services as the kernel would hold it after operations or rules, with the kernel's refusals.
// Spec: net/netfilter/ipvs semantics observed through ipvsadm 1.31 (EEXIST, ESRCH, ENOENT and ipvsadm's words for them).

import { type Destination, destinationKey, type Service, type ServiceId, serviceKey } from './model.ts';
import type { Operation } from './plan.ts';
import { refusalWords } from './refusal.ts';
import type { Rule } from './text-parse.ts';

export interface TableRefusal {
  readonly errno: 'EEXIST' | 'ESRCH' | 'ENOENT';
  readonly message: string;
}

/** Services by key, each with its destinations by key; insertion order is kept. */
export type Table = Map<string, { service: Service; destinations: Map<string, Destination> }>;

export const tableOf = (services: readonly Service[]): Table =>
  new Map(
    services.map(service => [
      serviceKey(service.id),
      { service, destinations: new Map(service.destinations.map(one => [destinationKey(one), one])) },
    ]),
  );

export const servicesOf = (table: Table): Service[] =>
  Array.from(table.values(), ({ service, destinations }) => ({
    ...service,
    destinations: [...destinations.values()],
  }));

/** The refusal with ipvsadm's words for this kind of operation. */
function refuse(kind: Operation['kind'], errno: TableRefusal['errno']): TableRefusal {
  const words: Readonly<Record<string, string>> = refusalWords[kind];
  return { errno, message: words[errno] ?? errno };
}

/** Changes `table` as the kernel would, or says why the kernel would not. */
export function applyToTable(table: Table, operation: Operation | Rule): TableRefusal | undefined {
  switch (operation.kind) {
    case 'add-service': {
      const key = serviceKey(operation.service.id);
      if (table.has(key)) return refuse(operation.kind, 'EEXIST');
      table.set(key, { service: { ...operation.service, destinations: [] }, destinations: new Map() });
      return undefined;
    }
    case 'edit-service': {
      const entry = table.get(serviceKey(operation.service.id));
      if (entry === undefined) return refuse(operation.kind, 'ESRCH');
      entry.service = { ...operation.service, destinations: [] };
      return undefined;
    }
    case 'remove-service':
      return table.delete(serviceKey(operation.id)) ? undefined : refuse(operation.kind, 'ESRCH');
    case 'add-destination':
    case 'edit-destination':
    case 'remove-destination':
      return changeDestination(table, operation);
    case 'clear':
      table.clear();
      return undefined;
    case 'zero':
      return zeroable(table, operation.id) ? undefined : { errno: 'ESRCH', message: 'No such service' };
  }
}

const zeroable = (table: Table, id: ServiceId | undefined): boolean =>
  id === undefined || table.has(serviceKey(id));

function changeDestination(
  table: Table,
  operation: Extract<Operation | Rule, { kind: `${string}-destination` }>,
): TableRefusal | undefined {
  const entry = table.get(serviceKey(operation.service));
  if (entry === undefined) return refuse(operation.kind, 'ESRCH');
  const key = destinationKey(operation.destination);
  const present = entry.destinations.has(key);
  switch (operation.kind) {
    case 'add-destination':
      if (present) return refuse(operation.kind, 'EEXIST');
      entry.destinations.set(key, operation.destination);
      return undefined;
    case 'edit-destination':
      if (!present) return refuse(operation.kind, 'ENOENT');
      entry.destinations.set(key, operation.destination);
      return undefined;
    case 'remove-destination':
      return entry.destinations.delete(key) ? undefined : refuse(operation.kind, 'ENOENT');
  }
}
