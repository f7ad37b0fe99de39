// One virtual server's standing: which real servers are alive, with what weight, and whether there is a quorum.
// Spec: keepalived.conf(5) quorum and hysteresis; the sum counts the effective weights of alive servers.

import type { Instant } from '../time.ts';
import type { RealServerConfig, VirtualServerConfig } from './config.ts';

/** What one checker says of its real server. */
export interface Verdict {
  readonly up: boolean;
  readonly weight: number | undefined;
}

/** What an operator gives a real server instead of what the file and its checks say. */
export interface ServerOverride {
  readonly weight: number;
}

export interface RealServerState {
  readonly config: RealServerConfig;
  /** By checker. */
  readonly verdicts: Map<string, Verdict>;
  /** What an operator has set until the next reload. */
  override: ServerOverride | undefined;
  /** Alive: no checker fails. */
  up: boolean;
  /** When `up` became what it is. */
  since: Instant;
  /** What made it so: keyword and finding of the checker, or how it began. */
  cause: string;
  /** A check has found it down, and that was said: one that begins down (alpha) is told once, by its first failure. */
  toldDown: boolean;
  /** Keys of the real servers with which it shares a destination in some service, in the order of the file, itself included; mostly empty. */
  readonly sharers: readonly string[];
}

export interface VirtualServerState {
  readonly config: VirtualServerConfig;
  readonly realServers: ReadonlyMap<string, RealServerState>;
  /** Effective weights of the servers that are alive, kept up to date by the difference each verdict makes. */
  sum: number;
  /** How many are alive. */
  alive: number;
  quorum: boolean;
  /** When `quorum` became what it is, and why. */
  since: Instant;
  cause: string;
}

/** Alive while no checker fails; a server without checkers always is. */
export const isAlive = (verdicts: RealServerState['verdicts']): boolean => {
  for (const verdict of verdicts.values()) if (!verdict.up) return false;
  return true;
};

const heaviest = 2_147_483_647;

/** The weight while the server is alive: an operator's, or the file's as dynamic checkers move it. */
export const effectiveWeight = (server: RealServerState): number =>
  server.override?.weight ?? configuredWeight(server);

/** The configured weight moved by what each dynamic checker asks for; never below 0. Computed, not accumulated. */
export function configuredWeight({ config, verdicts }: Pick<RealServerState, 'config' | 'verdicts'>): number {
  let weight = config.weight;
  for (const verdict of verdicts.values()) {
    if (verdict.weight !== undefined) weight += verdict.weight - config.weight;
  }
  return Math.min(heaviest, Math.max(0, weight));
}

/** What a server adds to the sum its quorum is judged by. */
export const countedWeight = (server: RealServerState): number => (server.up ? effectiveWeight(server) : 0);

/**
 * Whether there is a quorum now, given whether there was one. Up: lost below quorum - hysteresis, or with nothing left. Down: gained at
 * quorum + hysteresis. A service whose every weight is 0 (quorum 0) has it while any server is alive: its operator drains it.
 */
export function hasQuorum(
  { quorum, hysteresis }: VirtualServerConfig,
  before: boolean,
  { sum, alive }: { readonly sum: number; readonly alive: number },
): boolean {
  if (quorum === 0) return alive > 0;
  return before ? sum >= quorum - hysteresis && sum > 0 : sum >= quorum + hysteresis;
}

/** Whether real servers take traffic at all: without a sorry server they do whatever the quorum says. */
export const servesTraffic = (server: VirtualServerState): boolean =>
  server.quorum || server.config.sorryServer === undefined;
