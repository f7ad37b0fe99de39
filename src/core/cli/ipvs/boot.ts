// `vs boot`: the IPVS table and the sync daemons at boot and at shutdown, from the files of Debian's ipvsadm package.
// Spec: its init script: AUTO restores and clears, DAEMON starts and stops. Unlike that, a restore keeps what stays and an empty rules
// file clears nothing.

import { exitCodes, type Fault, type Outcome, succeed } from '../../fault.ts';
import {
  type BootSettings,
  type IpvsClient,
  plan,
  readBootSettings,
  type SyncDaemon,
  type SyncState,
  schemaName,
} from '../../ipvs/index.ts';
import { readInput } from '../commands/text-input.ts';
import { refusePlaces } from '../refuse-text.ts';
import { tellFindings } from './findings.ts';
import { carryOutJudged } from './judge-plan.ts';
import { type Shown, withIpvs } from './present.ts';
import { explainDaemon } from './settings.ts';
import { readTable } from './table-file.ts';
import { writeTable } from './write-table.ts';

export type BootAction = 'start' | 'stop' | 'reload' | 'save';

export interface BootFiles {
  readonly rules: string;
  readonly settings: string;
}

/** What was done, a line each, and whether something failed. */
interface Account {
  readonly lines: string[];
  failed: boolean;
}

async function settingsOf(path: string): Promise<Outcome<BootSettings>> {
  const text = await readInput(path, 'settings');
  if (!text.ok) return text;
  const { settings, problems } = readBootSettings(text.value.bytes.toString('utf8'));
  if (problems.length === 0) return succeed(settings);
  return refusePlaces(
    path,
    problems.map(({ line, message }) => `${path}:${line}: error: ${message}`),
  );
}

const unable = (account: Account, what: string, fault: Fault) => {
  account.failed = true;
  account.lines.push(`${what}: ${fault.message}`);
};

async function restore(client: IpvsClient, rules: string, account: Account): Promise<Outcome<undefined>> {
  const desired = await readTable(rules, 'rules', true);
  if (!desired.ok) return desired;
  if (desired.value.length === 0) {
    account.lines.push(`${rules} has no services: the table is left as it is`);
    return succeed(undefined);
  }
  const observed = await client.observe({ counters: false });
  if (!observed.ok) return observed;
  const operations = plan(observed.value, desired.value, { prune: true });
  const done = await carryOutJudged(client, observed.value, operations, false);
  if (!done.ok) return done;
  account.lines.push((await done.value.text()).trimEnd());
  if ((done.value.exit ?? 0) !== 0) account.failed = true;
  return succeed(undefined);
}

/** The daemon that was stopped for one that cannot run: connections are synchronized as before. */
async function startAgain(client: IpvsClient, former: SyncDaemon, account: Account): Promise<void> {
  const started = await client.startDaemon(former);
  const what = `${former.state} daemon on ${former.interface}`;
  if (started.ok) account.lines.push(`${what} runs again as before`);
  else unable(account, what, started.fault);
}

/** Daemons that run as they should are left alone; others of the same state are replaced. */
async function startDaemons(client: IpvsClient, settings: BootSettings, account: Account): Promise<void> {
  if (settings.daemons.length === 0) return;
  const running = await client.daemons();
  if (!running.ok) return unable(account, 'synchronization daemon', running.fault);
  for (const state of settings.daemons) {
    const present = running.value.find(one => one.state === state);
    if (present?.interface === settings.interface && present.syncId === settings.syncId) {
      account.lines.push(`${state} daemon runs on ${settings.interface} already`);
      continue;
    }
    if (present !== undefined) {
      const stopped = await client.stopDaemon(state);
      if (!stopped.ok && stopped.fault.errno !== 'ESRCH') {
        unable(account, `${state} daemon on ${present.interface}`, stopped.fault);
        continue;
      }
    }
    const daemon: SyncDaemon = {
      ...{ state, interface: settings.interface, syncId: settings.syncId },
      ...{ maxLength: undefined, group: undefined, port: undefined, ttl: undefined },
    };
    const started = await client.startDaemon(daemon);
    if (started.ok)
      account.lines.push(`${state} daemon started on ${settings.interface}, sync id ${settings.syncId}`);
    else {
      unable(account, `${state} daemon`, await explainDaemon(client, settings.interface, started.fault));
      if (present !== undefined) await startAgain(client, present, account);
    }
  }
}

async function stopDaemons(
  client: IpvsClient,
  states: readonly SyncState[],
  account: Account,
): Promise<void> {
  for (const state of states) {
    const stopped = await client.stopDaemon(state);
    if (stopped.ok) account.lines.push(`${state} daemon stopped`);
    else if (stopped.fault.errno !== 'ESRCH') unable(account, `${state} daemon`, stopped.fault);
  }
}

async function save(rules: string, account: Account): Promise<Outcome<undefined>> {
  const written = await writeTable({ format: 'rules', output: rules });
  if (!written.ok) return written;
  account.lines.push((await written.value.text()).trimEnd());
  return succeed(undefined);
}

/** An empty table is not saved: at a second stop it is what the first one left, and the rules would be lost. */
async function saveAtStop(rules: string, account: Account): Promise<Outcome<undefined>> {
  const observed = await withIpvs(client => client.observe({ counters: false }));
  if (!observed.ok) return observed;
  if (observed.value.length > 0) return save(rules, account);
  account.lines.push(`the table is empty and is not saved: ${rules} is left as it is`);
  return succeed(undefined);
}

/** A table that could not be saved is not cleared. */
async function stop(files: BootFiles, settings: BootSettings, account: Account): Promise<Outcome<undefined>> {
  const saved = settings.save ? await saveAtStop(files.rules, account) : succeed(undefined);
  if (!saved.ok) return saved;
  return withIpvs(async client => {
    await stopDaemons(client, settings.daemons, account);
    if (!settings.auto) return succeed(undefined);
    const cleared = await client.flush();
    if (!cleared.ok) return cleared;
    account.lines.push('table cleared');
    return succeed(undefined);
  });
}

/** Carries out one action; exit code 1 where a part of it failed, which its line names. */
export async function boot(action: BootAction, files: BootFiles): Promise<Outcome<Shown>> {
  const account: Account = { lines: [], failed: false };
  const read = action === 'save' ? undefined : await settingsOf(files.settings);
  if (read?.ok === false) return read;
  const settings = read?.value;
  const done =
    settings === undefined
      ? await save(files.rules, account)
      : action === 'stop'
        ? await stop(files, settings, account)
        : await withIpvs(async client => {
            const restored = settings.auto ? await restore(client, files.rules, account) : succeed(undefined);
            // Connections of the table as it is are synchronized, whatever is wrong with the file.
            if (action === 'start') await startDaemons(client, settings, account);
            if (!restored.ok) tellFindings(account.lines);
            return restored;
          });
  if (!done.ok) return done;
  if (account.lines.length === 0)
    account.lines.push(`Nothing to do: ${files.settings} has AUTO other than true and no DAEMON`);
  return succeed({
    document: { schema: schemaName, boot: action, done: account.lines, failed: account.failed },
    exit: account.failed ? exitCodes.failure : exitCodes.ok,
    text: () => `${account.lines.join('\n')}\n`,
  });
}
