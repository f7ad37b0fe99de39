// Bytes of a sink: what is written comes out whole and in order, whatever the pieces are.
// Truth: the same as strings.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteSink } from '../../../src/core/ipvs/index.ts';

/** What `write` leaves, with pieces whose memory may be used again or not. */
function written(reused: boolean, write: (sink: ByteSink) => void): { text: string; pieces: number } {
  const pieces: Uint8Array[] = [];
  const sink = new ByteSink(piece => {
    pieces.push(reused ? piece.slice() : piece);
    return reused;
  });
  write(sink);
  sink.flush();
  return { text: Buffer.concat(pieces).toString(), pieces: pieces.length };
}

const dotted = (address: number): string => [24, 16, 8, 0].map(shift => (address >>> shift) & 255).join('.');

it('writes numbers, addresses and columns as strings would stand there', () => {
  const number = fc.oneof(
    fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }),
    fc.integer({ min: 40_950, max: 40_970 }),
  );
  fc.assert(
    fc.property(number, fc.integer(), fc.integer({ min: 0, max: 30 }), (value, address, width) => {
      const { text } = written(true, sink => {
        sink.begin();
        const column = sink.column;
        sink.number(value);
        sink.pad(column, width);
        sink.right(value, width);
        sink.field(Buffer.from('|'), Math.abs(value) % 65_536);
        sink.address(address);
        sink.address(address >>> 0);
      });
      expect(text).toBe(
        `${String(value).padEnd(width)}${String(value).padStart(width)}|${Math.abs(value) % 65_536}${dotted(address)}${dotted(address)}`,
      );
    }),
    { numRuns: 1000 },
  );
});

it('cuts neither texts nor forms, however long all of it is', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('x'.repeat(70_000), 'ü'.repeat(40_000), '€'.repeat(300)),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), fc.boolean(), (words, reused) => {
      const { text, pieces } = written(reused, sink => {
        for (const one of words) {
          sink.text(one);
          sink.begin();
          sink.ascii(Buffer.from('y'.repeat(500)));
        }
      });
      const expected = words.map(one => `${one}${'y'.repeat(500)}`).join('');
      expect(text).toBe(Buffer.from(expected).toString());
      expect(pieces).toBeGreaterThanOrEqual(Math.floor(Buffer.byteLength(expected) / 65_536));
    }),
    { numRuns: 50 },
  );
});
