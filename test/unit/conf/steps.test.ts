// The builder's cost grows with the number of statements, not faster: keywords looked at are counted, not seconds.
// Truth: each statement is visited once; a virtual_server's own keyword is read once more, to put it behind the rest.

import { describe, expect, it } from 'vitest';
import type { Statement } from '../../../src/core/conf/index.ts';
import { buildConfiguration } from '../../../src/core/conf/model/build.ts';

interface Counter {
  keywords: number;
}

const place = { file: 'test', line: 1, column: 1, endLine: 1, endColumn: 1 };

function statement(text: string, counter: Counter, block?: readonly Statement[]): Statement {
  const words = text.split(' ');
  return {
    get keyword() {
      counter.keywords++;
      return words[0] ?? '';
    },
    length: words.length,
    word: i => words[i],
    words: (from = 1) => words.slice(from),
    isQuoted: () => false,
    raw: text,
    block,
    place: () => place,
    origins: () => [],
    openPlace: undefined,
    closePlace: undefined,
  };
}

function visits(services: number): { readonly keywords: number; readonly findings: number } {
  const counter: Counter = { keywords: 0 };
  const s = (text: string, block?: readonly Statement[]) => statement(text, counter, block);
  const servers = Array.from({ length: services }, (_, i) =>
    s(`virtual_server 10.0.${i >> 8}.${i & 255} 80`, [
      s('protocol TCP'),
      s('real_server 10.1.0.1 80', [s('weight 1'), s('TCP_CHECK', [s('connect_timeout 3')])]),
    ]),
  );
  const built = buildConfiguration(servers, { hostName: 'h', readTable: () => undefined });
  expect(built.config.virtualServers).toHaveLength(services);
  expect(built.config.checkers).toHaveLength(services);
  return { keywords: counter.keywords, findings: built.diagnostics.length };
}

describe('cost of building', () => {
  it('is proportional to the file', () => {
    const small = visits(100);
    const large = visits(1000);
    expect(large.keywords).toBe(10 * small.keywords);
    expect(large.findings).toBe(0);
  });
});
