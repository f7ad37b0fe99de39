// Random damage: to configurations as people write them, and to adverts on their way into the VRRP process.
// Truth: only catalogued findings may come of it. LVSKIT_FUZZ_SECONDS makes it longer; a failure prints its seed and path.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVrrpProcess, stepVrrpProcess, vrrpProcessDeadline } from '../../src/core/daemon/index.ts';
import type { Address, Mac } from '../../src/core/net/index.ts';
import { addAddress } from '../../src/core/netlink/index.ts';
import { loadForDaemon, printDiagnostic } from '../../src/core/runtime/index.ts';
import { addressRecord } from '../../src/core/simulate/host.ts';
import { ask, createKernel, dump, editLink } from '../../src/core/simulate/index.ts';
import { type Instant, instant } from '../../src/core/time.ts';
import { loadText } from '../unit/conf/load-text.ts';
import { tableReader } from '../unit/conf-syntax/file-table.ts';
import { named } from '../unit/vrrp/play.ts';
import { budget, damage, damaged, limits, seeds } from './damage.ts';

describe('configurations', () => {
  it('load, or are refused with at least one located error, whatever befell them', {
    timeout: budget * 2000 + 20_000,
  }, () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.nat(seeds.length - 1),
        fc.array(damage, { minLength: 1, maxLength: 6 }),
        (which, damages) => {
          const text = damages.reduce(damaged, seeds[which]!.toString('latin1'));
          const bytes = Buffer.from(text, 'latin1');
          const loading = loadForDaemon(
            { file: '/etc/main.conf', configId: undefined },
            { reader: tableReader({ '/etc/main.conf': bytes }), interfaces: undefined, program: undefined },
          );
          if (loading.ok) {
            accepted++;
            expect(loading.value.config.vrrp.instances).toBeInstanceOf(Array);
            expect(loading.value.diagnostics.every(({ severity }) => severity !== 'error')).toBe(true);
            return;
          }
          refused++;
          expect(loading.fault.code).toBe('configuration-refused');
          expect(loading.errors.length).toBeGreaterThan(0);
          const lines = text.split('\n').length;
          for (const error of loading.errors) {
            const { file, line, column, endLine } = error.place;
            expect(file).toBe('/etc/main.conf');
            expect(line >= 1 && line <= lines && column >= 1 && endLine >= line).toBe(true);
            expect(printDiagnostic(error)).toMatch(/^\/etc\/main\.conf:\d+:\d+: error: ./);
          }
        },
      ),
      limits(0.5, 2500),
    );
    // Both outcomes must have been seen, or the damage is too light or too heavy to find anything.
    expect(accepted).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});

const instance = (version: number) => `vrrp_instance V {
  state BACKUP
  interface eth0
  version ${version}
  virtual_router_id 51
  priority 100
  advert_int 1
  virtual_ipaddress {
    10.0.0.100/24
  }
}
`;

/** A started BACKUP of the given version, as the daemon runs it. */
function backup(version: number) {
  const kernel = createKernel();
  editLink(kernel, { kind: 'create', name: 'eth0', mac: '02:00:00:00:00:0a' as Mac, up: true });
  ask(kernel, addAddress(addressRecord(2, '10.0.0.2/24')));
  const started = createVrrpProcess();
  const { config } = loadText(instance(version));
  stepVrrpProcess(started, { kind: 'configure', config }, instant(0));
  stepVrrpProcess(started, { kind: 'kernel', news: dump(kernel) }, instant(0));
  expect(named(started.machine, 'V')?.state).toBe('BACKUP');
  return started;
}

describe('adverts', () => {
  it('that are junk change nothing but counters, and ask for nothing but log lines', {
    timeout: budget * 2000 + 20_000,
  }, () => {
    const states = [backup(2), backup(3)];
    const header = fc.tuple(
      fc.constantFrom(0x21, 0x31, 0x11, 0x22, 0x41, 0x00, 0xff),
      fc.constantFrom(51, 51, 51, 52, 0),
      fc.nat(255),
      fc.constantFrom(0, 1, 2, 20, 255),
    );
    const packet = fc.record({
      header,
      rest: fc.uint8Array({ maxLength: 60 }),
      cut: fc.nat(70),
      ttl: fc.constantFrom(255, 254, 1, 0),
      source: fc.constantFrom('10.0.0.3', '10.0.0.2', '0.0.0.0', '255.255.255.255'),
      destination: fc.constantFrom('224.0.0.18', '10.0.0.2'),
      interface: fc.constantFrom('eth0', 'eth9'),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...states),
        packet,
        (start, { header, rest, cut, source, destination, ...where }) => {
          const bytes = Uint8Array.from([...header, ...rest]).slice(0, cut);
          const now: Instant = instant(500_000);
          const before = named(start.machine, 'V');
          const state = structuredClone(start);
          const effects = stepVrrpProcess(
            state,
            {
              kind: 'packet',
              family: 'inet',
              bytes,
              source: source as Address,
              destination: destination as Address,
              ...where,
            },
            now,
          );
          const after = named(state.machine, 'V');
          // A checksum that happens to be right makes it an advert: then it is no junk.
          if (
            after?.counters.advert_rcvd !== before?.counters.advert_rcvd &&
            after?.master !== before?.master
          )
            return;
          expect(effects.every(({ kind }) => kind === 'log')).toBe(true);
          expect(vrrpProcessDeadline(state)).toBe(vrrpProcessDeadline(start));
          expect({ ...after, counters: 0, reports: 0 }).toEqual({ ...before, counters: 0, reports: 0 });
          expect(state.holdings).toEqual(start.holdings);
        },
      ),
      limits(0.5, 3000),
    );
  });
});
