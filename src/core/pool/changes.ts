// What follows when a server or a quorum changes: what is said, what is programmed, what is kept for those who ask.
// Spec: keepalived.conf(5) quorum; announce.ts has the words.

import { noteTransition } from '../news.ts';
import type { Instant } from '../time.ts';
import { announceQuorum, quorumArithmetic } from './announce.ts';
import type { PoolEffect } from './events.ts';
import { hasQuorum, type RealServerState, type VirtualServerState } from './server.ts';
import type { Pool } from './state.ts';

export const wholeServer = (virtualServer: string): PoolEffect => ({
  kind: 'changed',
  virtualServer,
  realServer: undefined,
});

/** At start a service without quorum says so only when its sorry server steps in; later every change is said. */
export function quorumNews(
  { config, quorum, sum }: VirtualServerState,
  before: boolean | undefined,
): readonly PoolEffect[] {
  if (before === quorum) return [];
  if (before !== undefined) return announceQuorum(config, quorum, quorumArithmetic(config, quorum, sum));
  if (quorum) return announceQuorum(config, true, 'Starting with quorum up');
  return config.sorryServer === undefined ? [] : announceQuorum(config, false, 'Starting with quorum down');
}

/** Judges the quorum anew; a change has its time and its arithmetic. */
export function settleQuorum(pool: Pool, server: VirtualServerState, now: Instant): void {
  const { config, quorum: before, sum } = server;
  const quorum = hasQuorum(config, before, server);
  if (quorum === before) return;
  const cause = quorumArithmetic(config, quorum, sum);
  Object.assign(server, { quorum, since: now, cause });
  const transition = { name: config.key, from: word(before), to: word(quorum), cause, at: now };
  noteTransition(pool.news, { kind: 'service', ...transition });
}

const word = (up: boolean): 'up' | 'down' => (up ? 'up' : 'down');

export function noteServer(
  pool: Pool,
  { config: { key } }: VirtualServerState,
  { config, up }: RealServerState,
  cause: string,
  now: Instant,
): void {
  const transition = { name: `${key} > ${config.key}`, from: word(!up), to: word(up), cause, at: now };
  noteTransition(pool.news, { kind: 'server', ...transition });
}
