// Rows of the connection listing that are cut out of frames are those that the layout prints of each entry.
// Truth: the entries read one by one and laid out (test/property/layout.test.ts holds the layout to cli-table3).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf, printEntries, printLines } from '../../src/core/cli/ipvs/connection-list.ts';
import { textEntries } from '../../src/core/cli/ipvs/connection-print.ts';

const hex = (digits: number) =>
  fc.nat(16 ** digits - 1).map(n => n.toString(16).toUpperCase().padStart(digits, '0'));
const groups = fc.array(hex(4), { minLength: 8, maxLength: 8 }).map(all => all.join(':').toLowerCase());
const inet = fc.oneof(hex(8), fc.constantFrom('0A4D0001', '00000000', 'FFFFFFFF', '0A4D0101'));
const port = fc.oneof(hex(4), fc.constantFrom('0000', '0050', '0001'));
const end = (address: fc.Arbitrary<string>) => fc.tuple(address, port).map(both => both.join(' '));

/** As the kernel prints it. */
const line = fc
  .tuple(
    fc.constantFrom('TCP', 'UDP', 'SCTP', 'IP'),
    fc.oneof(
      { weight: 5, arbitrary: fc.tuple(end(inet), end(inet), end(inet)) },
      fc.tuple(end(groups), end(groups), end(groups)),
    ),
    fc.constantFrom('ESTABLISHED', 'NONE', 'UDP', 'FIN_WAIT', 'S-ACK-SENT'),
    fc.oneof(fc.nat(9_999_999), fc.constantFrom(0, 4_294_967_295)),
    fc.constantFrom('', '', '', ' sip abc@example'),
  )
  .map(
    ([protocol, ends, state, expires, engine]) =>
      `${protocol.padEnd(3)} ${ends.join(' ')} ${state.padEnd(11)} ${String(expires).padStart(7)}${engine}`,
  );
const odd = fc.constantFrom('', 'x', 'TCP zz', `TCP ${'x'.repeat(61)}`);

const text = (print: (take: (bytes: Uint8Array) => boolean) => void): string => {
  const pieces: Buffer[] = [];
  print(bytes => pieces.push(Buffer.from(bytes)) > 0);
  return Buffer.concat(pieces).toString();
};

describe('the listing of connections', () => {
  it('is the same line by line and entry by entry', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 20, arbitrary: line }, odd), { maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(Number.POSITIVE_INFINITY, 80, 120),
        (lines, sample, width) => {
          const all = [
            'Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData',
            ...lines,
          ];
          const printer = () => textEntries(undefined, width, 'none', sample);
          const slowly = text(take => printEntries(entriesOf(all, []), printer(), take));
          expect(text(take => printLines(all, printer(), take))).toBe(slowly);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
