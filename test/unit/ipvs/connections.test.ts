// Lines of /proc/net/ip_vs_conn: every address and port of both families, whatever line came before.
// Truth: net/netfilter/ipvs/ip_vs_conn.c prints %08X of the address and %04X of the port; addressFromBytes for the canonical text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConnection } from '../../../src/core/ipvs/index.ts';
import { addressFromBytes } from '../../../src/core/net/index.ts';

const hex = (number: number, digits: number) => number.toString(16).toUpperCase().padStart(digits, '0');
const four = fc.uint8Array({ minLength: 4, maxLength: 4 });
const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
const port = fc.integer({ min: 0, max: 65_535 });
/** As the kernel writes an address. */
const written = (bytes: Uint8Array): string =>
  bytes.length === 4
    ? hex(Buffer.from(bytes).readUInt32BE(0), 8)
    : Array.from({ length: 8 }, (_, n) => hex(Buffer.from(bytes).readUInt16BE(2 * n), 4)).join(':');

describe('a line of the connection table', () => {
  it('gives the addresses and ports that the kernel wrote', () => {
    const ends = (bytes: fc.Arbitrary<Uint8Array>) =>
      fc.array(fc.tuple(bytes, port), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.oneof(ends(four), ends(sixteen)), list => {
        const words = list.map(([bytes, number]) => `${written(bytes)} ${hex(number, 4)}`).join(' ');
        const entry = parseConnection(`TCP ${words} ESTABLISHED     899`);
        expect([entry?.client, entry?.virtual, entry?.destination]).toEqual(
          list.map(([bytes, number]) => ({ address: addressFromBytes(bytes), port: number })),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is none where an address or a port is none', () => {
    const line = (real: string) => `TCP 0A000001 0050 0A000002 0050 ${real} 0050 ESTABLISHED 10`;
    for (const wrong of ['', '0A00000', '0A0000011', '0A00000G', 'nonsense'])
      expect(parseConnection(line(wrong))).toBeUndefined();
    expect(
      parseConnection('Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires'),
    ).toBeUndefined();
  });
});
