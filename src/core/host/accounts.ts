// User and group names to numbers, for programs that run as somebody else.
// Spec: passwd(5), group(5); getent(1) for names that only a directory service knows.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fail, type Outcome, succeed } from '../fault.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const files = { passwd: '/etc/passwd', group: '/etc/group' } as const;
type Database = keyof typeof files;

/** The fields of the entry, or undefined when neither the file nor getent has it. */
function entryOf(database: Database, name: string): readonly string[] | undefined {
  const numeric = /^\d+$/.test(name);
  const find = (text: string) =>
    text
      .split('\n')
      .map(line => line.split(':'))
      .find(fields => fields[0] === name || (numeric && fields[2] === name));
  try {
    const found = find(readFileSync(files[database], 'utf8'));
    if (found !== undefined) return found;
  } catch {
    // getent may still know it.
  }
  try {
    const shown = execFileSync('getent', [database, name], {
      encoding: 'utf8',
      timeout: 5_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return shown.trim().split(':');
  } catch {
    return undefined;
  }
}

const accounts = new Map<string, Outcome<Account>>();

/** Numbers of a user and, if named, another group than its own. Remembered until `forgetAccounts`. Fault `not-permitted` for unknown names. */
export function accountOf(user: string, group: string | undefined): Outcome<Account> {
  const key = `${user}:${group ?? ''}`;
  const known = accounts.get(key);
  if (known !== undefined) return known;
  const account = resolve(user, group);
  accounts.set(key, account);
  return account;
}

/** The name of a number, for people. */
export const nameOf = (database: Database, id: number): string | undefined =>
  entryOf(database, String(id))?.[0];

export const forgetAccounts = (): void => accounts.clear();

function resolve(user: string, group: string | undefined): Outcome<Account> {
  const entry = entryOf('passwd', user);
  const uid = Number(entry?.[2] ?? Number.NaN);
  if (!Number.isInteger(uid)) return unknown(`user ${user}`);
  const gid = Number((group === undefined ? entry?.[3] : entryOf('group', group)?.[2]) ?? Number.NaN);
  return Number.isInteger(gid)
    ? succeed({ uid, gid })
    : unknown(group === undefined ? `group of ${user}` : `group ${group}`);
}

const unknown = (what: string): Outcome<Account> =>
  fail({ code: 'not-permitted', message: `there is no ${what}`, remedy: 'Create it or name another one.' });
