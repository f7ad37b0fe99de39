// The answer to `status`: every record that is asked for, with dates instead of instants, and what follows from them.
// Spec: schemas.ts. An answer costs what it holds.

import { bounded, mapInstants } from '../schema.ts';
import { between, type Instant, inSeconds } from '../time.ts';
import { type Child, type Copy, subjectName } from './copy.ts';
import { problemsOf } from './health.ts';
import { type Entry, historyOf } from './journal.ts';
import { readKey } from './keys.ts';
import {
  daemonSchema,
  eventSchema,
  type ProcessRecord,
  processSchema,
  type RecordKind,
  recordSchemas,
  type Status,
  statusVersion,
} from './schemas.ts';

/** Now, on our clock and on the wall. */
export interface Clock {
  readonly now: Instant;
  /** Milliseconds since 1970. */
  readonly wall: number;
}

/** What only the operating system knows of processes. */
export interface Memories {
  readonly own: { readonly pid: number; readonly memory: number; readonly since: Instant };
  /** Resident bytes; undefined: no such process. */
  of(pid: number): number | undefined;
}

const dateOf = ({ now, wall }: Clock, at: number): string =>
  new Date(wall - (now - at) / 1_000).toISOString();

const lists = {
  instance: 'instances',
  group: 'groups',
  script: 'scripts',
  interface: 'interfaces',
  service: 'services',
  server: 'servers',
  check: 'checks',
  refused: 'refused',
  drift: 'differences',
} as const satisfies Record<RecordKind, keyof Status>;

export const eventOf = (entry: Entry, clock: Clock): unknown =>
  mapInstants(eventSchema, entry, at => dateOf(clock, at));

function processRecords(
  copy: Copy,
  clock: Clock,
  memories: Memories,
): readonly Status['processes'][number][] {
  const { own } = memories;
  const supervisor: ProcessRecord = {
    name: 'supervisor',
    state: 'running',
    since: own.since,
    cause: 'runs',
    pid: own.pid,
    restarts: 0,
    memory: own.memory,
  };
  const children = [...copy.children].map(([name, child]) => childRecord(name, child, clock, memories));
  return [supervisor, ...children].map(
    record => mapInstants(processSchema, record, at => dateOf(clock, at)) as Status['processes'][number],
  );
}

function childRecord(
  name: ProcessRecord['name'],
  { state, since, cause, pid, restarts, sequence, heardAt, pending, lateness }: Child,
  { now }: Clock,
  memories: Memories,
): ProcessRecord {
  const lives = state === 'starting' || state === 'running' || state === 'stopping';
  const memory = pid === undefined || !lives ? undefined : memories.of(pid);
  // Until it has said something itself, all that is known of its subjects is what its predecessor said.
  const speaks = sequence > 1 || restarts === 0;
  return {
    name,
    state: state === 'running' && !speaks ? 'starting' : state,
    since,
    cause,
    restarts,
    ...(pid === undefined || !lives ? {} : { pid }),
    ...(heardAt === undefined ? {} : { heardAt, silence: inSeconds(between(heardAt, now)), pending }),
    ...(lateness === undefined
      ? {}
      : { lateness: { last: inSeconds(lateness.last), worst: inSeconds(lateness.worst) } }),
    ...(memory === undefined ? {} : { memory }),
  };
}

const withoutProtocol = (name: string): string => name.replace(/^(tcp|udp|sctp) /, '');

/** Whether a subject is meant by a word: its name, or for servers and checks a part that says which. */
function isMeant(given: string, kind: RecordKind, record: { readonly name?: string }): boolean {
  const { name = '' } = record;
  if (name === given) return true;
  const word = readKey(given);
  if (name === word) return true;
  const { virtualServer, realServer, displayName } = record as Readonly<Record<string, string | undefined>>;
  switch (kind) {
    case 'service':
      return displayName === given || withoutProtocol(name) === word;
    case 'server':
      return (
        virtualServer === word ||
        withoutProtocol(virtualServer ?? '') === word ||
        `${virtualServer} > ${name}` === word
      );
    case 'refused':
      return (record as { readonly owners?: readonly string[] }).owners?.includes(given) ?? false;
    case 'check':
      return virtualServer === word || realServer === word || `${virtualServer} > ${realServer}` === word;
    default:
      return false;
  }
}

/** Everything, or with `name` what that names, with its history. undefined: nothing has that name. */
export function statusOf(copy: Copy, clock: Clock, memories: Memories, name?: string): Status | undefined {
  const found = new Map<keyof Status, unknown[]>(Object.values(lists).map(list => [list, []]));
  const history: Entry[] = [];
  for (const { records, offset } of copy.children.values()) {
    for (const { kind, record } of records.values()) {
      if (name !== undefined && !isMeant(name, kind, record)) continue;
      const dated = mapInstants(recordSchemas[kind], record, at => dateOf(clock, at + offset));
      const list = found.get(lists[kind]) as unknown[];
      if (kind === 'drift') list.push(...(dated as { readonly differences: readonly string[] }).differences);
      else list.push(dated);
      if (name !== undefined) history.push(...historyOf(copy.journal, kind, subjectName({ kind, record })));
    }
  }
  if (name !== undefined && [...found.values()].every(list => list.length === 0)) return undefined;
  const facts = {
    time: dateOf(clock, clock.now),
    daemon: mapInstants(daemonSchema, copy.daemon, at => dateOf(clock, at)) as Status['daemon'],
    processes: processRecords(copy, clock, memories),
    ...(Object.fromEntries(found) as unknown as Pick<Status, (typeof lists)[RecordKind]>),
  };
  // An override of a priority is a difference as well; the instance's record has it.
  const priorities = facts.instances.flatMap(({ name: instance, priority }) =>
    priority.override === undefined
      ? []
      : [bounded(`${instance}: priority ${priority.override} by an operator (file: ${priority.configured})`)],
  );
  const whole = { ...facts, differences: [...priorities, ...facts.differences] };
  return {
    schema: statusVersion,
    ...whole,
    problems: problemsOf(whole),
    ...(name === undefined
      ? {}
      : {
          history: history
            .sort((a, b) => a.sequence - b.sequence)
            .map(entry => eventOf(entry, clock) as NonNullable<Status['history']>[number]),
        }),
  };
}
