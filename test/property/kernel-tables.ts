// Arbitrary IPVS tables of everything the kernel keeps, whoever put it there: wider than what ipvsadm can say.
// Spec: net/netfilter/ipvs/ip_vs_ctl.c: ip_vs_genl_parse_service, ip_vs_genl_parse_dest and the checks of ip_vs_add_service, ip_vs_add_dest.
import fc from 'fast-check';
import { type Destination, destinationKey, type Service, serviceKey } from '../../src/core/ipvs/index.ts';
import { type Address, addressFromBytes, type Family } from '../../src/core/net/index.ts';

const word = fc.oneof(
  fc.constantFrom(0, 1, 2_147_483_647, 2_147_483_648, 3_000_000_000, 4_294_967_295),
  fc.nat(),
);
const port = fc.oneof(fc.constantFrom(0, 1, 80, 65_535), fc.nat(65_535));

export const address = (family: Family): fc.Arbitrary<Address> => {
  const size = family === 'inet' ? 4 : 16;
  return (
    fc
      .uint8Array({ minLength: size, maxLength: size })
      // The kernel refuses what is no unicast address; 10/8 and 2000::/8 are.
      .map(bytes =>
        addressFromBytes(Uint8Array.from(bytes, (byte, at) => (at === 0 ? (size === 4 ? 10 : 0x20) : byte))),
      )
  );
};

const tunnel = fc.oneof(
  fc.record({
    type: fc.constantFrom('ipip' as const, 'gre' as const),
    port,
    checksum: fc.constantFrom(
      'nocsum' as const,
      'csum' as const,
      'remcsum' as const,
      'csum+remcsum' as const,
    ),
  }),
  fc.record({
    type: fc.constant('gue' as const),
    port: fc.integer({ min: 1, max: 65_535 }),
    checksum: fc.constantFrom(
      'nocsum' as const,
      'csum' as const,
      'remcsum' as const,
      'csum+remcsum' as const,
    ),
  }),
);

const thresholds = fc.tuple(word, word).map(([a, b]) => ({
  upperThreshold: Math.max(a, b),
  lowerThreshold: Math.min(a, b),
}));

/** A server of the service's family by any method, or of either family through a tunnel. */
const destination = (family: Family): fc.Arbitrary<Destination> =>
  fc
    .record({
      forwarding: fc.constantFrom(
        'NAT' as const,
        'LOCAL' as const,
        'TUN' as const,
        'DR' as const,
        'BYPASS' as const,
      ),
      other: fc.boolean(),
      port,
      tunnel,
      weight: fc.constantFrom(0, 1, 100, 2_147_483_647),
      thresholds,
    })
    .chain(({ forwarding, other, thresholds: two, tunnel: kind, ...rest }) =>
      address(forwarding === 'TUN' && other ? (family === 'inet' ? 'inet6' : 'inet') : family).map(at => ({
        ...rest,
        ...two,
        forwarding,
        address: at,
        tunnel: forwarding === 'TUN' ? kind : undefined,
      })),
    );

const persistence = (family: Family): fc.Arbitrary<Service['persistence']> =>
  fc
    .option(
      fc.record({
        timeout: fc.constantFrom(0, 1, 360, 2_678_400, 2_678_401, 42_949_672),
        mask: fc.oneof(
          fc.integer({ min: family === 'inet' ? 0 : 1, max: family === 'inet' ? 32 : 128 }),
          fc.constantFrom('0.0.0.24', '255.0.255.0', '255.255.0.255'),
        ),
      }),
      { nil: undefined },
    )
    .map(one => {
      if (one === undefined) return undefined;
      const { timeout, mask } = one;
      if (typeof mask === 'number') return { timeout, maskLength: mask };
      return family === 'inet'
        ? {
            timeout,
            maskLength: mask.startsWith('255.255') ? 16 : mask.startsWith('255') ? 8 : 0,
            rawMask: mask as Address,
          }
        : { timeout, maskLength: 64 };
    });

const family = fc.constantFrom('inet' as const, 'inet6' as const);
const serviceId = (of: Family): fc.Arbitrary<Service['id']> =>
  fc.oneof(
    fc.record({
      kind: fc.constant('address' as const),
      protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'sctp' as const),
      address: address(of),
      port,
    }),
    fc.record({
      kind: fc.constant('fwmark' as const),
      family: fc.constant(of),
      mark: fc.oneof(fc.constantFrom(1, 4_294_967_295), fc.integer({ min: 1, max: 4_294_967_295 })),
    }),
  );

const service: fc.Arbitrary<Service> = family.chain(of =>
  fc.record({
    id: serviceId(of),
    scheduler: fc.constantFrom(
      'rr',
      'wrr',
      'lc',
      'wlc',
      'lblc',
      'lblcr',
      'dh',
      'sh',
      'sed',
      'nq',
      'fo',
      'ovf',
      'mh',
      'none',
    ),
    schedulerFlags: fc.record({ flag1: fc.boolean(), flag2: fc.boolean(), flag3: fc.boolean() }),
    persistence: persistence(of),
    onePacket: fc.boolean(),
    engine: fc.constantFrom(undefined, 'sip'),
    destinations: fc.uniqueArray(destination(of), { maxLength: 5, selector: destinationKey }),
  }),
);

/** Services whose lines are written without a value of each: IPv4, a scheduler, nothing else. */
const plain: fc.Arbitrary<Service> = fc
  .record({
    id: serviceId('inet').filter(({ kind }) => kind === 'address'),
    scheduler: fc.constantFrom('rr', 'wlc'),
    destinations: fc.uniqueArray(
      destination('inet').filter(({ forwarding }) => forwarding !== 'TUN'),
      { maxLength: 5, selector: destinationKey },
    ),
  })
  .map(one => ({
    ...one,
    schedulerFlags: { flag1: false, flag2: false, flag3: false },
    persistence: undefined,
    onePacket: false,
    engine: undefined,
  }));

export const kernelTable: fc.Arbitrary<Service[]> = fc.uniqueArray(fc.oneof(service, plain), {
  maxLength: 5,
  selector: one => serviceKey(one.id),
});
