// The screens of `lvskit status` are no wider than the terminal, lose nothing, and obey nothing that a peer wrote.
// Truth: docs/status.md, whose pictures are compared here.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explanationOf } from '../../../src/core/cli/status/explain.ts';
import { pluginLine } from '../../../src/core/cli/status/plugin.ts';
import { screenOf } from '../../../src/core/cli/status/screen.ts';
import { span } from '../../../src/core/cli/status/words.ts';
import { wrapped } from '../../../src/core/cli/status/wrap.ts';
import { childMoved } from '../../../src/core/control/index.ts';
import { createCheckerProcess, stepCheckerProcess } from '../../../src/core/daemon/index.ts';
import { instant } from '../../../src/core/time.ts';
import { loadText } from '../conf/load-text.ts';
import { newCopy, pushChecker, statusAt } from '../control/site.ts';

const at = (seconds: number) => instant(seconds * 1e6);

/** Checked every ten seconds for eleven minutes; the second server refuses since then, the third was drained before. */
function site(servers: number, reason: string) {
  const real = (n: number) =>
    `real_server 10.0.${1 + (n >> 8)}.${n & 255} 80 {\n weight 10\n TCP_CHECK {\n retry 0\n }\n }\n`;
  const file = `virtual_server 10.0.0.1 80 {\n lvs_sched wrr\n protocol TCP\n delay_loop 10\n${Array.from({ length: servers }, (_, n) => real(n + 1)).join('')}}\n`;
  const process = createCheckerProcess();
  stepCheckerProcess(process, { kind: 'configure', config: loadText(file).config }, at(0));
  stepCheckerProcess(process, { kind: 'kernel', services: [] }, at(0));
  const copy = newCopy();
  childMoved(copy, 'checker', 'starting', { cause: 'started', pid: 102 }, at(0));
  childMoved(copy, 'checker', 'running', { cause: 'its configuration is in force' }, at(0));
  const [, second = ''] = process.checkers.keys();
  const service = { virtualServer: 'tcp 10.0.0.1 80', realServer: '10.0.1.3 80' };
  stepCheckerProcess(process, { kind: 'override-weight', ...service, weight: 0 }, at(640));
  stepCheckerProcess(process, { kind: 'check-now', checkers: [second] }, at(660));
  // Others are due as well: each wake takes one.
  for (let n = 0; n < servers; n++) stepCheckerProcess(process, { kind: 'wake' }, at(660));
  const input = { kind: 'failed', reason, errno: 'ECONNREFUSED', local: false } as const;
  stepCheckerProcess(process, { kind: 'check', checker: second, input }, at(661));
  pushChecker(copy, process, at(698.7));
  return copy;
}

const plain = (text: string) => text.replaceAll(/ +$/gm, '').trimEnd();

describe('the screen', () => {
  it('is the one that docs/status.md shows', () => {
    const docs = readFileSync('docs/status.md', 'utf8').replaceAll(/^ {4}/gm, '');
    const copy = site(3, 'connection refused');
    for (const text of [
      screenOf(statusAt(copy, 699.3)!, { width: 80, all: false }),
      explanationOf(statusAt(copy, 699.3, '10.0.1.2:80')!, 80),
    ])
      expect(docs).toContain(plain(text));
  });

  it('of 1,000 servers shows those that are not as they should be, and counts the others', () => {
    const status = statusAt(site(1_000, 'refused'), 700)!;
    const text = screenOf(status, { width: 80, all: false });
    expect(text).toContain('... and 998 servers up (--all)');
    expect(text.split('\n').length).toBeLessThan(24);
    expect(screenOf(status, { width: 80, all: true }).split('\n').length).toBeGreaterThan(1_000);
  });

  it('writes what a peer said as text, whole, and no wider than it may be', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 200 }),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (width, reason) => {
          const copy = site(3, reason);
          for (const text of [
            screenOf(statusAt(copy, 700)!, { width, all: false }),
            explanationOf(statusAt(copy, 700, '10.0.1.2:80')!, width),
          ]) {
            expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
            for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(width);
          }
        },
      ),
      { numRuns: 40, seed: 9 },
    );
  });
});

describe('the line for monitoring', () => {
  it('has one line, one bar and a verdict', () => {
    const { text, exit } = pluginLine(statusAt(site(3, 'a | b\nc'), 700)!);
    expect(exit).toBe(1);
    expect(text.split('\n')).toHaveLength(2);
    expect(text.split('|')).toHaveLength(2);
    expect(text).toMatch(
      /^LVSKIT WARNING - 10\.0\.1\.2:80 of tcp 10\.0\.0\.1:80 is down: TCP_CHECK: a \/ b\\nc \| /,
    );
    expect(text).toContain('servers_up=2;;;0;3');
  });
});

it('wrapped lines lose no word', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é'), minLength: 1, maxLength: 60 })),
      fc.integer({ min: 10, max: 60 }),
      (words, width) => {
        const text = wrapped(words.join(' '), width);
        for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(width);
        expect(text.replaceAll(/\s/g, '')).toBe(words.join(''));
      },
    ),
    { seed: 4 },
  );
});

it.each([
  [0.04, '0.0 s'],
  [9.94, '9.9 s'],
  [59, '59 s'],
  [125, '2 min'],
  [3_600, '1 h'],
  [11_100, '3 h 5 min'],
  [273_600, '3 d 4 h'],
  [-1, '0.0 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(span(seconds)).toBe(text);
});
