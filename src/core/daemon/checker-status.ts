// What the checker process can be asked: the records of its checkers and of the pool, and the plan from the file to what is in force.
// Spec: DESIGN "desired state, then a plan": drift is the plan between the table without and with what operators have set.

import { type CheckRecord, checkRecord } from '../check/index.ts';
import { type DriftRecord, printKey } from '../control/index.ts';
import {
  type DestinationId,
  destinationKey,
  type Operation,
  plan,
  type ServiceId,
  serviceKey,
} from '../ipvs/index.ts';
import { desiredServices, type PoolRecord, poolRecordOf, servicesOfFile } from '../pool/index.ts';
import { bounded } from '../schema.ts';
import type { CheckerProcess } from './checker-state.ts';

export const driftKey = 'drift';
export const checkKey = (id: string): string => `check ${id}`;

type CheckerProcessRecord =
  | PoolRecord
  | { readonly kind: 'check'; readonly record: CheckRecord }
  | { readonly kind: 'drift'; readonly record: DriftRecord };

/** So many differences are named. */
const mostDifferences = 100;

/** The operations that lead from what the file asks for to what operators have made of it. Costs the services that they touched. */
export function driftOf({ pool }: CheckerProcess): readonly Operation[] {
  return [...servicesOfFile(pool)].flatMap(([key, ofFile]) =>
    plan(ofFile, desiredServices(pool, key), { prune: true }),
  );
}

const shownService = (id: ServiceId): string => printKey(serviceKey(id));
const shownServer = (id: DestinationId): string => printKey(destinationKey(id));

/** One operation of the plan as a clause for people. */
const differences: {
  readonly [K in Operation['kind']]: (operation: Extract<Operation, { readonly kind: K }>) => string;
} = {
  'add-service': ({ service }) => `${shownService(service.id)} is added`,
  'edit-service': ({ service }) => `${shownService(service.id)} has other settings`,
  'remove-service': ({ id }) => `${shownService(id)} is removed`,
  'add-destination': ({ service, destination }) =>
    `${shownServer(destination)} of ${shownService(service)} is in with weight ${destination.weight} (file: out)`,
  'edit-destination': ({ service, destination, before }) =>
    `${shownServer(destination)} of ${shownService(service)} has weight ${destination.weight} (file: ${before.weight})`,
  'remove-destination': ({ service, destination }) =>
    `${shownServer(destination)} of ${shownService(service)} is out (file: in)`,
};

const printDifference = (operation: Operation): string =>
  bounded((differences[operation.kind] as (operation: Operation) => string)(operation));

/** The record behind a key of the news; undefined: there is no such subject any more. */
export function checkerRecordOf(process: CheckerProcess, key: string): CheckerProcessRecord | undefined {
  if (key === driftKey) {
    const named = driftOf(process).slice(0, mostDifferences).map(printDifference);
    return { kind: 'drift', record: { differences: named } };
  }
  if (!key.startsWith('check ')) return poolRecordOf(process.pool, key);
  const checker = process.checkers.get(key.slice('check '.length));
  return checker === undefined ? undefined : { kind: 'check', record: checkRecord(checker) };
}
