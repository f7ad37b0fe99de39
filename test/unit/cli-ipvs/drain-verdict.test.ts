// What a drain makes of a look. Truth: the table in the comment of verdict.ts, written down here case by case.
import { describe, expect, it } from 'vitest';
import { countsInactive, judge, type Look } from '../../../src/core/cli/ipvs/drain/verdict.ts';
import { noCounters } from '../../../src/core/ipvs/codec-service.ts';
import type { ObservedDestination } from '../../../src/core/ipvs/index.ts';
import type { Address } from '../../../src/core/net/index.ts';

const server = (weight: number, active: number, inactive = 0, persistent = 0): ObservedDestination => ({
  address: '10.0.1.1' as Address,
  port: 80,
  forwarding: 'NAT',
  tunnel: undefined,
  weight,
  upperThreshold: 0,
  lowerThreshold: 0,
  activeConnections: active,
  inactiveConnections: inactive,
  persistentConnections: persistent,
  counters: noCounters,
});
const look = (...numbers: Parameters<typeof server>): Look => ({
  kind: 'server',
  server: server(...numbers),
});
const gone = (what: 'server' | 'service'): Look => ({ kind: 'gone', what });
const plain = { keep: false, force: false, inactive: false };
const calm = { interrupted: false, late: false };
const end = (ending: string, deletes = false) => ({ kind: 'end', ending, deletes });

describe('a look', () => {
  it.each([
    ['connections are open', look(0, 1), plain, calm, { kind: 'wait' }],
    ['a template brings clients back', look(0, 0, 0, 1), plain, calm, { kind: 'wait' }],
    ['only closed connections wait', look(0, 0, 3), plain, calm, end('drained', true)],
    ['inactive ones count', look(0, 0, 3), { ...plain, inactive: true }, calm, { kind: 'wait' }],
    ['idle', look(0, 0), plain, calm, end('drained', true)],
    ['idle, kept', look(0, 0), { ...plain, keep: true }, calm, end('drained')],
    ['late', look(0, 1), plain, { ...calm, late: true }, end('deadline')],
    ['late, forced', look(0, 1), { ...plain, force: true }, { ...calm, late: true }, end('deadline', true)],
    [
      'late, forced, kept',
      look(0, 1),
      { keep: true, force: true, inactive: false },
      { ...calm, late: true },
      end('deadline'),
    ],
    ['idle in the last moment', look(0, 0), plain, { ...calm, late: true }, end('drained', true)],
    ['interrupted', look(0, 1), plain, { ...calm, interrupted: true }, end('interrupted')],
    [
      'interrupted and idle: nothing is deleted',
      look(0, 0),
      plain,
      { ...calm, interrupted: true },
      end('interrupted'),
    ],
    ['weight set by another, idle', look(5, 0), plain, calm, end('weight-changed')],
    [
      'weight set by another, late and forced',
      look(5, 3),
      { ...plain, force: true },
      { interrupted: true, late: true },
      end('weight-changed'),
    ],
    [
      'server deleted by another',
      gone('server'),
      plain,
      { interrupted: true, late: true },
      end('server-gone'),
    ],
    ['service deleted by another', gone('service'), plain, calm, end('service-gone')],
  ] as const)('%s', (_, seen, policy, moment, verdict) => {
    expect(judge(seen, policy, moment)).toEqual(verdict);
  });
});

it('counts inactive connections where the protocol may have no others', () => {
  const address = { kind: 'address', address: '10.0.0.1' as Address, port: 80 } as const;
  expect(countsInactive({ ...address, protocol: 'udp' })).toBe(true);
  expect(countsInactive({ kind: 'fwmark', family: 'inet', mark: 1 })).toBe(true);
  expect(countsInactive({ ...address, protocol: 'tcp' })).toBe(false);
  expect(countsInactive({ ...address, protocol: 'sctp' })).toBe(false);
});
