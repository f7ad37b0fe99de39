// What can be asked of one checker: its record, whose type follows from the schema.
// Spec: keepalived.conf(5), the checker blocks of real_server. A new fact: its line in the schema and its value in `checkRecord`.

import { bounded, type ValueOf } from '../schema.ts';
import { inSeconds } from '../time.ts';
import { checkCounters } from './health.ts';
import type { Checker } from './machine.ts';

const text = { type: 'string' } as const;
const span = { type: 'number', minimum: 0, unit: 'seconds' } as const;

export const checkSchema = {
  type: 'object',
  properties: {
    /** `tcp 10.0.0.1 80 / 10.0.1.1 80 / TCP_CHECK / 0`. */
    name: text,
    virtualServer: text,
    realServer: text,
    keyword: text,
    up: { type: 'boolean' },
    since: { type: 'instant' },
    cause: text,
    /** suspended: ha_suspend, and the virtual server's address is not here. */
    phase: { type: 'string', enum: ['waiting', 'running', 'dying', 'suspended'] },
    /** The next run. */
    nextAt: { type: 'instant' },
    last: {
      type: 'object',
      properties: {
        result: { type: 'string', enum: ['success', 'failure', 'untried'] },
        cause: text,
        at: { type: 'instant' },
        latency: span,
        lateness: span,
      },
      optional: [],
    },
    /** Failures in a row that have not decided yet, and how many may go by. */
    attempts: { type: 'integer', minimum: 0 },
    retry: { type: 'integer', minimum: 0 },
    counters: { type: 'counters', names: checkCounters },
  },
  optional: ['nextAt', 'last'],
} as const;
export type CheckRecord = ValueOf<typeof checkSchema>;

export function checkRecord({ config, standing, phase, due }: Checker): CheckRecord {
  const { last } = standing;
  return {
    name: config.id,
    virtualServer: config.virtualServer,
    realServer: config.realServer,
    keyword: config.keyword,
    up: standing.up,
    since: standing.since,
    cause: bounded(standing.cause),
    phase,
    ...(phase === 'waiting' && due !== undefined ? { nextAt: due } : {}),
    ...(last === undefined
      ? {}
      : {
          last: {
            result: last.result,
            cause: bounded(last.cause),
            at: last.at,
            latency: inSeconds(last.latency),
            lateness: inSeconds(last.lateness),
          },
        }),
    // The first failure counts at once: a checker begins with all its attempts used.
    attempts: standing.hasResult ? standing.attempts : 0,
    retry: config.retry,
    counters: { ...standing.counters },
  };
}
