// The ownership ledger: what a killed predecessor left, whatever happened to its file.
// Truth: DESIGN "ownership ledger"; the lines are our own, damaged as a kill, a full disk or an editor damages them.
import { describe, expect, it } from 'vitest';
import {
  compactLedger,
  isLedger,
  type LedgerEntry,
  ledgerHead,
  ledgerLines,
  lowerAddress,
  lowerRoute,
  lowerRule,
  type Possession,
  replay,
} from '../../../src/core/link/index.ts';
import { address, eth, mirrorOf, prefix, route, rule } from './fixtures.ts';

const va = mirrorOf(eth(2, 'va'));
const held = (text: string): Possession => {
  const lowered = lowerAddress(address(text), va, 'va');
  if (!lowered.ok) throw new Error(text);
  return { kind: 'address', record: lowered.record };
};
const path = (via: string): Possession => {
  const lowered = lowerRoute(route('203.0.113.0/24', [{ via }]), va);
  if (!lowered.ok) throw new Error(via);
  return { kind: 'route', record: lowered.record };
};
const tunnel: Possession = {
  kind: 'rule',
  record: lowerRule(rule({ tunnelId: 2n ** 63n + 1n, preference: 5001, to: prefix('192.0.2.0/24') })),
};
const added = (possession: Possession): LedgerEntry => ({ change: 'add', owner: 'VI_1', ...possession });
const removed = (possession: Possession): LedgerEntry => ({ change: 'remove', owner: '', ...possession });
const [one, two, six] = [held('10.0.0.1/24'), held('10.0.0.2/24'), held('2001:db8::1/128')] as const;
const head = ledgerHead('boot-1');
const left = (text: string, boot = 'boot-1') => replay(text, boot);

describe('replay', () => {
  it('finds addresses, routes and rules as they were written, with their large numbers', () => {
    const all = [one, six, path('10.0.0.9'), tunnel];
    expect(left(head + ledgerLines(all.map(added)))).toEqual(all);
    // JSON leaves out what is undefined: the records are equal for the kernel.
    expect(tunnel.record).toMatchObject({ tunnelId: 9223372036854775809n });
  });

  it('leaves out what was removed, keeps what was added again after that, and names each thing once', () => {
    const lines = [added(one), added(two), removed(one), added(two), removed(two), added(two)];
    expect(left(head + ledgerLines(lines))).toEqual([two]);
  });

  it('takes the last of several entries: an address that was changed in place', () => {
    const changed: Possession = {
      kind: 'address',
      record: { ...six.record, preferredLifetime: 100 } as never,
    };
    expect(left(head + ledgerLines([added(six), added(changed)]))).toEqual([{ ...changed, unsure: true }]);
  });

  it('finds nothing in a ledger of another boot, of another format, without a head, or empty', () => {
    const lines = ledgerLines([added(one)]);
    expect(left(head + lines, 'boot-2')).toEqual([]);
    expect(left('{"format":"lvskit-ledger-0","boot":"boot-1"}\n' + lines)).toEqual([]);
    expect(left(lines)).toEqual([]);
    expect(left('')).toEqual([]);
    expect(left(head)).toEqual([]);
    expect(left(head.trimEnd())).toEqual([]);
  });

  it('passes over a last line without its end, wherever it was torn', () => {
    const whole = head + ledgerLines([added(one)]);
    const last = ledgerLines([added(two)]);
    for (let length = 0; length < last.length; length++)
      expect(left(whole + last.slice(0, length))).toEqual([one]);
    expect(left(whole + last)).toEqual([one, two]);
  });

  it.each([
    ['no JSON', '{"change":"add","kind":'],
    ['zeros of a file that was never written out', '\0\0\0\0'],
    ['no object', '17'],
    ['null', 'null'],
    ['a list', '[1,2]'],
    ['an empty line', ''],
    ['a kind of another version', '{"change":"add","owner":"","kind":"tunnel","record":{}}'],
    ['a kind that every object has', '{"change":"add","owner":"","kind":"toString","record":{}}'],
    ['no record', '{"change":"add","owner":"","kind":"address"}'],
    ['a record of another kind', '{"change":"add","owner":"","kind":"address","record":{"table":254}}'],
    ['a big integer that is none', '{"change":"add","owner":"","kind":"rule","record":{"big":"x"}}'],
    ['another change', ledgerLines([{ ...added(two), change: 'keep' as 'add' }]).trimEnd()],
  ])('passes over a line that cannot be read: %s', (_, line) => {
    expect(left(`${head}${line}\n${ledgerLines([added(one)])}`)).toEqual([one]);
  });
});

describe('isLedger', () => {
  it.each([
    ['empty', '', true],
    ['with the head of this boot', head, true],
    ['with the head of another boot', ledgerHead('boot-0'), true],
    ['with its head torn', head.slice(0, -1), false],
    ['full of zeros', '\0'.repeat(4096), false],
    ['in another format', '{"format":"other","boot":"boot-1"}\n', false],
  ])('tells a file that is %s', (_, text, whole) => expect(isLedger(text)).toBe(whole));
});

describe('compactLedger', () => {
  it('says what the long one says', () => {
    const all = [one, path('10.0.0.9'), tunnel];
    const long = head + ledgerLines([...all.map(added), added(two), removed(two)]);
    const short = compactLedger('boot-1', left(long));
    expect(left(short)).toEqual(all);
    expect(short.split('\n')).toHaveLength(1 + all.length + 1);
    expect(left(compactLedger('boot-1', []))).toEqual([]);
  });
});
