// Asks, before the first write of a plan, what the kernel would refuse in it: an unknown scheduler or persistence engine, servers of the
// other address family beside a synchronization daemon.
// Spec: ip_vs_add_service and ip_vs_genl_parse_dest of Linux; IpvsClient.knows.

import { fail, type Outcome, succeed } from '../../fault.ts';
import {
  type IpvsClient,
  type ObservedService,
  type Operation,
  type ServiceDefinition,
  serviceFamily,
} from '../../ipvs/index.ts';
import { familyOf } from '../../net/index.ts';
import { refusePlaces } from '../refuse-text.ts';
import type { Shown } from './present.ts';
import { carryOut } from './report.ts';
import { serverWord, serviceWord } from './words.ts';

type Judge = Pick<IpvsClient, 'knows' | 'daemons'>;

/** What a plan brings that the kernel might not have, with the first service that wants it. */
interface Wanted {
  readonly kind: 'scheduler' | 'engine';
  readonly name: string;
  readonly service: ServiceDefinition;
}

/** Names that no service of the table uses yet, schedulers first: what is in use is loaded. */
function wantedNames(
  observed: readonly ObservedService[],
  operations: readonly Operation[],
): readonly Wanted[] {
  const known = new Set<string>();
  for (const { scheduler, engine } of observed) {
    known.add(`scheduler ${scheduler}`);
    known.add(`engine ${engine ?? ''}`);
  }
  const wanted = new Map<string, Wanted>();
  for (const operation of operations) {
    if (operation.kind !== 'add-service' && operation.kind !== 'edit-service') continue;
    const { service } = operation;
    for (const kind of ['scheduler', 'engine'] as const) {
      const name = service[kind];
      const key = `${kind} ${name}`;
      if (name !== undefined && !known.has(key) && !wanted.has(key)) wanted.set(key, { kind, name, service });
    }
  }
  return [...wanted.values()].sort((a, b) => Number(a.kind === 'engine') - Number(b.kind === 'engine'));
}

const engineOf = ({ kind, name }: Wanted) => (kind === 'engine' ? name : undefined);

/** Servers that the plan adds or changes and that are of the other family than their service. */
const mixedServers = (operations: readonly Operation[]): readonly string[] =>
  operations.flatMap(operation => {
    if (operation.kind !== 'add-destination' && operation.kind !== 'edit-destination') return [];
    const { service, destination } = operation;
    if (familyOf(destination.address) === serviceFamily(service)) return [];
    return [`${serviceWord(service)} ${serverWord(destination)}`];
  });

/** What the kernel would refuse, as a fault with every place; nothing was written. */
export async function judgePlan(
  client: Judge,
  observed: readonly ObservedService[],
  operations: readonly Operation[],
): Promise<Outcome<void>> {
  const places: string[] = [];
  const unknown = new Set<string>();
  for (const wanted of wantedNames(observed, operations)) {
    const scheduler = wanted.kind === 'scheduler' ? wanted.name : wanted.service.scheduler;
    // The kernel's answer would be about the scheduler.
    if (wanted.kind === 'engine' && unknown.has(scheduler)) continue;
    const known = await client.knows(scheduler, engineOf(wanted));
    if (!known.ok) return known;
    if (known.value) continue;
    if (wanted.kind === 'scheduler') unknown.add(scheduler);
    const what = wanted.kind === 'scheduler' ? 'scheduler' : 'persistence engine';
    places.push(`${serviceWord(wanted.service.id)}: the kernel does not have the ${what} '${wanted.name}'`);
  }
  const mixed = mixedServers(operations);
  if (mixed.length > 0) {
    const daemons = await client.daemons();
    if (!daemons.ok) return daemons;
    if (daemons.value.length > 0)
      places.push(
        ...mixed.map(
          words => `${words}: other address family, not possible while a synchronization daemon runs`,
        ),
      );
  }
  if (places.length === 0) return succeed(undefined);
  const refused = refusePlaces('the plan', places);
  return fail({
    ...refused.fault,
    code: 'netlink-refused',
    remedy:
      'Nothing was changed. A scheduler is a module of the kernel (modprobe ip_vs_NAME); lvskit sync stop ends a synchronization daemon.',
  });
}

/** Makes the changes of a plan and reports them, or with `dryRun` only shows them. Nothing is changed where the kernel would refuse a part. */
export async function carryOutJudged(
  client: Judge & Pick<IpvsClient, 'apply'>,
  observed: readonly ObservedService[],
  operations: readonly Operation[],
  dryRun: boolean,
): Promise<Outcome<Shown>> {
  const judged = await judgePlan(client, observed, operations);
  return judged.ok ? carryOut(client, observed, operations, dryRun) : judged;
}
