// `rs drain`: weight 0, wait until the connections are gone, then delete the server or keep it; `--undo` sets the former weight again.
// Spec: ipvsadm(8) -e -w 0; verdict.ts judges, this file asks the kernel and waits.

import { fail, type Outcome, succeed } from '../../../fault.ts';
import { isClaimed, pauseFor } from '../../../host/index.ts';
import {
  type DestinationId,
  destinationKey,
  type IpvsClient,
  type ObservedDestination,
  type ObservedService,
  type ServiceId,
  serviceKey,
} from '../../../ipvs/index.ts';
import { findServer } from '../change-server.ts';
import { type Shown, withIpvs } from '../present.ts';
import { serverWord, serviceWord } from '../words.ts';
import { answerOf, countsOf, type Drained, showProgress } from './answer.ts';
import { awaitInterruption } from './interruption.ts';
import { type DrainRecord, recordOf } from './record.ts';
import { countsInactive, type DrainPolicy, judge, type Look } from './verdict.ts';

export interface DrainOptions {
  readonly service: string;
  readonly server: string;
  /** Seconds to wait at most, and between looks. */
  readonly deadline: number;
  readonly interval: number;
  readonly keep?: boolean | undefined;
  /** Whether to wait for inactive connections; undefined: where the protocol has no others. */
  readonly inactive?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly undo?: boolean | undefined;
}

/**
 * Seconds between weight 0 and the first look: a processor that chose the server just before counts its connection microseconds later,
 * which a look at once would miss.
 */
const settling = 0.1;

async function setWeight(
  client: IpvsClient,
  service: ServiceId,
  before: ObservedDestination,
  weight: number,
): Promise<Outcome<void>> {
  const [outcome] = await client.apply([
    { kind: 'edit-destination', service, destination: { ...before, weight }, before },
  ]);
  return outcome ?? fail({ code: 'internal', message: 'the edit was left without an outcome' });
}

/** What the kernel holds of the server now. */
async function lookAt(client: IpvsClient, service: ServiceId, server: DestinationId): Promise<Outcome<Look>> {
  const found = await client.find(service);
  if (!found.ok) return found.fault.errno === 'ESRCH' ? succeed({ kind: 'gone', what: 'service' }) : found;
  const key = destinationKey(server);
  const there = found.value.destinations.find(one => destinationKey(one) === key);
  return succeed(there === undefined ? { kind: 'gone', what: 'server' } : { kind: 'server', server: there });
}

async function undo(
  client: IpvsClient,
  service: ServiceId,
  server: ObservedDestination,
  record: DrainRecord,
): Promise<Outcome<Shown>> {
  const words = `${serviceWord(service)} ${serverWord(server)}`;
  const weight = record.recall();
  if (weight === undefined)
    return fail({
      code: 'usage',
      message: `${words}: no drain is remembered`,
      remedy: 'lvskit rs weight sets a weight.',
    });
  if (server.weight !== 0)
    return fail({
      code: 'conflict',
      message: `${words}: its weight is ${server.weight}, somebody else has set it since the drain; nothing is changed`,
      remedy: `lvskit rs weight sets another; before the drain it was ${weight}.`,
    });
  const set = await setWeight(client, service, server, weight);
  if (!set.ok) return set;
  record.forget();
  return succeed(answerOf({ service, server, ending: 'undone', weightBefore: weight, deleted: false }));
}

/** Deletes what was just seen idle, or says who was faster. */
async function remove(client: IpvsClient, drained: Drained): Promise<Outcome<Drained>> {
  const { service, server } = drained;
  const { address, port } = server;
  const [gone] = await client.apply([
    { kind: 'remove-destination', service, destination: { address, port } },
  ]);
  if (gone?.ok !== false) return succeed({ ...drained, deleted: true });
  if (gone.fault.errno === 'ENOENT') return succeed({ ...drained, ending: 'server-gone' });
  if (gone.fault.errno === 'ESRCH') return succeed({ ...drained, ending: 'service-gone' });
  return gone;
}

/** Looks until the verdict is an end. The weight is 0 already. */
async function wait(
  client: IpvsClient,
  drain: Omit<Drained, 'ending' | 'deleted'>,
  policy: DrainPolicy,
  { deadline, interval }: Pick<DrainOptions, 'deadline' | 'interval'>,
  signal: AbortSignal,
): Promise<Outcome<Drained>> {
  const line = showProgress();
  const begun = performance.now();
  const left = () => deadline - (performance.now() - begun) / 1000;
  const pause = (seconds: number) => pauseFor(seconds * 1000, signal);
  let { server } = drain;
  try {
    await pause(settling);
    for (;;) {
      const look = await lookAt(client, drain.service, server);
      if (!look.ok) return look;
      if (look.value.kind === 'server') server = look.value.server;
      const verdict = judge(look.value, policy, { interrupted: signal.aborted, late: left() <= 0 });
      if (verdict.kind === 'end') {
        const drained: Drained = { ...drain, server, ending: verdict.ending, deleted: false };
        return verdict.deletes ? await remove(client, drained) : succeed(drained);
      }
      line.show(`${serverWord(server)}: ${countsOf(server)}`, left());
      await pause(Math.min(interval, Math.max(0, left())));
    }
  } finally {
    line.end();
  }
}

/** A service that a running daemon programs is the daemon's to drain: it would set the weight again at the next verdict. */
const refuseOwned = ({ id }: ObservedService) =>
  fail({
    code: 'conflict',
    message: `${serviceWord(id)} belongs to the running lvskit daemon of this network namespace`,
    remedy: "Set the real server's weight to 0 in the daemon's configuration and reload it.",
  });

async function drain(
  client: IpvsClient,
  { id }: ObservedService,
  server: ObservedDestination,
  record: DrainRecord,
  options: DrainOptions,
): Promise<Outcome<Shown>> {
  // A second drain of a server at 0 must not forget the weight of the first.
  const weightBefore = server.weight > 0 ? server.weight : (record.recall() ?? 0);
  const policy: DrainPolicy = {
    keep: options.keep === true,
    force: options.force === true,
    inactive: options.inactive ?? countsInactive(id),
  };
  const interruption = awaitInterruption();
  try {
    const noted = record.remember(weightBefore);
    if (!noted.ok) return noted;
    const set = await setWeight(client, id, server, 0);
    if (!set.ok) {
      if (server.weight > 0) record.forget();
      return set;
    }
    const { signal } = interruption;
    const drained = await wait(client, { service: id, server, weightBefore }, policy, options, signal);
    if (!drained.ok) return drained;
    // What others set or deleted is theirs: the former weight means nothing any more.
    const { ending, deleted } = drained.value;
    const over = deleted || (ending !== 'drained' && ending !== 'deadline' && ending !== 'interrupted');
    if (over) record.forget();
    return succeed(answerOf(drained.value));
  } finally {
    interruption.release();
  }
}

export const drainServer = (options: DrainOptions): Promise<Outcome<Shown>> =>
  withIpvs(async client => {
    const found = await findServer(client, options.service, options.server);
    if (!found.ok) return found;
    const { service, server } = found.value;
    if (await isClaimed(serviceKey(service.id))) return refuseOwned(service);
    const record = recordOf(service.id, server);
    return options.undo === true
      ? undo(client, service.id, server, record)
      : drain(client, service, server, record, options);
  });
