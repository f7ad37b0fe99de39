// `rs drain`: weight 0, wait until the connections are gone, then delete the server or keep it; `--undo` gives the weight back.
// Spec: ipvsadm(8) -e -w 0; the weight before stands in a file under /run/lvskit/drained, one per network namespace and server.

import { readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { exitCodes, fail, type Outcome, succeed } from '../../fault.ts';
import { makeDirectory } from '../../host/index.ts';
import {
  destinationKey,
  type IpvsClient,
  type ObservedDestination,
  type ObservedService,
  schemaName,
  serviceKey,
} from '../../ipvs/index.ts';
import { findServer } from './change-server.ts';
import { type Shown, withIpvs } from './present.ts';
import { serverWord, serviceWord } from './words.ts';

export interface DrainOptions {
  readonly service: string;
  readonly server: string;
  /** Seconds to wait at most, and between looks. */
  readonly deadline: number;
  readonly interval: number;
  /** Leave the drained server in the table. */
  readonly keep?: boolean | undefined;
  /** Wait for inactive connections too. */
  readonly inactive?: boolean | undefined;
  /** Delete even when the deadline passed first. */
  readonly force?: boolean | undefined;
  readonly undo?: boolean | undefined;
}

type Ending = 'drained' | 'deadline' | 'interrupted' | 'undone';

const recordFolder = '/run/lvskit/drained';

/** A file for each server: drains of several servers at once do not write over each other's record. */
const recordOf = (service: ObservedService, server: ObservedDestination): string =>
  join(
    recordFolder,
    encodeURIComponent(
      `${readlinkSync('/proc/self/ns/net')} ${serviceKey(service.id)} ${destinationKey(server)}`,
    ),
  );

/** The weight before the drain; undefined when none is remembered. */
function recall(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return /^\d+$/.test(text) ? Number(text) : undefined;
  } catch {
    // It was not drained since the machine started.
    return undefined;
  }
}

function remember(file: string, weight: number): Outcome<undefined> {
  try {
    makeDirectory(recordFolder);
    writeFileSync(file, `${weight}\n`);
    return succeed(undefined);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return fail({ code: 'file-unreadable', message: `${file} cannot be written: ${code}` });
  }
}

const forget = (file: string): void => rmSync(file, { force: true });

/** What still hangs on the server. Persistence templates bring clients back, so they count. */
export const remaining = (server: ObservedDestination, inactive?: boolean): number =>
  server.activeConnections +
  server.persistentConnections +
  (inactive === true ? server.inactiveConnections : 0);

const idle = { activeConnections: 0, inactiveConnections: 0, persistentConnections: 0 } as const;

async function setWeight(
  client: IpvsClient,
  service: ObservedService,
  before: ObservedDestination,
  weight: number,
): Promise<Outcome<void>> {
  const [outcome] = await client.apply([
    { kind: 'edit-destination', service: service.id, destination: { ...before, weight }, before },
  ]);
  return outcome ?? fail({ code: 'internal', message: 'the edit was left without an outcome' });
}

function shown(
  service: ObservedService,
  server: ObservedDestination,
  ending: Ending,
  weight: number,
  deleted: boolean,
): Shown {
  const words = `${serviceWord(service.id)} ${serverWord(server)}`;
  const left = `${server.activeConnections} active, ${server.persistentConnections} templates, ${server.inactiveConnections} inactive left`;
  const sentences = {
    drained: `${words}: drained, ${deleted ? 'deleted' : 'kept with weight 0'}.\n`,
    deadline: `${words}: time is over, ${left}; ${deleted ? 'deleted all the same' : 'kept with weight 0'}.\n`,
    interrupted: `${words}: interrupted, ${left}; kept with weight 0 (--undo gives weight ${weight} back).\n`,
    undone: `${words}: weight ${weight} again.\n`,
  } as const satisfies Record<Ending, string>;
  return {
    document: {
      schema: schemaName,
      service: serviceWord(service.id),
      server: serverWord(server),
      ending,
      deleted,
      weightBefore: weight,
      activeConnections: server.activeConnections,
      persistentConnections: server.persistentConnections,
      inactiveConnections: server.inactiveConnections,
    },
    exit: ending === 'drained' || ending === 'undone' ? exitCodes.ok : exitCodes.failure,
    text: () => sentences[ending],
  };
}

