// Script lines. Truth: keepalived.conf(5), scripts: quotes, escapes, USER and GROUP.

import { describe, expect, it } from 'vitest';
import { parsePattern, parseScript, type ScriptClass } from '../../../src/core/conf/script-string.ts';

const parsed = (raw: string, scriptClass: ScriptClass) => {
  const result = parseScript(raw, scriptClass);
  if (!result.ok) return result.problem.rule;
  const { argv, user, group, shell } = result.command;
  return [argv, user, group, shell];
};

describe('notify scripts', () => {
  it.each<[string, unknown]>([
    ['notify "/bin/x a b" user', [['/bin/x', 'a', 'b'], 'user', undefined, false]],
    ['notify /bin/x user group', [['/bin/x'], 'user', 'group', false]],
    ['notify \'/bin/x "a b"\'', [['/bin/x', 'a b'], undefined, undefined, false]],
    ['notify "/bin/x \\"a b\\""', [['/bin/x', '"a', 'b"'], undefined, undefined, false]],
    ['notify "/bin/x a\\x41\\102\\tb\\q"', [['/bin/x', 'aAB\tbq'], undefined, undefined, false]],
    ['notify "</etc/file"', [['</etc/file'], undefined, undefined, true]],
    ['notify', 'script-missing'],
    ['notify ""', 'script-missing'],
    ['notify "/bin/x', 'script-quote'],
    ['notify /bin/x\\', 'script-escape'],
    ['notify /bin/x u g extra', 'script-extra-words'],
  ])('%s', (raw, expected) => expect(parsed(raw, 'notify')).toEqual(expected));
});

describe('script and misc_path', () => {
  it.each<[string, unknown]>([
    ['script "/bin/x a b"', [['/bin/x', 'a', 'b'], undefined, undefined, false]],
    ['script /bin/x a "b c"', [['/bin/x', 'a', 'b c'], undefined, undefined, false]],
    ['script /bin/sh -c \'a; "b"\'', [['/bin/sh', '-c', 'a; "b"'], undefined, undefined, false]],
    ['script /bin/x a"b c"\'d\'', [['/bin/x', 'ab cd'], undefined, undefined, false]],
    ['script /bin/x \\cA \\303\\274 ü', [['/bin/x', '\x01', 'ü', 'ü'], undefined, undefined, false]],
    ['script < /proc/x', [['< /proc/x'], undefined, undefined, true]],
    ['script "a b', 'script-quote'],
  ])('%s', (raw, expected) => expect(parsed(raw, 'command')).toEqual(expected));
});

describe('patterns', () => {
  it('take one word with escapes', () => {
    expect(parsePattern('regex "a\\\\d \\x41"')).toEqual({ ok: true, pattern: 'a\\d A' });
    expect(parsePattern('regex a b')).toMatchObject({ problem: { rule: 'script-extra-words' } });
    expect(parsePattern('regex')).toMatchObject({ problem: { rule: 'script-missing' } });
  });
});
