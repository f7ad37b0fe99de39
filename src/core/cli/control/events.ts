// `lvskit events`: what has happened since a number, and what happens from now on, a line each.
// Spec: docs/status.md, method events: numbers begin anew with each start of the daemon, which the epoch tells.

import { exitCodes, FaultError, unwrap } from '../../fault.ts';
import { followLocally } from '../../host/index.ts';
import { visible } from '../../visible.ts';
import { askDaemon, type DaemonOptions, noAnswer, requestOf, resultOf, socketOf } from './ask.ts';

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
    printListed(unwrap(await askDaemon(path, 'events', params)) as Listed, options);
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
      if (isFirst) {
        isFirst = false;
        printListed(unwrap(resultOf(path, line)) as Listed, options);
      } else printNotification(line, options);
      return true;
    },
    stop.signal,
  );
  if (!ended.ok) throw new FaultError(noAnswer(path, ended.fault));
  return exitCodes.ok;
}

function printListed({ epoch, events, next, lost }: Listed, { json, epoch: asked }: EventsOptions): void {
  if (json) process.stdout.write(`${JSON.stringify({ epoch, next, lost })}\n`);
  else if (asked !== undefined && asked !== epoch)
    process.stdout.write(`The daemon was started anew: numbers begin again (epoch ${visible(epoch)})\n`);
  else if (lost > 0) process.stdout.write(`${lost} earlier events are not kept any more\n`);
  for (const event of events) printEvent(event, json);
}

function printNotification(line: string, { json }: EventsOptions): void {
  const { method, params } = JSON.parse(line) as { readonly method: string; readonly params: unknown };
  if (method === 'event') printEvent(params as Event, json);
  else if (json) process.stdout.write(`${JSON.stringify({ lost: params })}\n`);
  else {
    const { first, last } = params as { readonly first: number; readonly last: number };
    process.stdout.write(
      `Events ${first} to ${last} were lost: this reader is too slow. Ask with --after ${first - 1}\n`,
    );
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
