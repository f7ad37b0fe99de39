// Messages made from forms: the bytes are those of the writer of all messages.
// Truth: codec-service.ts and codec-destination.ts, which test/unit/ipvs/codec.test.ts holds against linux/ip_vs.h.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeDestination } from '../../../src/core/ipvs/codec-destination.ts';
import { encodeService, encodeServiceId } from '../../../src/core/ipvs/codec-service.ts';
import { commandAttributes, commands } from '../../../src/core/ipvs/constants.ts';
import {
  type Destination,
  lower,
  type ServiceDefinition,
  type ServiceId,
} from '../../../src/core/ipvs/index.ts';
import type { Address } from '../../../src/core/net/index.ts';
import { AttributeWriter } from '../../../src/core/netlink/index.ts';

const octet = fc.nat({ max: 255 });
const four = fc.tuple(octet, octet, octet, octet).map(parts => parts.join('.') as Address);
const address = fc.oneof({ weight: 4, arbitrary: four }, fc.constant('2001:db8::1' as Address));
const port = fc.nat({ max: 65_535 });
const u31 = fc.nat({ max: 2_147_483_647 });
const id: fc.Arbitrary<ServiceId> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('address' as const),
      protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'sctp' as const),
      address,
      port,
    }),
  },
  fc.record({
    kind: fc.constant('fwmark' as const),
    family: fc.constantFrom('inet' as const, 'inet6' as const),
    mark: u31,
  }),
);
const rarely = <T>(value: T) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, fc.constant(value));
const service: fc.Arbitrary<ServiceDefinition> = fc.record({
  id,
  scheduler: fc.constantFrom('rr', 'wrr', 'wlc', 'abcdefghijklmno'),
  schedulerFlags: fc.record({ flag1: fc.constant(false), flag2: fc.boolean(), flag3: fc.constant(false) }),
  persistence: rarely({ timeout: 300, maskLength: 24 }),
  onePacket: fc.constantFrom(false, false, false, true),
  engine: rarely('sip'),
});
const server: fc.Arbitrary<Destination> = fc.record({
  address,
  port,
  forwarding: fc.constantFrom(
    'NAT' as const,
    'DR' as const,
    'TUN' as const,
    'LOCAL' as const,
    'BYPASS' as const,
  ),
  tunnel: fc.constant({ type: 'gue' as const, port: 6080, checksum: 'csum' as const }),
  weight: u31,
  upperThreshold: u31,
  lowerThreshold: u31,
});

describe('a message from a form', () => {
  it('adds a service as any message would', () => {
    fc.assert(
      fc.property(service, one => {
        const payload = new AttributeWriter()
          .generic(commands.newService, 1)
          .nested(commandAttributes.service, inner => encodeService(inner, one))
          .finish();
        const made = lower({ kind: 'add-service', service: one }, 28);
        expect(made).toEqual({
          operation: 'IPVS_CMD_NEW_SERVICE',
          type: 28,
          flags: 0,
          answer: 'ack',
          payload,
        });
      }),
      { numRuns: 500 },
    );
  });

  it('adds a destination as any message would', () => {
    fc.assert(
      fc.property(id, server, (of, one) => {
        const payload = new AttributeWriter()
          .generic(commands.newDest, 1)
          .nested(commandAttributes.service, inner => encodeServiceId(inner, of))
          .nested(commandAttributes.dest, inner => encodeDestination(inner, one))
          .finish();
        const made = lower({ kind: 'add-destination', service: of, destination: one }, 28);
        expect(made).toEqual({ operation: 'IPVS_CMD_NEW_DEST', type: 28, flags: 0, answer: 'ack', payload });
      }),
      { numRuns: 500 },
    );
  });
});
