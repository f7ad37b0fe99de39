// Carries out planned changes and says what was added, changed, removed and refused, with the connections that hang on what goes.
// Spec: ipvs/plan.ts; the document is schema lvskit/ipvs/1, kind changes.

import { exitCodes, type Fault, fail, type Outcome, succeed } from '../../fault.ts';
import {
  type Destination,
  destinationDocument,
  destinationKey,
  type IpvsClient,
  type ObservedService,
  type Operation,
  schemaName,
  serviceKey,
  settingsDocument,
  subjectOf,
} from '../../ipvs/index.ts';
import { paint } from './columns.ts';
import type { Shown } from './present.ts';
import { forwardingCell, settingsCell } from './render.ts';
import { serverWord, serviceWord } from './words.ts';

type Action = 'added' | 'changed' | 'removed';

interface ChangeDocument {
  readonly action: Action;
  readonly service: string;
  readonly server?: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Live connections of what is removed. */
  readonly connections?: { readonly active: number; readonly inactive: number };
  /** Why the kernel did not do it. */
  readonly refused?: string;
}

const signs = { added: '+', changed: '~', removed: '-' } as const satisfies Record<Action, string>;

/** Connections of a service or of one of its servers. */
function connectionsOf(service: ObservedService | undefined, key?: string) {
  const servers = (service?.destinations ?? []).filter(
    one => key === undefined || destinationKey(one) === key,
  );
  return {
    active: servers.reduce((sum, one) => sum + one.activeConnections, 0),
    inactive: servers.reduce((sum, one) => sum + one.inactiveConnections, 0),
  };
}

function describe(operation: Operation, observed: ReadonlyMap<string, ObservedService>): ChangeDocument {
  switch (operation.kind) {
    case 'add-service':
      return {
        action: 'added',
        service: serviceWord(operation.service.id),
        after: settingsDocument(operation.service),
      };
    case 'edit-service':
      return {
        action: 'changed',
        service: serviceWord(operation.service.id),
        before: settingsDocument(operation.before),
        after: settingsDocument(operation.service),
      };
    case 'remove-service':
      return {
        action: 'removed',
        service: serviceWord(operation.id),
        connections: connectionsOf(observed.get(serviceKey(operation.id))),
      };
    case 'add-destination':
      return {
        action: 'added',
        service: serviceWord(operation.service),
        server: serverWord(operation.destination),
        after: destinationDocument(operation.destination),
      };
    case 'edit-destination':
      return {
        action: 'changed',
        service: serviceWord(operation.service),
        server: serverWord(operation.destination),
        before: destinationDocument(operation.before),
        after: destinationDocument(operation.destination),
      };
    case 'remove-destination':
      return {
        action: 'removed',
        service: serviceWord(operation.service),
        server: serverWord(operation.destination),
        connections: connectionsOf(
          observed.get(serviceKey(operation.service)),
          destinationKey(operation.destination),
        ),
      };
  }
}

const serverCell = (one: Destination): string =>
  [
    forwardingCell(one),
    `weight ${one.weight}`,
    ...(one.upperThreshold + one.lowerThreshold > 0
      ? [`limits ${one.upperThreshold}/${one.lowerThreshold}`]
      : []),
  ].join(', ');

/** What follows the subject in a line for people. */
function detail(operation: Operation, { connections }: ChangeDocument): string {
  switch (operation.kind) {
    case 'add-service':
      return `${operation.service.scheduler} ${settingsCell(operation.service)}`.trimEnd();
    case 'edit-service': {
      const words = [operation.before, operation.service].map(one =>
        `${one.scheduler} ${settingsCell(one)}`.trimEnd(),
      );
      return words.join(' -> ');
    }
    case 'add-destination':
      return serverCell(operation.destination);
    case 'edit-destination':
      return `${serverCell(operation.before)} -> ${serverCell(operation.destination)}`;
    case 'remove-service':
    case 'remove-destination':
      return `${connections?.active ?? 0} active, ${connections?.inactive ?? 0} inactive connections`;
  }
}

