// News of a machine: facts before counters, each subject once, bounded when nobody asks.
// Truth: DESIGN "a step costs what it touches"; bounds by hand.
import { expect, it } from 'vitest';
import {
  createNews,
  noteChange,
  noteCount,
  noteTransition,
  takeKey,
  takeTransitions,
} from '../../src/core/news.ts';
import { instant } from '../../src/core/time.ts';

it('gives changed facts before moved counters, each subject once', () => {
  const news = createNews();
  noteCount(news, 'a');
  noteCount(news, 'b');
  noteChange(news, 'c');
  noteChange(news, 'b');
  noteChange(news, 'c');
  const take = (set: 'changed' | 'counted') => [takeKey(news, set), takeKey(news, set), takeKey(news, set)];
  expect([...take('changed'), ...take('counted')]).toEqual(['c', 'b', undefined, 'a', undefined, undefined]);
});

it('keeps the latest transitions and counts those that found no room', () => {
  const news = createNews();
  for (let n = 0; n < 100_000; n++)
    noteTransition(news, {
      kind: 'check',
      name: 'x',
      from: 'up',
      to: 'down',
      cause: String(n),
      at: instant(n),
    });
  expect(news.transitions.length).toBeLessThan(2_048);
  expect(news.transitions.length + news.dropped).toBe(100_000);
  expect(news.transitions.at(-1)?.cause).toBe('99999');
  const [oldest] = takeTransitions(news, 1);
  expect(Number(oldest?.cause)).toBe(news.dropped);
});
