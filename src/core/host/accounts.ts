// User and group names to numbers, for programs that run as somebody else.
// Spec: passwd(5), group(5); getent(1) for names that only a directory service knows.

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fail, type Outcome, succeed } from '../fault.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** The user's name and home directory. */
  readonly name: string;
  readonly home: string;
}

const files = { passwd: '/etc/passwd', group: '/etc/group' } as const;
type Database = keyof typeof files;

/** By absolute path: the caller's PATH is not root's. Undefined where the C library brings none. */
const getent = ['/usr/bin/getent', '/bin/getent'].find(path => existsSync(path));
/** What it gets: nothing of the caller's environment. Milliseconds. */
const asking = { encoding: 'utf8', timeout: 5_000, env: {} } as const;

type Entry = readonly string[];

/** What getent said, by database and name. */
const learned = new Map<string, Entry>();

/** The entry of the file; undefined when the file does not have it. */
function inFile(database: Database, name: string): Entry | undefined {
  const numeric = /^\d+$/.test(name);
  try {
    return readFileSync(files[database], 'utf8')
      .split('\n')
      .map(line => line.split(':'))
      .find(fields => fields[0] === name || (numeric && fields[2] === name));
  } catch {
    return undefined;
  }
}

/** An option of getent is not a name. */
const isName = (name: string): boolean => name !== '' && !name.startsWith('-');

const parse = (shown: string): Entry | undefined => {
  const fields = shown.trim().split(':');
  return fields.length > 2 ? fields : undefined;
};

/** May wait for a directory service. */
function askingEntry(database: Database, name: string): Entry | undefined {
  const found = inFile(database, name) ?? learned.get(`${database}:${name}`);
  if (found !== undefined || getent === undefined || !isName(name)) return found;
  try {
    return parse(execFileSync(getent, [database, name], { ...asking, stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined;
  }
}

/** Never waits: the files, and what `learnAccounts` has learned. */
const knownEntry = (database: Database, name: string): Entry | undefined =>
  inFile(database, name) ?? learned.get(`${database}:${name}`);

/** Asks for what the files do not have, all at once, so that `knownAccount` need not wait: five seconds when a directory service hangs. */
export async function learnAccounts(
  owners: Iterable<{ readonly user: string | undefined; readonly group: string | undefined }>,
): Promise<void> {
  const questions = new Map<string, Promise<void>>();
  const once = (key: string, ask: () => Promise<void>) => {
    if (!questions.has(key)) questions.set(key, ask());
  };
  for (const { user, group } of owners) {
    if (user !== undefined) once(`passwd:${user}`, () => learn('passwd', user));
    if (user !== undefined) once(`initgroups:${user}`, () => learnMemberships(user));
    if (group !== undefined) once(`group:${group}`, () => learn('group', group));
  }
  await Promise.all(questions.values());
}

async function learn(database: Database, name: string): Promise<void> {
  if (inFile(database, name) !== undefined) return;
  const entry = parse(await ask(database, name));
  // A directory service that does not answer now takes nothing away that is known.
  if (entry !== undefined) learned.set(`${database}:${name}`, entry);
}

/** Groups that only a directory service gives to the user, by user. */
const memberships = new Map<string, readonly number[]>();

/** `getent initgroups NAME` prints the name and the numbers. */
async function learnMemberships(user: string): Promise<void> {
  const [, ...numbers] = (await ask('initgroups', user)).trim().split(/\s+/);
  if (numbers.length > 0) memberships.set(user, numbers.map(Number).filter(Number.isInteger));
}

/** What getent prints; nothing when it fails. */
async function ask(database: Database | 'initgroups', name: string): Promise<string> {
  const program = getent;
  if (program === undefined || !isName(name)) return '';
  return new Promise(resolve => {
    execFile(program, [database, name], asking, (error, stdout) => resolve(error === null ? stdout : ''));
  });
}

/** Numbers of the groups that the user is a member of, beside `gid`: what initgroups(3) gives, without waiting. */
export function groupsOf(user: string, gid: number): readonly number[] {
  const groups = new Set([gid, ...(memberships.get(user) ?? [])]);
  try {
    for (const line of readFileSync(files.group, 'utf8').split('\n')) {
      const [, , number, members] = line.split(':');
      if (members?.split(',').includes(user)) groups.add(Number(number));
    }
  } catch {
    // Without the file only what getent said.
  }
  return [...groups];
}

const accounts = new Map<string, Outcome<Account>>();

type Find = (database: Database, name: string) => Entry | undefined;

function remembered(user: string, group: string | undefined, find: Find): Outcome<Account> {
  const key = `${user}:${group ?? ''}`;
  const known = accounts.get(key);
  if (known !== undefined) return known;
  const account = resolve(user, group, find);
  accounts.set(key, account);
  return account;
}

/** Numbers of a user and, if named, another group than its own; may wait for a directory service. Fault `not-permitted` for unknown names. */
export const accountOf = (user: string, group: string | undefined): Outcome<Account> =>
  remembered(user, group, askingEntry);

/** The same without waiting, for daemons: knows the files and what `learnAccounts` has learned. Remembered until `forgetAccounts`. */
export const knownAccount = (user: string, group: string | undefined): Outcome<Account> =>
  remembered(user, group, knownEntry);

/** The name of a number, for people; may wait for a directory service. */
export const nameOf = (database: Database, id: number): string | undefined =>
  askingEntry(database, String(id))?.[0];

/** Looks names up anew in the files and in what was learned last. */
export const forgetAccounts = (): void => accounts.clear();

function resolve(user: string, group: string | undefined, find: Find): Outcome<Account> {
  const entry = find('passwd', user);
  const uid = Number(entry?.[2] ?? Number.NaN);
  if (!Number.isInteger(uid)) return unknown(`user ${user}`);
  const gid = Number((group === undefined ? entry?.[3] : find('group', group)?.[2]) ?? Number.NaN);
  return Number.isInteger(gid)
    ? succeed({ uid, gid, name: entry?.[0] ?? user, home: entry?.[5] || '/' })
    : unknown(group === undefined ? `group of ${user}` : `group ${group}`);
}

const unknown = (what: string): Outcome<Account> =>
  fail({ code: 'not-permitted', message: `there is no ${what}`, remedy: 'Create it or name another one.' });
