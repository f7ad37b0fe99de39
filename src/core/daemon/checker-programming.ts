// From changes of the pool to operations on the IPVS table: one destination for one real server, a plan for a whole virtual server.
// Spec: ipvs/plan.ts; the law (test/property/checker-process.test.ts): operations applied one by one give the plan of the whole.

import {
  applyToTable,
  destinationKey,
  type Operation,
  plan,
  planDestination,
  type Service,
  serviceKey,
  type Table,
} from '../ipvs/index.ts';
import { desiredDestinations, desiredServices } from '../pool/index.ts';
import type { Turn } from './checker-state.ts';

/** Notes that a real server's destinations, or (undefined) all services of a virtual server, are to be planned when the step ends. */
export function noteChange({ changed }: Turn, virtualServer: string, realServer: string | undefined): void {
  const noted = changed.get(virtualServer);
  if (noted === 'whole') return;
  if (realServer === undefined) changed.set(virtualServer, 'whole');
  else if (noted === undefined) changed.set(virtualServer, new Set([realServer]));
  else noted.add(realServer);
}

/** One batch for all that changed in this step: the smallest difference between the table and what is wanted. */
export function programChanges(turn: Turn): void {
  const { table } = turn.process;
  if (table === undefined || turn.changed.size === 0) return;
  const operations: Operation[] = [];
  const whole: string[] = [];
  for (const [virtualServer, realServers] of turn.changed) {
    if (realServers === 'whole' || !planServers(turn, table, virtualServer, realServers, operations))
      whole.push(virtualServer);
  }
  if (whole.length > 0) planWhole(turn, table, whole, operations);
  if (operations.length > 0) turn.effects.push({ kind: 'program', operations });
}

/** False when the table lacks one of the services: then the whole virtual server is to be planned. */
function planServers(
  { process }: Turn,
  table: Table,
  virtualServer: string,
  realServers: ReadonlySet<string>,
  operations: Operation[],
): boolean {
  for (const realServer of realServers) {
    for (const { service, id, destination } of desiredDestinations(process.pool, virtualServer, realServer)) {
      const entry = table.get(serviceKey(service));
      if (entry === undefined) return false;
      const operation = planDestination(service, id, entry.destinations.get(destinationKey(id)), destination);
      if (operation === undefined) continue;
      applyToTable(table, operation);
      operations.push(operation);
    }
  }
  return true;
}

function planWhole(
  { process }: Turn,
  table: Table,
  virtualServers: readonly string[],
  operations: Operation[],
): void {
  const { pool, owned } = process;
  const wanted = virtualServers.map(key => {
    const desired = desiredServices(pool, key);
    return { key, desired, keys: desired.map(({ id }) => serviceKey(id)) };
  });
  // A service that passes from one virtual server to another (into a group, say) must not be removed by the former.
  const claimed = new Set(wanted.flatMap(({ keys }) => keys));
  const planned: Operation[] = [];
  // A service that several virtual servers name is the same for each: planned once.
  const done = new Set<string>();
  for (const { key, desired, keys } of wanted) {
    const former = (owned.get(key) ?? []).filter(service => !claimed.has(service));
    const open = new Set([...former, ...keys].filter(service => !done.has(service)));
    const missing = done.size === 0 ? desired : desired.filter(({ id }) => open.has(serviceKey(id)));
    for (const operation of plan(observedServices(table, open), missing, { prune: true }))
      planned.push(operation);
    for (const service of open) done.add(service);
    if (keys.length === 0) owned.delete(key);
    else owned.set(key, keys);
  }
  for (const operation of planned) {
    applyToTable(table, operation);
    operations.push(operation);
  }
}

function observedServices(table: Table, keys: ReadonlySet<string>): Service[] {
  const services: Service[] = [];
  for (const key of keys) {
    const entry = table.get(key);
    if (entry !== undefined)
      services.push({ ...entry.service, destinations: [...entry.destinations.values()] });
  }
  return services;
}