const summary = (changes: readonly ChangeDocument[]): string => {
  const count = (action: Action) => changes.filter(one => one.action === action && !one.refused).length;
  const refused = changes.filter(one => one.refused !== undefined).length;
  const words = `${count('added')} added, ${count('changed')} changed, ${count('removed')} removed`;
  return refused === 0 ? words : `${words}, ${refused} refused`;
};

/** Operations as an answer. `refusals` by position; `done` false where they are only planned. */
export function reportChanges(
  operations: readonly Operation[],
  observed: readonly ObservedService[],
  refusals: ReadonlyMap<number, Fault>,
  done: boolean,
): Shown {
  const byKey = new Map(observed.map(service => [serviceKey(service.id), service]));
  const changes = operations.map((operation, index): ChangeDocument => {
    const refusal = refusals.get(index);
    const change = describe(operation, byKey);
    return refusal === undefined ? change : { ...change, refused: wordsOf(operation, refusal) };
  });
  return {
    document: { schema: schemaName, done, changes },
    exit: refusals.size > 0 ? exitCodes.failure : exitCodes.ok,
    text() {
      if (changes.length === 0) return 'Nothing to do.\n';
      const colour = paint();
      const colours = { added: colour.green, changed: colour.yellow, removed: colour.red };
      const lines = changes.map((change, index) => {
        const subject = change.server === undefined ? change.service : `${change.service} ${change.server}`;
        const operation = operations[index];
        const rest = operation === undefined ? '' : detail(operation, change);
        const line = colours[change.action](`${signs[change.action]} ${subject}  ${rest}`.trimEnd());
        return change.refused === undefined ? line : `${line}\n  ${colour.red(`refused: ${change.refused}`)}`;
      });
      return `${lines.join('\n')}\n${done ? summary(changes) : `${summary(changes)} (planned)`}\n`;
    },
  };
}

/** The kernel's refusal without the subject in front. */
const wordsOf = (operation: Operation, { message }: Fault): string =>
  message.replace(`${subjectOf(operation)}: `, '');

/** Carries the operations out and reports them. */
export async function carryOut(
  client: Pick<IpvsClient, 'apply'>,
  observed: readonly ObservedService[],
  operations: readonly Operation[],
  dryRun: boolean,
): Promise<Outcome<Shown>> {
  if (dryRun) return succeed(reportChanges(operations, observed, new Map(), false));
  const refusals = new Map<number, Fault>();
  // What is deleted last is only deleted where everything before it was done: the file's new services may stand in for it.
  const others = operations.findLastIndex(({ kind }) => kind !== 'remove-service') + 1;
  const done = await client.apply(operations.slice(0, others));
  const refused = done.some(outcome => !outcome.ok);
  const removals = operations.slice(others);
  const removed = refused ? removals.map(() => fail(notTried)) : await client.apply(removals);
  for (const [index, outcome] of [...done, ...removed].entries())
    if (!outcome.ok) refusals.set(index, outcome.fault);
  return succeed(reportChanges(operations, observed, refusals, true));
}

const notTried: Fault = {
  code: 'netlink-refused',
  message: 'not deleted, because the kernel refused a change before it',
};

/** One operation: a refusal is the answer's fault. */
export async function carryOutOne(
  client: IpvsClient,
  observed: readonly ObservedService[],
  operation: Operation,
): Promise<Outcome<Shown>> {
  const [outcome] = await client.apply([operation]);
  if (outcome?.ok === false) {
    const subject = describe(operation, new Map());
    const words = subject.server === undefined ? subject.service : `${subject.service} ${subject.server}`;
    return fail({ ...outcome.fault, message: `${words}: ${wordsOf(operation, outcome.fault)}` });
  }
  return succeed(reportChanges([operation], observed, new Map(), true));
}
