// What lvskit set itself for each figure of bench:vrrp; printed beside the figures, never asserted.
// Spec: the proof section of the issue that introduced bench:vrrp; limits follow keepalived's or bare Node's figure of the same run.
import type { Part } from './measure.ts';

export interface Budget {
  readonly limit: number;
  readonly text: string;
}

interface Others {
  readonly keepalived: number | undefined;
  readonly bare: number | undefined;
}

const nothing = Number.NaN;
const beside = (others: Others, more: number): Budget => ({
  limit: (others.keepalived ?? nothing) + more,
  text: `keepalived + ${more}`,
});

/** Keyed by `part, scene, figure`. */
const budgets: Readonly<Record<string, (others: Others) => Budget>> = {
  'cpu, MASTER 255 x 0.1 s, cpu': ({ keepalived = nothing }) => ({
    limit: 0.6 * keepalived,
    text: '0.6 x keepalived',
  }),
  'cpu, BACKUP 255 x 0.1 s, burst, cpu': () => ({ limit: 3, text: '3 %' }),
  'cpu, BACKUP 255 x 0.1 s, even, cpu': ({ bare = nothing }) => ({ limit: bare + 2, text: 'bare + 2' }),
  'interval, 1 x 0.1 s, late p99': () => ({ limit: 3, text: 'nominal + 3' }),
  'interval, 255 x 0.1 s, late p99': ({ bare = nothing }) => ({ limit: bare + 1, text: 'bare + 1' }),
  'takeover, 1 instances, overshoot p50': others => beside(others, 2),
  'takeover, 64 instances, overshoot p50': others => beside(others, 15),
  'takeover, 255 instances, overshoot p50': others => beside(others, 60),
  'churn, 10,000 of 100,000 routes, largest gap': () => ({ limit: 1100, text: '1.1 intervals' }),
  'start, 1 addresses, until BACKUP': others => beside(others, 300),
  'start, 300 addresses, until BACKUP': others => beside(others, 300),
  'flood, 20k/s with an IP option, largest gap': () => ({ limit: 1100, text: '1.1 intervals' }),
  'flood, 40k/s with an IP option, largest gap': () => ({ limit: 1100, text: '1.1 intervals' }),
};

export const budgetFor = (part: Part, scene: string, figure: string, others: Others): Budget | undefined =>
  budgets[`${part}, ${scene}, ${figure}`]?.(others);
