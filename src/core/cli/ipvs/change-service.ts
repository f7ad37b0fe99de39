// `vs add`, `vs edit`, `vs delete`, `vs clear`, `vs zero`: one service, or all.
// Spec: ipvsadm(8) -A -E -D -C -Z; an edit changes only what was named, unlike -E.

import { fail, type Outcome, succeed } from '../../fault.ts';
import {
  foreignSchedulerFlag,
  type IpvsClient,
  noSchedulerFlags,
  type ObservedService,
  parseSchedulerFlags,
  plan,
  type ServiceDefinition,
  type ServiceId,
  saveDefaults,
  schemaName,
} from '../../ipvs/index.ts';
import { addressBits, familyOf } from '../../net/index.ts';
import { readPrefixMask } from './masks.ts';
import { type Shown, withIpvs } from './present.ts';
import { carryOut, carryOutOne } from './report.ts';
import { readService, serviceWord } from './words.ts';

/** As the flags of the commands give them; undefined leaves a setting as it is. */
export interface ServiceSettingFlags {
  readonly scheduler?: string | undefined;
  readonly flags?: string | undefined;
  readonly persistent?: number | undefined;
  readonly netmask?: string | undefined;
  readonly engine?: string | undefined;
  readonly 'one-packet'?: boolean | undefined;
}

const usage = (message: string) => fail({ code: 'usage', message });

const familyOfService = (id: ServiceId) => (id.kind === 'address' ? familyOf(id.address) : id.family);

/** `before` with what the flags name changed. */
function changed(before: ServiceDefinition, flags: ServiceSettingFlags): Outcome<ServiceDefinition> {
  const family = familyOfService(before.id);
  const scheduler = flags.scheduler ?? before.scheduler;
  // Flags belong to their scheduler: with another one they would mean something else, or nothing.
  let schedulerFlags = scheduler === before.scheduler ? before.schedulerFlags : noSchedulerFlags;
  if (flags.flags !== undefined) {
    const read = flags.flags === '' ? noSchedulerFlags : parseSchedulerFlags(flags.flags);
    if ('unknown' in read) return usage(`--flags ${flags.flags}: unknown flag '${read.unknown}'`);
    const foreign = foreignSchedulerFlag(scheduler, flags.flags);
    if (foreign !== undefined)
      return usage(`--flags ${foreign} belongs to scheduler ${foreign.slice(0, 2)}, not to ${scheduler}`);
    schedulerFlags = read;
  }
  let persistence = before.persistence;
  if (flags.persistent !== undefined) {
    persistence =
      flags.persistent === 0
        ? undefined
        : { ...(persistence ?? { maskLength: addressBits[family] }), timeout: flags.persistent };
  }
  if (flags.netmask !== undefined) {
    if (persistence === undefined)
      return usage('--netmask goes with a persistent service: add --persistent SECONDS');
    const mask = readPrefixMask(flags.netmask, family);
    if (mask === undefined)
      return usage(
        `--netmask must be a dotted mask or a prefix length up to ${addressBits[family]} (got '${flags.netmask}')`,
      );
    persistence = { timeout: persistence.timeout, ...mask };
  }
  const engine =
    flags.engine === undefined ? before.engine : flags.engine === 'none' ? undefined : flags.engine;
  const after: ServiceDefinition = {
    id: before.id,
    scheduler,
    schedulerFlags,
    persistence,
    onePacket: flags['one-packet'] ?? before.onePacket,
    engine,
  };
  for (const name of [after.scheduler, after.engine ?? '']) {
    if (Buffer.byteLength(name) > 15)
      return usage(`'${name}' is too long: the kernel takes names of at most 15 bytes`);
  }
  if (after.id.kind === 'address') {
    if (after.id.port === 0 && persistence === undefined)
      return usage(
        `${serviceWord(after.id)}: port 0 stands for every port and needs a persistent service: add --persistent SECONDS`,
      );
    if (after.onePacket && after.id.protocol !== 'udp')
      return usage('--one-packet is for UDP services and firewall marks');
  }
  return succeed(after);
}

const fresh = (id: ServiceId): ServiceDefinition => ({
  id,
  scheduler: saveDefaults.scheduler,
  schedulerFlags: noSchedulerFlags,
  persistence: undefined,
  onePacket: false,
  engine: undefined,
});

/** The service of a word, read from the kernel. */
export async function findService(client: IpvsClient, word: string): Promise<Outcome<ObservedService>> {
  const id = await readService(word);
  if (!id.ok) return id;
  const found = await client.find(id.value);
  return found.ok ? found : fail({ ...found.fault, message: `${word}: ${found.fault.message}` });
}

export async function addService(word: string, flags: ServiceSettingFlags): Promise<Outcome<Shown>> {
  const id = await readService(word);
  if (!id.ok) return id;
  const service = changed(fresh(id.value), flags);
  if (!service.ok) return service;
  return withIpvs(client => carryOutOne(client, [], { kind: 'add-service', service: service.value }));
}

export const editService = (word: string, flags: ServiceSettingFlags): Promise<Outcome<Shown>> =>
  withIpvs(async client => {
    const before = await findService(client, word);
    if (!before.ok) return before;
    const after = changed(before.value, flags);
    if (!after.ok) return after;
    const desired = { ...after.value, destinations: before.value.destinations };
    return carryOut(client, [before.value], plan([before.value], [desired], { prune: false }), false);
  });

export const deleteServices = (words: readonly string[]): Promise<Outcome<Shown>> =>
  withIpvs(async client => {
    const found: ObservedService[] = [];
    for (const word of words) {
      const service = await findService(client, word);
      if (!service.ok) return service;
      found.push(service.value);
    }
    return carryOut(
      client,
      found,
      found.map(({ id }) => ({ kind: 'remove-service', id })),
      false,
    );
  });

/** Removes every service with one message, and reports what went. */
export const clearServices = (dryRun: boolean): Promise<Outcome<Shown>> =>
  withIpvs(async client => {
    const observed = await client.observe();
    if (!observed.ok) return observed;
    const operations = plan(observed.value, [], { prune: true });
    if (!dryRun) {
      const flushed = await client.flush();
      if (!flushed.ok) return flushed;
    }
    return carryOut(
      { ...client, apply: async list => list.map(() => succeed(undefined)) },
      observed.value,
      operations,
      dryRun,
    );
  });

export const zeroServices = (word: string | undefined): Promise<Outcome<Shown>> =>
  withIpvs(async client => {
    const id = word === undefined ? undefined : await readService(word);
    if (id?.ok === false) return id;
    const zeroed = await client.zero(id?.value);
    if (!zeroed.ok)
      return word === undefined
        ? zeroed
        : fail({ ...zeroed.fault, message: `${word}: ${zeroed.fault.message}` });
    const what = id === undefined ? 'all services' : serviceWord(id.value);
    return succeed({
      document: { schema: schemaName, zeroed: what },
      text: () => `Counters of ${what} are zero.\n`,
    });
  });
