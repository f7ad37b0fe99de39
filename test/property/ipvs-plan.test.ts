// Laws of the IPVS planner, codec and text over arbitrary tables.
// Spec: apply(plan(a, b), a) = b, an edit is never a removal with an addition, decode(encode(x)) = x, parse(print(t)) = t.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/core/fault.ts';
import { decodeDestination, encodeDestination } from '../../src/core/ipvs/codec-destination.ts';
import { decodeService, encodeService } from '../../src/core/ipvs/codec-service.ts';
import {
  applyToTable,
  destinationKey,
  parseSave,
  plan,
  printSave,
  sameDestination,
  sameSettings,
  serviceKey,
  servicesOf,
  tableOf,
} from '../../src/core/ipvs/index.ts';
import { AttributeWriter, readAttributes } from '../../src/core/netlink/index.ts';
import { service, table } from './ipvs-tables.ts';

describe('plan', () => {
  it('leads from any table to any other, each operation accepted', () => {
    fc.assert(
      fc.property(table, table, (observed, desired) => {
        const kernel = tableOf(observed);
        for (const operation of plan(observed, desired, { prune: true })) {
          expect(applyToTable(kernel, operation)).toBeUndefined();
        }
        const result = servicesOf(kernel);
        expect(result.map(one => serviceKey(one.id)).sort()).toEqual(
          desired.map(one => serviceKey(one.id)).sort(),
        );
        expect(printSave(result)).toBe(printSave(desired));
        expect(plan(result, desired, { prune: true })).toEqual([]);
      }),
    );
  });

  it('names each entry once: what stays is edited, never removed and added', () => {
    fc.assert(
      fc.property(table, table, (observed, desired) => {
        const named = plan(observed, desired, { prune: true }).map(one => {
          if ('destination' in one) return `${serviceKey(one.service)} ${destinationKey(one.destination)}`;
          return serviceKey('id' in one ? one.id : one.service.id);
        });
        expect(new Set(named).size).toBe(named.length);
      }),
    );
  });

  it('takes servers away only after those that replace them are there', () => {
    fc.assert(
      fc.property(table, table, (observed, desired) => {
        const kinds = plan(observed, desired, { prune: true });
        for (const [index, operation] of kinds.entries()) {
          if (operation.kind !== 'remove-destination') continue;
          const key = serviceKey(operation.service);
          const later = kinds
            .slice(index)
            .filter(one => 'destination' in one && serviceKey(one.service) === key);
          expect(later.every(one => one.kind === 'remove-destination')).toBe(true);
        }
      }),
    );
  });

  it('without prune leaves services alone that are not desired', () => {
    fc.assert(
      fc.property(table, table, (observed, desired) => {
        const wanted = new Set(desired.map(one => serviceKey(one.id)));
        const kinds = plan(observed, desired, { prune: false });
        expect(kinds.some(one => one.kind === 'remove-service')).toBe(false);
        for (const one of kinds) {
          if ('destination' in one) expect(wanted.has(serviceKey(one.service))).toBe(true);
        }
      }),
    );
  });
});

describe('codec and text', () => {
  it('decode what they encoded', () => {
    fc.assert(
      fc.property(service, one => {
        const bytes = new AttributeWriter();
        encodeService(bytes, one);
        const read = unwrap(readAttributes(bytes.finish(), 'service', decodeService));
        expect(
          read !== undefined && sameSettings(read, one) && serviceKey(read.id) === serviceKey(one.id),
        ).toBe(true);
        for (const server of one.destinations) {
          const writer = new AttributeWriter();
          encodeDestination(writer, server);
          const decoded = unwrap(
            readAttributes(writer.finish(), 'd', reader => decodeDestination(reader, 'inet')),
          );
          expect(decoded !== undefined && sameDestination(decoded, server)).toBe(true);
          expect(decoded?.tunnel).toEqual(server.tunnel);
        }
      }),
    );
  });

  it('never throw on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
        for (const read of [
          readAttributes(bytes, 's', decodeService),
          readAttributes(bytes, 'd', reader => decodeDestination(reader, 'inet6')),
        ]) {
          if (!read.ok) expect(read.fault.code).toBe('netlink-malformed');
        }
      }),
    );
  });

  it('parse what they printed', () => {
    fc.assert(
      fc.property(table, services => {
        const text = printSave(services);
        const parsed = parseSave(text);
        expect(parsed.problems).toEqual([]);
        const kernel = tableOf([]);
        for (const { rule } of parsed.rules) expect(applyToTable(kernel, rule)).toBeUndefined();
        expect(plan(servicesOf(kernel), services, { prune: true })).toEqual([]);
        expect(printSave(servicesOf(kernel))).toBe(text);
      }),
    );
  });
});
