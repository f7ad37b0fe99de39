// The filter of IPv6 adverts, run by a small interpreter of classic BPF. Truth: linux/filter.h, RFC 8200 section 3.
import { describe, expect, it } from 'vitest';
import { adverts6Filter, membership4, membership6 } from '../../../src/core/host/socket-options.ts';
import type { Address } from '../../../src/core/net/index.ts';
import { encodeIpv6 } from '../../../src/core/wire/index.ts';

/** Bytes let through; loads are relative to the network header (SKF_NET_OFF). */
function run(program: Buffer, packet: Uint8Array): number {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  let accumulator = 0;
  for (let at = 0; at < program.length / 8; at++) {
    const code = program.readUInt16LE(at * 8);
    const [whenTrue, whenFalse] = [program.readUInt8(at * 8 + 2), program.readUInt8(at * 8 + 3)];
    const operand = program.readUInt32LE(at * 8 + 4);
    if (code === 0x30) accumulator = view.getUint8(operand - 0xfff00000);
    else if (code === 0x20) accumulator = view.getUint32(operand - 0xfff00000);
    else if (code === 0x35) at += accumulator >= operand ? whenTrue : whenFalse;
    else if (code === 0x15) at += accumulator === operand ? whenTrue : whenFalse;
    else if (code === 0x06) return operand;
    else throw new Error(`operation ${code}`);
  }
  throw new Error('the program has no end');
}

const group = 'ff02::12' as Address;
const packet = (destination: string, hopLimit: number) =>
  encodeIpv6(
    {
      trafficClass: 0,
      hopLimit,
      nextHeader: 112,
      source: 'fe80::1' as Address,
      destination: destination as Address,
    },
    new Uint8Array(24),
  );

describe('adverts6Filter', () => {
  const passes = (destination: string, hopLimit: number, least = 255) =>
    run(adverts6Filter(group, least), packet(destination, hopLimit)) > 0;

  it('lets adverts of the group with hop limit 255 through whole', () => {
    expect(run(adverts6Filter(group, 255), packet('ff02::12', 255))).toBe(0xffff);
  });

  it.each([254, 64, 1, 0])('drops hop limit %i', hopLimit => {
    expect(passes('ff02::12', hopLimit)).toBe(false);
  });

  it('lets lower hop limits through where that is asked for', () => {
    expect([passes('ff02::12', 254, 254), passes('ff02::12', 253, 254), passes('ff02::12', 0, 0)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it.each(['ff02::13', 'ff03::12', 'ff02:1::12', 'ff02::1:0:0:12', 'fe80::12'])(
    'drops what goes to %s',
    to => {
      expect(passes(to, 255)).toBe(false);
    },
  );
});

describe('memberships', () => {
  it('are ip_mreqn and ipv6_mreq', () => {
    expect(membership4('224.0.0.18' as Address, 3).toString('hex')).toBe('e00000120000000003000000');
    expect(membership6(group, 3).toString('hex')).toBe(`ff02${'00'.repeat(13)}1203000000`);
  });
});
