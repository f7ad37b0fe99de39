// Bytes of a client become requests whatever their pieces; what is no request is refused by name, and nothing grows without bound.
// Truth: JSON-RPC 2.0 section 4 and 5.1 (codes); RFC 8259.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addBytes, createLineBuffer, longestLine, nextRequest } from '../../../src/core/control/framing.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const refusal = (text: string) => {
  const buffer = createLineBuffer();
  addBytes(buffer, bytesOf(`${text}\n`));
  const received = nextRequest(buffer);
  return received?.kind === 'refused' ? [received.error.code, received.id] : received;
};

describe('one line', () => {
  it('is a request, and without an id a notification', () => {
    expect(refusal('{"jsonrpc":"2.0","id":7,"method":"status"}')).toEqual({
      kind: 'request',
      id: 7,
      method: 'status',
      params: {},
    });
    expect(refusal('{"jsonrpc":"2.0","method":"reload","params":{"a":1}}')).toMatchObject({
      id: undefined,
      params: { a: 1 },
    });
  });
  it.each([
    ['not JSON', [-32700, null]],
    ['{"a":', [-32700, null]],
    ['\u0000\u0001', [-32700, null]],
    ['[]', [-32600, null]],
    ['[{"jsonrpc":"2.0","id":1,"method":"status"}]', [-32600, null]],
    ['5', [-32600, null]],
    ['null', [-32600, null]],
    ['{"jsonrpc":"1.0","id":1,"method":"status"}', [-32600, 1]],
    ['{"jsonrpc":"2.0","id":1,"method":5}', [-32600, 1]],
    ['{"jsonrpc":"2.0","id":1.5,"method":"status"}', [-32600, null]],
    ['{"jsonrpc":"2.0","id":{},"method":"status"}', [-32600, null]],
    [`{"jsonrpc":"2.0","id":"${'x'.repeat(65)}","method":"status"}`, [-32600, null]],
    ['[['.repeat(20_000), [-32700, null]],
  ])('%s is refused', (text, expected) => {
    expect(refusal(text)).toEqual(expected);
  });
  it('that is not UTF-8 is refused', () => {
    const buffer = createLineBuffer();
    addBytes(buffer, Uint8Array.of(0x22, 0xff, 0x22, 10));
    expect(nextRequest(buffer)).toMatchObject({ kind: 'refused', error: { code: -32700 }, last: false });
  });
  it('that is empty is none', () => {
    expect(refusal('  \r')).toBeUndefined();
  });
});

describe('a line without end', () => {
  it('ends the client when it is too long, and is kept no longer', () => {
    const buffer = createLineBuffer();
    let refused: unknown;
    for (let n = 0; n < 200 && refused === undefined; n++) {
      addBytes(buffer, bytesOf('x'.repeat(1_000)));
      refused = nextRequest(buffer);
      expect(buffer.length).toBeLessThanOrEqual(longestLine + 1_000);
    }
    expect(refused).toMatchObject({ kind: 'refused', last: true });
    addBytes(buffer, bytesOf('x'.repeat(1_000_000)));
    expect(buffer).toMatchObject({ length: 0, parts: [] });
    expect(nextRequest(buffer)).toBeUndefined();
  });
  it('is too long as well when it comes whole', () => {
    const buffer = createLineBuffer();
    addBytes(buffer, bytesOf(`${' '.repeat(longestLine + 1)}\n`));
    expect(nextRequest(buffer)).toMatchObject({ kind: 'refused', last: true });
  });
});

it('however the bytes are cut, the same requests come out', () => {
  const text = Array.from({ length: 5 }, (_, id) => `{"jsonrpc":"2.0","id":${id},"method":"é"}`).join('\n');
  const whole = bytesOf(`${text}\n`);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 }), cuts => {
      const buffer = createLineBuffer();
      const ids: unknown[] = [];
      let at = 0;
      for (const size of [...cuts, whole.length]) {
        addBytes(buffer, whole.slice(at, at + size));
        at += size;
        for (let got = nextRequest(buffer); got !== undefined; got = nextRequest(buffer)) ids.push(got.id);
      }
      expect(ids).toEqual([0, 1, 2, 3, 4]);
      expect(buffer.length).toBe(0);
    }),
    { seed: 3 },
  );
});

it('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), parts => {
      const buffer = createLineBuffer();
      for (const part of parts) {
        addBytes(buffer, part);
        while (nextRequest(buffer) !== undefined);
      }
    }),
    { numRuns: 500, seed: 5 },
  );
});
