// Arbitrary IPVS tables of few different values, so that two of them share entries.
// Spec: what ipvsadm can say and the kernel accepts; firewall marks and addresses on both sides of 2^31.
import fc from 'fast-check';
import {
  type Destination,
  destinationKey,
  noSchedulerFlags,
  type Service,
  type ServiceId,
  serviceFamily,
  serviceKey,
} from '../../src/core/ipvs/index.ts';
import { type Address, addressFromBytes, type Family } from '../../src/core/net/index.ts';

const addressOf = (family: Family): fc.Arbitrary<Address> =>
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(10, 200)).map(([last, first]) => {
    const bytes = new Uint8Array(family === 'inet' ? 4 : 16).fill(0);
    bytes[0] = family === 'inet' ? first : 0x20;
    bytes[bytes.length - 1] = last;
    return addressFromBytes(bytes);
  });
const port = fc.constantFrom(80, 443, 65_535);

export const destination = (id: ServiceId): fc.Arbitrary<Destination> =>
  fc
    .record({
      address: addressOf(serviceFamily(id)),
      port,
      forwarding: fc.constantFrom('NAT' as const, 'TUN' as const, 'DR' as const),
      tunnel: fc.constantFrom(
        { type: 'ipip', port: 0, checksum: 'nocsum' } as const,
        { type: 'gre', port: 0, checksum: 'csum' } as const,
        { type: 'gue', port: 6080, checksum: 'remcsum' } as const,
      ),
      weight: fc.constantFrom(0, 1, 100, 2_147_483_647),
      upperThreshold: fc.integer({ min: 0, max: 3 }),
      lowerThreshold: fc.constant(0),
    })
    .map(one => ({
      ...one,
      // What ipvsadm can say: only NAT and firewall marks have a port of their own.
      port: id.kind === 'address' && one.forwarding !== 'NAT' ? id.port : one.port,
      tunnel: one.forwarding === 'TUN' ? one.tunnel : undefined,
    }));

export const family = fc.constantFrom('inet' as const, 'inet6' as const);
export const serviceId: fc.Arbitrary<ServiceId> = fc.oneof(
  family.chain(of =>
    fc.record({
      kind: fc.constant('address' as const),
      protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'sctp' as const),
      address: addressOf(of),
      port,
    }),
  ),
  fc.record({ kind: fc.constant('fwmark' as const), family, mark: fc.constantFrom(1, 4_294_967_295) }),
);

export const service: fc.Arbitrary<Service> = serviceId.chain(id =>
  fc.record({
    id: fc.constant(id),
    scheduler: fc.constantFrom('rr', 'wrr', 'sh', 'mh'),
    schedulerFlags: fc.record({ flag1: fc.boolean(), flag2: fc.boolean(), flag3: fc.boolean() }),
    persistence: fc.option(
      fc.record({
        timeout: fc.constantFrom(1, 360),
        maskLength: fc.integer({ min: 1, max: serviceFamily(id) === 'inet' ? 32 : 128 }),
      }),
      { nil: undefined },
    ),
    onePacket: fc.boolean(),
    engine: fc.constantFrom(undefined, 'sip'),
    destinations: fc.uniqueArray(destination(id), { maxLength: 5, selector: destinationKey }),
  }),
);
/** The services that great tables consist of: IPv4, a scheduler, servers that are no tunnels. */
const plainService: fc.Arbitrary<Service> = serviceId
  .filter(id => id.kind === 'address' && serviceFamily(id) === 'inet')
  .chain(id =>
    fc.record({
      id: fc.constant(id),
      scheduler: fc.constantFrom('rr', 'wrr', 'sh', 'on'),
      schedulerFlags: fc.constant(noSchedulerFlags),
      persistence: fc.constant(undefined),
      onePacket: fc.constant(false),
      engine: fc.constant(undefined),
      destinations: fc.uniqueArray(
        destination(id).filter(({ forwarding }) => forwarding !== 'TUN'),
        { maxLength: 5, selector: destinationKey },
      ),
    }),
  );
export const table = fc.uniqueArray(fc.oneof(service, plainService), {
  maxLength: 6,
  selector: one => serviceKey(one.id),
});
