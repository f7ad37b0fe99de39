// Random damage: to configurations as people write them, and to adverts on their way into the VRRP process.
// Truth: only catalogued findings may come of it. LVSKIT_FUZZ_SECONDS makes it longer; a failure prints its seed and path.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadForDaemon, printDiagnostic } from '../../src/core/cli/configuration.ts';
import { createVrrpProcess, stepVrrpProcess, vrrpProcessDeadline } from '../../src/core/daemon/index.ts';
import type { Address } from '../../src/core/net/index.ts';
import { type Instant, instant } from '../../src/core/time.ts';
import { loadText } from '../unit/conf/load-text.ts';
import { tableReader } from '../unit/conf-syntax/file-table.ts';
import { eth, prefix } from '../unit/link/fixtures.ts';

const budget = Number(process.env['LVSKIT_FUZZ_SECONDS'] ?? 8);
const limits = {
  seed: Number(process.env['LVSKIT_FUZZ_SEED'] ?? 20_261_121),
  numRuns: budget > 8 ? 10_000_000 : 2500,
  interruptAfterTimeLimit: (budget * 1000) / 2,
  markInterruptAsFailure: false,
};

const folder = new URL('../fixtures/seeds/', import.meta.url);
const seeds = readdirSync(folder)
  .filter(name => name.endsWith('.conf'))
  .map(name => readFileSync(new URL(name, folder)));
const words = seeds.flatMap(seed => seed.toString('latin1').split(/\s+/)).filter(word => word !== '');

const where = fc.nat(1_000_000);
const pieces = fc.oneof(
  fc.constantFrom(
    ...words,
    '{',
    '}',
    '"',
    "'",
    '$X=1',
    '$X',
    '@a ',
    '~LST',
    '~SEQ(A,1,9)',
    '#',
    '!',
    '\n',
    '\\',
  ),
  fc.constantFrom(
    'include /etc/main.conf\n',
    'include no*\n',
    '\0',
    '\r',
    '\uFEFF',
    '-1',
    '99999999999999999999',
  ),
  fc.uint8Array({ maxLength: 12 }).map(bytes => Buffer.from(bytes).toString('latin1')),
);
const damage = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), from: where, length: fc.nat(200) }),
  fc.record({ kind: fc.constant('insert' as const), from: where, text: pieces }),
  fc.record({ kind: fc.constant('double' as const), from: where, length: fc.nat(400), to: where }),
  fc.record({ kind: fc.constant('end' as const), from: where }),
  fc.record({ kind: fc.constant('flip' as const), from: where, mask: fc.integer({ min: 1, max: 255 }) }),
);

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(before: string, what: Damage): string {
  const at = what.from % (before.length + 1);
  switch (what.kind) {
    case 'cut':
      return before.slice(0, at) + before.slice(at + what.length);
    case 'insert':
      return before.slice(0, at) + what.text + before.slice(at);
    case 'double': {
      const to = what.to % (before.length + 1);
      return before.slice(0, to) + before.slice(at, at + what.length) + before.slice(to);
    }
    case 'end':
      return before.slice(0, at);
    case 'flip': {
      const code = (before.charCodeAt(at) ^ what.mask) & 0xff;
      return at < before.length
        ? before.slice(0, at) + String.fromCharCode(code) + before.slice(at + 1)
        : before;
    }
  }
}

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
            { reader: tableReader({ '/etc/main.conf': bytes }), interfaces: undefined },
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
          const lines = text.split(/\r\n|\r|\n/).length;
          for (const error of loading.errors) {
            const { file, line, column, endLine } = error.place;
            expect(file).toBe('/etc/main.conf');
            expect(line >= 1 && line <= lines && column >= 1 && endLine >= line).toBe(true);
            expect(printDiagnostic(error)).toMatch(/^\/etc\/main\.conf:\d+:\d+: error: ./);
          }
        },
      ),
      limits,
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
  const address = { scope: 0, label: undefined, broadcast: undefined, peer: undefined, flags: 0 };
  const started = stepVrrpProcess(
    stepVrrpProcess(
      createVrrpProcess,
      { kind: 'configure', config: loadText(instance(version)).config },
      instant(0),
    ).state,
    {
      kind: 'kernel',
      news: [
        { kind: 'link', gone: false, record: eth(2, 'eth0') },
        {
          kind: 'address',
          gone: false,
          record: { ...address, ifindex: 2, prefix: prefix('10.0.0.2/24'), preferredLifetime: 'forever' },
        },
      ],
    },
    instant(0),
  );
  return started.state;
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
          const before = start.machine?.instances.get('V');
          const { state, effects } = stepVrrpProcess(
            start,
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
          const after = state.machine?.instances.get('V');
          // A checksum that happens to be right makes it an advert: then it is no junk.
          if (
            after?.counters.advert_rcvd !== before?.counters.advert_rcvd &&
            after?.master !== before?.master
          )
            return;
          expect(effects.every(({ kind }) => kind === 'log')).toBe(true);
          expect(vrrpProcessDeadline(state)).toBe(vrrpProcessDeadline(start));
          expect({ ...after, counters: 0, complaints: 0 }).toEqual({ ...before, counters: 0, complaints: 0 });
          expect(state.holdings).toBe(start.holdings);
        },
      ),
      { ...limits, numRuns: budget > 8 ? 10_000_000 : 3000 },
    );
  });
});
