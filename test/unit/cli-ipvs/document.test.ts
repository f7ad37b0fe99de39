// The table document: what is written reads back, and what is wrong is refused with its path.
// Truth: the laws stated in core/ipvs/document.ts; docs/ipvs-table.schema.json.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { rewriteYaml } from '../../../src/core/cli/ipvs/keep-comments.ts';
import { readTableDocument, type Service, tableDocument } from '../../../src/core/ipvs/index.ts';
import type { Address } from '../../../src/core/net/index.ts';

const services: readonly Service[] = [
  {
    id: { kind: 'address', protocol: 'tcp', address: '10.0.0.1' as Address, port: 80 },
    scheduler: 'sh',
    schedulerFlags: { flag1: true, flag2: false, flag3: true },
    persistence: { timeout: 300, maskLength: 8, rawMask: '255.0.255.0' as Address },
    onePacket: false,
    engine: undefined,
    destinations: [
      {
        address: '10.0.1.1' as Address,
        port: 80,
        forwarding: 'TUN',
        tunnel: { type: 'gue', port: 6080, checksum: 'remcsum' },
        weight: 0,
        upperThreshold: 100,
        lowerThreshold: 50,
      },
      {
        address: '2001:db8::5' as Address,
        port: 80,
        forwarding: 'TUN',
        tunnel: { type: 'ipip', port: 0, checksum: 'nocsum' },
        weight: 2147483647,
        upperThreshold: 0,
        lowerThreshold: 0,
      },
    ],
  },
  {
    id: { kind: 'fwmark', family: 'inet6', mark: 4294967295 },
    scheduler: 'rr',
    schedulerFlags: { flag1: false, flag2: false, flag3: false },
    persistence: { timeout: 60, maskLength: 64 },
    onePacket: true,
    engine: 'sip',
    destinations: [],
  },
];

describe('a table document', () => {
  it('reads back through JSON and YAML without loss', () => {
    const document = tableDocument(services);
    for (const value of [JSON.parse(JSON.stringify(document)), parse(stringify(document))]) {
      expect(readTableDocument(value)).toEqual({ ok: true, value: services });
    }
  });

  it.each([
    [{ services: [] }, 'schema'],
    [{ schema: 'lvskit/ipvs/2' }, 'schema'],
    [{ schema: 'lvskit/ipvs/1', servces: [] }, 'servces'],
    [{ schema: 'lvskit/ipvs/1', services: [{ address: '10.0.0.1' }] }, 'services[0].port'],
    [{ schema: 'lvskit/ipvs/1', services: [{ address: '10.0.0.300', port: 80 }] }, 'services[0].address'],
    [{ schema: 'lvskit/ipvs/1', services: [{ fwmark: 1, port: 80 }] }, 'services[0].port'],
    [{ schema: 'lvskit/ipvs/1', services: [{ fwmark: 1 }, { fwmark: 1 }] }, 'services[1]'],
    [
      { schema: 'lvskit/ipvs/1', services: [{ fwmark: 1, destinations: [{ address: '::1', port: 1 }] }] },
      'services[0].destinations[0].address',
    ],
    [
      { schema: 'lvskit/ipvs/1', services: [{ fwmark: 1, scheduler: 'x'.repeat(16) }] },
      'services[0].scheduler',
    ],
  ])('refuses %j at its place', (value, path) => {
    const read = readTableDocument(value);
    expect(read.ok ? '' : read.fault.message).toContain(`${path}:`);
  });

  it('has every field in its schema, and no others', () => {
    const schema = JSON.parse(readFileSync('docs/ipvs-table.schema.json', 'utf8'));
    const fields = (value: object) => Object.keys(value);
    const known = fields(schema.$defs.service.properties);
    for (const service of tableDocument(services).services) {
      for (const name of fields(service)) expect(known).toContain(name);
      for (const one of service.destinations) {
        for (const name of fields(one)) expect(fields(schema.$defs.destination.properties)).toContain(name);
      }
    }
    for (const name of known) {
      const read = readTableDocument({ schema: 'lvskit/ipvs/1', services: [{ [name]: null }] });
      expect(read.ok ? '' : read.fault.message).not.toContain('unknown');
    }
  });
});

describe('writing over a YAML file', () => {
  const before = `# all of the shop
schema: lvskit/ipvs/1
services:
  # the front
  - address: 10.0.0.1 # VIP
    port: 80
    scheduler: wlc
    destinations:
      - { address: 10.0.1.1, forwarding: nat, port: 8080, weight: 1 } # old one
      - { address: 10.0.1.2, forwarding: nat, port: 8080, weight: 1 }
  - fwmark: 3
    scheduler: rr
    destinations: []
`;
  const after = rewriteYaml(before, {
    schema: 'lvskit/ipvs/1',
    services: [
      {
        protocol: 'tcp',
        address: '10.0.0.1',
        port: 80,
        scheduler: 'rr',
        destinations: [
          { address: '10.0.1.1', port: 8080, forwarding: 'nat', weight: 9 },
          { address: '10.0.1.3', port: 8080, forwarding: 'nat', weight: 1 },
        ],
      },
    ],
  });

  it('keeps comments of what stays', () => {
    for (const text of ['# all of the shop', '# the front', '# VIP', '# old one'])
      expect(after).toContain(text);
  });

  it('says the new values and drops what is gone', () => {
    expect(parse(after ?? '')).toMatchObject({
      services: [
        {
          scheduler: 'rr',
          destinations: [
            { address: '10.0.1.1', weight: 9 },
            { address: '10.0.1.3', weight: 1 },
          ],
        },
      ],
    });
    expect(after).not.toContain('10.0.1.2');
    expect(after).not.toContain('fwmark');
  });

  it('leaves a file alone that already says it', () => {
    const same = `schema: lvskit/ipvs/1 # v1\nservices:\n  - fwmark: 3\n    family: inet\n    scheduler: rr\n    destinations: []\n`;
    expect(rewriteYaml(same, { ...parse(same) })).toBe(same);
  });
});
