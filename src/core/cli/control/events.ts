// `lvskit events`: what has happened since a number, and what happens from now on, a line each.
// Spec: docs/status.md, method events: numbers begin anew with each start of the daemon, which the epoch tells.

import { exitCodes, type Fault, FaultError, fail, type Outcome, succeed, unwrap } from '../../fault.ts';
import { followLocally } from '../../host/index.ts';
import { visible } from '../../visible.ts';
import { askDaemon, type DaemonOptions, noAnswer, requestOf, resultOf, socketOf, strange } from './ask.ts';

export interface EventsOptions extends DaemonOptions {
  readonly after: number | undefined;
  readonly epoch: string | undefined;
  readonly follow: boolean;
  readonly json: boolean;
}

interface Event {
  readonly sequence: number;
  readonly kind: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly cause: string;
  readonly at: string;
}

interface Listed {
  readonly epoch: string;
  readonly events: readonly Event[];
  readonly next: number;
  readonly lost: number;
}

/** Prints events; ends with 0 when all are printed, or when a signal ends it. */
export async function showEvents(options: EventsOptions): Promise<number> {
  const path = socketOf(options);
  const { after, epoch, follow } = options;
  const params = {
    ...(after === undefined ? {} : { after }),
    ...(epoch === undefined ? {} : { epoch }),
  };
  if (!follow) {
    unwrap(printListed(path, await askDaemon(path, 'events', params), options));
    return exitCodes.ok;
  }
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  process.stdout.once('error', end);
  let isFirst = true;
  const ended = await followLocally(
    path,
    requestOf('events', { ...params, follow }),
    line => {
      if (!isFirst) return printNotification(path, line, options);
      isFirst = false;
      const listed = printListed(path, resultOf(path, line), options);
      return listed.ok ? undefined : listed.fault;
    },
    stop.signal,
  );
  if (!ended.ok)
    throw new FaultError(ended.fault.code === 'socket-failed' ? noAnswer(path, ended.fault) : ended.fault);
  return exitCodes.ok;
}

const isEvent = (value: unknown): value is Event => {
  const { sequence, ...texts } = (value ?? {}) as Event;
  const { kind, name, from, to, cause, at } = texts;
  return (
    Number.isSafeInteger(sequence) &&
    [kind, name, from, to, cause, at].every(text => typeof text === 'string')
  );
};

const isListed = (value: unknown): value is Listed => {
  const { epoch, events, next, lost } = (value ?? {}) as Listed;
  return (
    typeof epoch === 'string' &&
    Array.isArray(events) &&
    events.every(isEvent) &&
    [next, lost].every(Number.isSafeInteger)
  );
};

function printListed(
  path: string,
  answer: Outcome<unknown>,
  { json, epoch: asked }: EventsOptions,
): Outcome<undefined> {
  if (!answer.ok) return answer;
  if (!isListed(answer.value)) return fail(strange(path, 'its answer lists no events'));
  const { epoch, events, next, lost } = answer.value;
  if (json) process.stdout.write(`${JSON.stringify({ epoch, next, lost })}\n`);
  else if (asked !== undefined && asked !== epoch)
    process.stdout.write(`The daemon was started anew: numbers begin again (epoch ${visible(epoch)})\n`);
  else if (lost > 0) process.stdout.write(`${lost} earlier events are not kept any more\n`);
  for (const event of events) printEvent(event, json);
  return succeed(undefined);
}

/** Returns why the line is no notification of a daemon of ours. */
function printNotification(path: string, line: string, { json }: EventsOptions): Fault | undefined {
  const { method, params } = readNotification(line);
  if (method === 'event' && isEvent(params)) printEvent(params, json);
  else if (method !== 'lost' || !isLoss(params)) return strange(path, 'a notification cannot be read');
  else if (json) process.stdout.write(`${JSON.stringify({ lost: params })}\n`);
  else {
    const { first, last } = params;
    process.stdout.write(
      `Events ${first} to ${last} were lost: this reader is too slow. Ask with --after ${first - 1}\n`,
    );
  }
  return undefined;
}

interface Loss {
  readonly first: number;
  readonly last: number;
}

const isLoss = (value: unknown): value is Loss => {
  const { first, last } = (value ?? {}) as Loss;
  return [first, last].every(Number.isSafeInteger);
};

function readNotification(line: string): { readonly method?: unknown; readonly params?: unknown } {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {};
  }
}

function printEvent(event: Event, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(event)}\n`);
    return;
  }
  const { sequence, at, kind, name, from, to, cause } = event;
  process.stdout.write(
    `${at} ${sequence} ${visible(kind)} ${visible(name)}: ${visible(from)} -> ${visible(to)}: ${visible(cause)}\n`,
  );
}
