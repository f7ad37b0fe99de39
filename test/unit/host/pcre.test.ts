// Regular expressions by PCRE2: what matches where, with which options, and what a bad or costly pattern comes to.
// Truth: pcre2pattern(3), and grep -P of this machine, which is the same library.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { matchRegex, type RegexRequest } from '../../../src/core/host/pcre.ts';

const request = (pattern: string, more: Partial<RegexRequest> = {}): RegexRequest => ({
  pattern,
  options: [],
  minOffset: 0,
  maxOffset: undefined,
  ...more,
});
const found = async (pattern: string, text: string, more: Partial<RegexRequest> = {}) => {
  const matched = await matchRegex(request(pattern, more), Buffer.from(text));
  return matched.ok ? matched.value : matched.fault.message;
};

describe('a pattern', () => {
  it.each([
    ['ready', 'server ready', true],
    ['^ready', 'server ready', false],
    ['Ready', 'server ready', false],
    ['(?i)Ready', 'server ready', true],
    ['a(?=b)b', 'xab', true],
    ['(?<!x)ab', 'xab', false],
    ['a++b', 'aaab', true],
    ['\\bup\\b', 'backup', false],
    ['(\\w)\\1', 'hello', true],
    ['^$', 'x', false],
    ['\\d{3,}', 'ab12', false],
  ])('%s in %j: %j, as grep -P finds it', async (pattern, text, expected) => {
    expect(await found(pattern, text)).toBe(expected);
    expect(spawnSync('grep', ['-Pzq', '--', pattern], { input: text }).status === 0).toBe(expected);
  });

  it('has the options of keepalived.conf; words that are none have no effect', async () => {
    expect(await found('READY', 'ready', { options: ['caseless'] })).toBe(true);
    expect(await found('a.b', 'a\nb')).toBe(false);
    expect(await found('a.b', 'a\nb', { options: ['dotall'] })).toBe(true);
    expect(await found('^b', 'a\nb', { options: ['multiline', 'nonsense'] })).toBe(true);
    expect(await found('a b', 'ab', { options: ['extended'] })).toBe(true);
  });

  it('is found in nothing, where it matches nothing', async () => {
    expect([await found('^$', ''), await found('a', '')]).toEqual([true, false]);
  });

  it('begins within the offsets', async () => {
    expect(await found('b', 'abc', { minOffset: 2 })).toBe(false);
    expect(await found('b', 'abc', { minOffset: 1 })).toBe(true);
    expect(await found('c', 'abc', { maxOffset: 1 })).toBe(false);
    expect(await found('c', 'abc', { maxOffset: 2 })).toBe(true);
    expect(await found('bc', 'abc', { maxOffset: 1 })).toBe(true);
    expect(await found('a', 'abc', { minOffset: 9 })).toBe(false);
  });

  it('that is wrong says where', async () => {
    expect(await found('a(b', 'x')).toMatch(
      /^the regex does not compile at byte 3: missing closing parenthesis/,
    );
    expect(await found('[z-a]', 'x')).toContain('does not compile at byte');
  });

  it('that would take for ever ends soon', async () => {
    const began = process.cpuUsage();
    expect(await found('(a+)+$', `${'a'.repeat(60)}!`)).toBe(
      'the regex cannot be matched: it takes more steps than a check may',
    );
    const { user, system } = process.cpuUsage(began);
    expect(user + system).toBeLessThan(2_000_000);
  });

  it('of UTF-8 passes over bytes that are none', async () => {
    const page = Buffer.concat([Buffer.from('Grüße '), Buffer.from([0xff, 0xc3]), Buffer.from('bereit')]);
    const inPage = async (pattern: string, more: Partial<RegexRequest>) => {
      const matched = await matchRegex(request(pattern, more), page);
      return matched.ok ? matched.value : matched.fault.message;
    };
    expect(await inPage('bereit', { options: ['utf'] })).toBe(true);
    expect(await inPage('^Gr.ße', { options: ['utf'] })).toBe(true);
    expect(await inPage('^Gr.ße', {})).toBe(false);
    expect(await inPage('ü', { options: ['utf'], minOffset: 3 })).toBe(false);
    expect(await inPage('fertig', { options: ['utf'] })).toBe(false);
    expect(await inPage('(*UTF)bereit', {})).toBe(
      'the regex cannot be matched: the page is not the UTF-8 that it demands',
    );
  });

  it('is looked for in all of a great page', async () => {
    expect(await found('needle', `${'hay '.repeat(1_000_000)}needle`)).toBe(true);
    expect(await found('needle', 'hay '.repeat(1_000_000))).toBe(false);
  });
});
