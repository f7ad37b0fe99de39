// Laws of the route family: decode(encode(x)) = x for what the kernel reports back, and no payload makes a decoder throw.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressFromBytes } from '../../src/core/net/index.ts';
import {
  addAddress,
  addRoute,
  addRule,
  decodeRouteMessage,
  type Request,
  routeTypes,
} from '../../src/core/netlink/index.ts';

const back = ({ type, payload }: Pick<Request, 'type' | 'payload'>) =>
  decodeRouteMessage({ type, flags: 0, sequence: 0, port: 0, payload });
const u32 = fc.integer({ min: 0, max: 0xfffffffe });
const byte = fc.integer({ min: 0, max: 255 });
const port = fc.integer({ min: 0, max: 65535 });
const index = fc.integer({ min: 1, max: 0x7fffffff });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const addressOf = (size: number) => fc.uint8Array({ minLength: size, maxLength: size }).map(addressFromBytes);
const families = [
  { family: 'inet' as const, address: addressOf(4), bits: 32 },
  { family: 'inet6' as const, address: addressOf(16), bits: 128 },
];
const prefixOf = ({
  address,
  bits,
}: {
  address: fc.Arbitrary<ReturnType<typeof addressFromBytes>>;
  bits: number;
}) => fc.record({ address, length: fc.integer({ min: 1, max: bits }) });

describe.each(families)('$family', kind => {
  const { family, address } = kind;
  const prefix = prefixOf(kind);

  it('reads back addresses', () => {
    const records = fc
      .record({
        ifindex: index,
        prefix,
        scope: byte,
        label: maybe(fc.constantFrom('va:1', 'eth0:vip')),
        broadcast: maybe(address),
        other: maybe(address),
        flags: u32,
        preferredLifetime: fc.oneof(u32, fc.constant('forever' as const)),
      })
      .map(({ other, ...rest }) => {
        const peer =
          other === undefined || other === rest.prefix.address
            ? undefined
            : { address: other, length: rest.prefix.length };
        return { ...rest, peer };
      });
    fc.assert(
      fc.property(records, record => {
        expect(back(addAddress(record))).toEqual({
          ok: true,
          value: { kind: 'address', gone: false, record },
        });
      }),
    );
  });

  it('reads back routes', () => {
    const hop = fc.record({
      // A next hop of the other family travels in another attribute.
      via: maybe(fc.oneof(...families.map(each => each.address))),
      ifindex: index.map((value): number | undefined => value),
      weight: fc.integer({ min: 1, max: 256 }),
      onlink: fc.boolean(),
    });
    const records = fc.record({
      family: fc.constant(family),
      type: byte,
      destination: prefix,
      source: maybe(prefix),
      preferredSource: maybe(address),
      hops: fc
        .array(hop, { maxLength: 4 })
        .map(hops => (hops.length === 1 ? hops.map(only => ({ ...only, weight: 1 })) : hops)),
      table: u32,
      protocol: byte,
      scope: byte,
      metric: maybe(u32),
      tos: byte,
      realms: maybe(u32),
      metrics: fc.constantFrom(
        [],
        [
          { kind: 2, value: 1400 },
          { kind: 16, value: 'cubic' },
        ],
      ),
      locked: fc.constantFrom(0, 4),
      preference: maybe(fc.constantFrom(0, 1, 3)),
      expires: maybe(u32),
      ttlPropagate: maybe(fc.boolean()),
      encapsulated: fc.constant(false),
    });
    fc.assert(
      fc.property(records, record => {
        expect(back(addRoute(record))).toEqual({ ok: true, value: { kind: 'route', gone: false, record } });
      }),
    );
  });

  it('reads back rules', () => {
    const range = fc.tuple(port, port);
    const records = fc.record({
      family: fc.constant(family),
      invert: fc.boolean(),
      from: maybe(prefix),
      to: maybe(prefix),
      preference: u32,
      tos: byte,
      fwmark: maybe(fc.record({ value: u32, mask: u32 })),
      inputInterface: maybe(fc.constant('va')),
      outputInterface: maybe(fc.constant('vb')),
      protocol: byte,
      ipProtocol: maybe(byte),
      sourcePorts: maybe(range),
      destinationPorts: maybe(range),
      uidRange: maybe(fc.tuple(u32, u32)),
      tunnelId: maybe(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
      realms: maybe(u32),
      suppressPrefixLength: maybe(u32),
      suppressInterfaceGroup: maybe(u32),
      l3mdev: fc.boolean(),
      action: byte,
      table: u32,
      target: maybe(u32),
    });
    fc.assert(
      fc.property(records, record => {
        expect(back(addRule(record))).toEqual({ ok: true, value: { kind: 'rule', gone: false, record } });
      }),
    );
  });
});

describe('any payload', () => {
  it('is read, passed over or refused as netlink-malformed, never thrown over', () => {
    const family = fc.constantFrom(0, 2, 7, 10);
    const payloads = fc.tuple(family, fc.uint8Array({ maxLength: 120 }));
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(routeTypes)), payloads, (type, [first, rest]) => {
        const result = back({ type, payload: Uint8Array.from([first, ...rest]) });
        if (!result.ok) expect(result.fault.code).toBe('netlink-malformed');
      }),
    );
  });

  it.each([
    ['RTM_NEWLINK', routeTypes.newLink],
    ['RTM_NEWADDR', routeTypes.newAddress],
    ['RTM_NEWROUTE', routeTypes.newRoute],
    ['RTM_NEWRULE', routeTypes.newRule],
  ])('%s without its fixed header is refused', (_, type) => {
    expect(back({ type, payload: Uint8Array.from([2, 0, 0]) })).toMatchObject({ ok: false });
  });
});
