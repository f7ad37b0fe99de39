// Connections of checkers. Truth: check/events.ts: one at a time for each checker, nothing is heard of one that was closed.
import { describe, expect, it } from 'vitest';
import type { CheckInput, Target } from '../../../src/core/check/index.ts';
import type { DialEvent } from '../../../src/core/host/dial.ts';
import { createCheckConnections } from '../../../src/core/runtime/check-connections.ts';
import { target } from '../check/sample.ts';

/** Connections that do what the test says. */
function lab() {
  const opened: { hear: (event: DialEvent) => void; did: string[] }[] = [];
  const told: [string, CheckInput['kind']][] = [];
  const connections = createCheckConnections(
    (checker, input) => told.push([checker, input.kind]),
    (_, hear) => {
      const did: string[] = [];
      opened.push({ hear, did });
      return { send: bytes => did.push(`send ${Buffer.from(bytes)}`), close: () => did.push('close') };
    },
  );
  return { opened, told, connections };
}

const connect = (to: Target = target()) =>
  ({ kind: 'connect', transport: 'tcp', target: to, tls: undefined }) as const;

describe('connections of checkers', () => {
  it('are opened, written to and closed by the checker they belong to', () => {
    const { opened, told, connections } = lab();
    connections.perform('a', connect());
    connections.perform('b', connect());
    opened[1]!.hear({ kind: 'connected' });
    connections.perform('b', { kind: 'send', bytes: Buffer.from('hello') });
    connections.perform('a', { kind: 'close' });
    expect(told).toEqual([['b', 'connected']]);
    expect(opened.map(({ did }) => did)).toEqual([['close'], ['send hello']]);
    expect(connections.size).toBe(1);
  });
  it('that were closed or replaced are not heard any more', () => {
    const { opened, told, connections } = lab();
    connections.perform('a', connect());
    connections.perform('a', connect());
    expect(opened[0]!.did).toEqual(['close']);
    opened[0]!.hear({ kind: 'connected' });
    connections.perform('a', { kind: 'close' });
    opened[1]!.hear({ kind: 'ended' });
    expect(told).toEqual([]);
    expect(connections.size).toBe(0);
  });
});