/** A progress line on stderr: on a terminal rewritten, with the seconds that are left; a line per change elsewhere. */
function progress(): { show(text: string, left: number): void; end(): void } {
  const terminal = process.stderr.isTTY === true;
  let last = '';
  return {
    show(text, left) {
      if (!terminal && text !== last) process.stderr.write(`${text}\n`);
      // A line that wraps cannot be taken back.
      const line = `${text}, ${Math.ceil(left)} s left`.slice(0, (process.stderr.columns ?? 80) - 1);
      if (terminal) process.stderr.write(`\r\x1b[K${line}`);
      last = text;
    },
    end() {
      if (terminal && last !== '') process.stderr.write('\r\x1b[K');
    },
  };
}

/** Waits for `milliseconds`, or until the signal says stop: the only reason to reject. */
const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  setTimeout(milliseconds, undefined, { signal }).catch(() => {});

async function undo(
  client: IpvsClient,
  service: ObservedService,
  server: ObservedDestination,
): Promise<Outcome<Shown>> {
  const file = recordOf(service, server);
  const weight = recall(file);
  if (weight === undefined)
    return fail({
      code: 'usage',
      message: `${serviceWord(service.id)} ${serverWord(server)}: no drain is remembered`,
      remedy: 'lvskit rs weight sets a weight.',
    });
  const set = await setWeight(client, service, server, weight);
  if (!set.ok) return set;
  forget(file);
  return succeed(shown(service, server, 'undone', weight, false));
}

export const drainServer = (options: DrainOptions): Promise<Outcome<Shown>> =>
  withIpvs(async client => {
    const found = await findServer(client, options.service, options.server);
    if (!found.ok) return found;
    const { service } = found.value;
    let { server } = found.value;
    if (options.undo === true) return undo(client, service, server);
    const file = recordOf(service, server);
    // A second drain of a server at 0 must not forget the weight of the first.
    const weight = server.weight > 0 ? server.weight : (recall(file) ?? 0);
    const noted = remember(file, weight);
    if (!noted.ok) return noted;
    const stop = new AbortController();
    const interrupt = () => stop.abort();
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    const line = progress();
    const begun = performance.now();
    const waited = () => (performance.now() - begun) / 1000;
    let ending: Ending = 'drained';
    try {
      const set = await setWeight(client, service, server, 0);
      if (!set.ok) return set;
      while (remaining(server, options.inactive) > 0) {
        if (stop.signal.aborted) ending = 'interrupted';
        else if (waited() >= options.deadline) ending = 'deadline';
        if (ending !== 'drained') break;
        line.show(
          `${serverWord(server)}: ${server.activeConnections} active, ${server.persistentConnections} templates, ${server.inactiveConnections} inactive`,
          options.deadline - waited(),
        );
        await pause(Math.min(options.interval, Math.max(0, options.deadline - waited())) * 1000, stop.signal);
        const now = await findServer(client, options.service, options.server);
        // Somebody else deleted it, or the whole service: then nothing hangs on it any more.
        if (!now.ok && (now.fault.errno === 'ENOENT' || now.fault.errno === 'ESRCH')) {
          forget(file);
          return succeed(shown(service, { ...server, ...idle }, 'drained', weight, true));
        }
        if (!now.ok) return now;
        server = now.value.server;
      }
    } finally {
      line.end();
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    }
    const deletes =
      options.keep !== true && (ending === 'drained' || (ending === 'deadline' && options.force === true));
    if (deletes) {
      const { address, port } = server;
      const [gone] = await client.apply([
        { kind: 'remove-destination', service: service.id, destination: { address, port } },
      ]);
      if (gone?.ok === false) return gone;
      forget(file);
    }
    return succeed(shown(service, server, ending, weight, deletes));
  });
