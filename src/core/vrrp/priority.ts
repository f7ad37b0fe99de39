// Priorities: what an instance starts from and what tracking makes of it.
// Spec: RFC 9568 section 6.1 (1..254, 255 = address owner), keepalived.conf(5) weights.

import type { InstanceConfig, Weighted } from './config.ts';

export const ownerPriority = 255;

/** The configured priority; 255 marks the address owner, whom tracking never touches. */
export const basePriorityOf = (config: InstanceConfig): number => config.priority;

/** What a weighted item adds: a positive weight counts while up, a negative one while down; reverse flips the sign. */
export function contribution(item: Weighted, up: boolean): number {
  const amount = item.weight > 0 === up ? item.weight : 0;
  // `|| 0` keeps minus zero out of transcripts.
  return (item.reverse ? -amount : amount) || 0;
}

/** Base plus contributions, kept in 1..254; an owner keeps 255. */
export function effectivePriority(base: number, contributions: readonly number[]): number {
  if (base === ownerPriority) return ownerPriority;
  const sum = contributions.reduce((total, each) => total + each, base);
  return Math.min(254, Math.max(1, sum));
}

/** Weight 0: is this item, up or down, a reason for FAULT? `reverse` faults while up. */
export const isFault = (item: Weighted, up: boolean): boolean => item.weight === 0 && up === item.reverse;
