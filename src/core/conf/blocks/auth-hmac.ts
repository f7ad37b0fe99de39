// auth_hmac: adverts of version 3 signed with a shared key (keepalived 2.4). Judged for who runs keepalived; nothing acts on it yet.
// Spec: keepalived.conf(5) "auth_hmac"; keys of 32 to 64 bytes, one of them active.

import type { Diagnostic } from '../config.ts';
import { integerWord } from '../model/arguments.ts';
import type { Context } from '../model/context.ts';
import type { Statement } from '../statement.ts';
import { block, type Descriptor, type Values } from './descriptor.ts';
import { integer } from './values.ts';

const keyLength = { least: 32, most: 64 } as const;
const number = { type: 'integer', min: 1, max: 255, strict: true } as const;

/** Bytes of a key as it is written; undefined: they are in a file. */
function lengthOf(text: string, s: Statement, c: Context): number | undefined {
  if (text.startsWith('file:')) return undefined;
  if (!text.startsWith('hex:')) return Buffer.byteLength(text, 'latin1');
  const digits = text.slice('hex:'.length);
  if (/^(?:[0-9a-f]{2})*$/i.test(digits)) return digits.length / 2;
  c.error('invalid-word', s, 'key: hex: stands before pairs of hexadecimal digits; the key is left out', 2);
  return undefined;
}

/** The number of a key that keepalived takes. Keys are never quoted: they are secrets. */
function readKey(s: Statement, c: Context): number | undefined {
  const id = integerWord(s, 1, number, c);
  const text = s.word(2);
  if (id === undefined) return undefined;
  if (text === undefined) {
    c.error('missing-argument', s, `key ${id} has no value: it is left out`, 1);
    return undefined;
  }
  const told = c.diagnostics.length;
  const length = lengthOf(text, s, c);
  if (c.diagnostics.length > told) return undefined;
  if (length !== undefined && (length < keyLength.least || length > keyLength.most)) {
    const range = `${keyLength.least} to ${keyLength.most} bytes`;
    c.error('invalid-word', s, `key ${id} has ${length} bytes, a key has ${range}: it is left out`, 2);
    return undefined;
  }
  return id;
}

const word = <const W extends string>(
  words: readonly W[],
  facts: { readonly says: string; readonly text: W },
) =>
  ({
    kind: 'value',
    arguments: [{ type: 'word', words }],
    says: facts.says,
    feeds: 'none',
    since: '2.4.0',
    default: { value: facts.text, text: facts.text },
    read(s, c) {
      const found = words.find(each => each === s.word(1));
      if (found === undefined)
        c.error(
          'invalid-word',
          s,
          `${s.keyword} must be one of ${words.join(', ')} (got '${s.word(1) ?? ''}')`,
          1,
        );
      return found;
    },
  }) satisfies Descriptor<W>;

export const authHmac = block('vrrp_instance/auth_hmac', {
  key: {
    kind: 'value',
    arguments: [{ type: 'syntax', syntax: 'ID(1..255) {hex:HEXDIGITS|file:PATH|ASCII}' }],
    says: 'A key by number, as text, hexadecimal digits or file.',
    feeds: 'none',
    since: '2.4.0',
    read(s, c, _keyword, _block, before = []) {
      const id = readKey(s, c);
      if (id === undefined) return before;
      if (!before.includes(id)) return [...before, id];
      c.error('duplicate', s, `key ${id} is there already; this one is left out`, 1);
      return before;
    },
  } satisfies Descriptor<readonly number[]>,
  active_key: integer(1, 255, {
    says: 'The number of the key that signs.',
    feeds: 'none',
    since: '2.4.0',
  }),
  time_window: integer(1, 300, {
    says: 'How many seconds the clock of a sender may be off.',
    feeds: 'none',
    since: '2.4.0',
    default: { from: 'max(5, 3 x advert_int)' },
  }),
  anti_replay: word(['time', 'monotonic'], {
    says: 'What keeps an old advert from being sent again.',
    text: 'time',
  }),
  mode: word(['enforce', 'permissive', 'receive-only'], {
    says: 'Whether adverts without a right signature are dropped.',
    text: 'enforce',
  }),
});

export type AuthHmacValues = Values<typeof authHmac>;

/** What makes keepalived switch the whole extension off, so that adverts leave unsigned. `cause`: the first finding in the block. */
export function judgeAuthHmac(
  { key: keys = [], active_key: active }: AuthHmacValues,
  s: Statement,
  c: Context,
  cause: Diagnostic | undefined,
): void {
  const [rule, what] =
    keys.length === 0
      ? ['missing-argument', 'no key']
      : active === undefined
        ? ['missing-argument', 'no active_key']
        : keys.includes(active)
          ? []
          : ['undefined-name', `active_key ${active} names no key`];
  const lost = 'auth_hmac is switched off, and adverts leave unsigned';
  if (rule !== undefined) c.conclude(cause, 'error', rule, s, `${what}: ${lost}`, 0);
}
