// What ipvsadm 1.31 gets wrong and the modern commands get right; the shim keeps it wrong (lvskit-ipvsadm(1) lists it).
// Truth: ipvsadm 1.31's output for the same tables, in test/kernel/ipvsadm.test.ts; what is right is that a saved table reads back.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { noCounters } from '../../../src/core/ipvs/codec-service.ts';
import {
  applyToTable,
  compareServices,
  type Forwarding,
  observedDocument,
  parseSave,
  plan,
  printSave,
  readTableDocument,
  type Service,
  servicesOf,
  tableDocument,
  tableOf,
} from '../../../src/core/ipvs/index.ts';
import type { Address } from '../../../src/core/net/index.ts';

const service = (id: Service['id'], more: Partial<Service> = {}): Service => ({
  id,
  scheduler: 'rr',
  schedulerFlags: { flag1: false, flag2: false, flag3: false },
  persistence: undefined,
  onePacket: false,
  engine: undefined,
  destinations: [],
  ...more,
});
const at = (address: string, port = 80): Service['id'] => ({
  kind: 'address',
  protocol: 'tcp',
  address: address as Address,
  port,
});
const server = (forwarding: Forwarding, more = {}) => ({
  address: '10.0.1.1' as Address,
  port: 80,
  forwarding,
  tunnel: undefined,
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  ...more,
});
/** What the saved text holds when it is read again. */
function readBack(text: string): Service[] {
  const parsed = parseSave(text);
  expect(parsed.problems).toEqual([]);
  const table = tableOf([]);
  for (const { rule } of parsed.rules) expect(applyToTable(table, rule)).toBeUndefined();
  return servicesOf(table);
}

describe('a saved table', () => {
  it('has no (null) where the kernel has a way of forwarding of its own', () => {
    for (const forwarding of ['BYPASS', 'LOCAL'] as const) {
      const services = [service(at('10.0.0.1'), { destinations: [server(forwarding)] })];
      expect(printSave(services, { exact: false })).toContain(' -g ');
      expect(readBack(printSave(services))[0]?.destinations).toHaveLength(1);
      expect(JSON.stringify(tableDocument(services))).not.toMatch(/null/);
      expect(readTableDocument(tableDocument(services))).toEqual({ ok: true, value: services });
    }
  });

  it('names firewall marks above 2147483647 so that they read back', () => {
    const services = [service({ kind: 'fwmark', family: 'inet', mark: 4_294_967_295 })];
    expect(printSave(services)).toBe('-A -f 4294967295 -s rr\n');
    expect(readBack(printSave(services))).toEqual(services);
  });

  it('is numeric, so that no reader needs the same names', () => {
    const services = [service(at('127.0.0.1', 80)), service(at('127.0.0.1', 22))];
    expect(printSave(services)).not.toMatch(/localhost|http|ssh/);
    expect(readBack(printSave(services))).toHaveLength(2);
  });

  it('keeps thresholds', () => {
    const services = [
      service(at('10.0.0.1'), { destinations: [server('NAT', { upperThreshold: 9, lowerThreshold: 4 })] }),
    ];
    expect(readBack(printSave(services))).toEqual(services);
  });
});

describe('a restore', () => {
  const rules = '-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.1.1:80 -m -w 1\n';

  it('of what is there already changes nothing', () => {
    expect(plan(readBack(rules), readBack(rules), { prune: true })).toEqual([]);
  });

  it('passes over comments, blank lines and quotes', () => {
    const commented = `# saved on Monday\n\n  # indented\n-A -t "10.0.0.1:80" -s 'rr'\n-a -t 10.0.0.1:80 -r 10.0.1.1:80 -m -w 1\n`;
    expect(readBack(commented)).toEqual(readBack(rules));
  });

  it('names every line that is wrong, and what is wrong with it', () => {
    const { problems } = parseSave('-A -t 10.0.0.1:80 -s rr\nrubbish\n-A -t 10.0.0.2:80 --nosuch\n');
    expect(problems.map(({ line }) => line)).toEqual([2, 3]);
  });
});

it('sorts addresses that are far apart', () => {
  const services = ['10.0.0.1', '192.0.2.1', '127.0.0.1', '203.0.113.9'].map(address => service(at(address)));
  const sorted = [...services].sort((a, b) => compareServices(a.id, b.id));
  expect(sorted.map(({ id }) => (id.kind === 'address' ? id.address : ''))).toEqual([
    '10.0.0.1',
    '127.0.0.1',
    '192.0.2.1',
    '203.0.113.9',
  ]);
});

it('lists a way of forwarding of the kernel by its name', () => {
  const destinations = [
    {
      ...server('BYPASS'),
      activeConnections: 0,
      inactiveConnections: 0,
      persistentConnections: 0,
      counters: noCounters,
    },
  ];
  const document = observedDocument([{ ...service(at('10.0.0.1')), counters: noCounters, destinations }]);
  expect(document.services[0]?.destinations[0]).toMatchObject({ forwarding: 'bypass' });
});

it('is listed fault by fault in the manual page of the shim', () => {
  const page = readFileSync('man/lvskit-ipvsadm.1', 'utf8').replaceAll('\\-', '-');
  for (const fault of [
    '-S leaves out -x and -y',
    'a firewall mark above 2147483647 prints as a negative number',
    '-S without -n prints names',
    '(null)',
    '-R fails for what is there already',
    'knows neither comments nor quotes',
    'addresses more than 2147483648 apart sort the wrong way round',
  ])
    expect(page).toContain(fault);
});
