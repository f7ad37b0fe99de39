// Values and words of a keyword that the keepalived which is to read the file does not take yet.
// Spec: the release notes of keepalived 2.3.0, 2.3.2 and 2.3.3; keepalived 2.2.7's own answers.

import type { Since, Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';
import { knows, type Target } from '../../target.ts';

interface Newer {
  readonly word: number;
  readonly since: Since;
  /** What releases before make of it. */
  readonly before: string;
}

type Look = (statement: Statement, path: string) => Newer | undefined;

const wordsOf = (statement: Statement): readonly string[] => statement.words(1);

/** Part of a second: whole ones were all there was. */
const fraction: Look = (statement, path) =>
  path === 'vrrp_script' && /^\d*\.\d*[1-9]/.test(statement.word(1) ?? '')
    ? { word: 1, since: '2.3.2', before: 'takes whole seconds only and ignores the line' }
    : undefined;

/** The last octet 0xff was taken for a mistake. */
const lastOctet: Look = statement => {
  const digits = wordsOf(statement).at(-1) ?? '';
  return digits.length % 2 === 0 && /ff$/i.test(digits)
    ? { word: statement.length - 1, since: '2.3.3', before: 'refuses octets that end in ff' }
    : undefined;
};

/** `name IFNAME` and `group GROUP`; a name and netlink_notify_msg did not go together either. */
const ownInterface: Look = statement => {
  const words = wordsOf(statement);
  const option = words.findIndex(word => word === 'name' || word === 'group');
  if (option >= 0)
    return {
      word: option + 1,
      since: '2.3.0',
      before: `takes ${words[option]} for the name of the interface`,
    };
  const told = words.indexOf('netlink_notify_msg');
  return told > 0
    ? { word: told + 1, since: '2.3.0', before: 'does not take netlink_notify_msg behind a name' }
    : undefined;
};

const looks: Readonly<Record<string, Look>> = {
  interval: fraction,
  timeout: fraction,
  payload: lastOctet,
  require_reply: lastOctet,
  use_vmac: ownInterface,
  use_ipvlan: ownInterface,
};

function judge(target: Target, { since, before, word }: Newer) {
  const known = knows(target, since);
  if (known === 'yes') return undefined;
  if (known === 'no')
    return { message: `keepalived ${target} ${before}; that changed with ${since}`, details: { word } };
  const message = `not every keepalived ${target} takes this: one before ${since} ${before}`;
  return { message, details: { word, severity: 'warning' as const } };
}

export const newerValue: Rule = {
  id: 'newer-value',
  severity: 'error',
  summary: 'The keepalived named by --target does not take the value.',
  watch: (report, { target }) => {
    if (target === undefined) return {};
    const tell = (look: Look) => (statement: Statement, path: string) => {
      const newer = look(statement, path);
      const told = newer === undefined ? undefined : judge(target, newer);
      if (told !== undefined) report(statement, told.message, told.details);
    };
    return {
      keywords: Object.fromEntries(Object.entries(looks).map(([keyword, look]) => [keyword, tell(look)])),
    };
  },
};
