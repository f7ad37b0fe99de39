// The doctor's rules over facts as plain data. Truth: the kernel's Documentation/networking/ipvs-sysctl.rst and ip-sysctl.rst; a host on
// which all is well is told nothing.
import { describe, expect, it } from 'vitest';
import {
  type DoctorRule,
  diagnose,
  doctorRules,
  type Facts,
  settingNames,
} from '../../../src/core/doctor/index.ts';
import {
  type Destination,
  noSchedulerFlags,
  type Service,
  schemaName,
} from '../../../src/core/ipvs/index.ts';
import { type Address, type Prefix, parsePrefix } from '../../../src/core/net/index.ts';
import { schemaFaults } from '../../kernel/ipvs-schema.ts';

const server = (address: string, more: Partial<Destination> = {}): Destination => ({
  address: address as Address,
  port: 80,
  forwarding: 'DR',
  tunnel: undefined,
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  ...more,
});
const service = (more: Partial<Service> = {}): Service => ({
  id: { kind: 'address', protocol: 'tcp', address: '192.0.2.10' as Address, port: 80 },
  scheduler: 'wlc',
  schedulerFlags: noSchedulerFlags,
  persistence: undefined,
  onePacket: false,
  engine: undefined,
  destinations: [server('10.0.1.1')],
  ...more,
});
const prefix = (text: string) => parsePrefix(text) as Prefix;
const lo = {
  name: 'lo',
  isUp: true,
  isLoopback: true,
  hasArp: false,
  mtu: 65_536,
  addresses: [prefix('127.0.0.1/8')],
};
const eth0 = {
  ...{ name: 'eth0', isUp: true, isLoopback: false, hasArp: true, mtu: 9000 },
  addresses: [prefix('192.0.2.2/24'), prefix('192.0.2.10/32'), prefix('10.0.1.254/24')],
};
const well = {
  'net.ipv4.ip_forward': '1',
  'net.ipv6.conf.all.forwarding': '1',
  'net.ipv4.vs.conn_reuse_mode': '1',
  'net.ipv4.vs.conntrack': '0',
  'net.ipv4.vs.expire_nodest_conn': '1',
  'net.ipv4.vs.expire_quiescent_template': '1',
  'net.ipv4.vs.pmtu_disc': '1',
  'net.ipv4.vs.sloppy_tcp': '0',
  'net.ipv4.conf.all.rp_filter': '0',
  'net.ipv4.conf.eth0.rp_filter': '0',
  'net.ipv4.conf.all.send_redirects': '0',
  'net.ipv4.conf.eth0.send_redirects': '0',
  'net.ipv4.conf.all.arp_ignore': '0',
  'net.ipv4.conf.all.arp_announce': '0',
};

interface Case {
  readonly services?: readonly Service[];
  readonly table?: readonly Service[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly interfaces?: Facts['interfaces'];
  readonly localPrefixes?: readonly Prefix[];
  readonly connections?: Facts['connections'];
  readonly managed?: Facts['managed'];
}
function facts({ services = [service()], table = services, settings = {}, ...more }: Case): Facts {
  return {
    services,
    table,
    settings: new Map(Object.entries({ ...well, ...settings })),
    interfaces: [lo, eth0],
    localPrefixes: [],
    managed: new Map(),
    connections: new Map(),
    ...more,
  };
}
const found = (one: Case) => diagnose(facts(one)).map(({ rule, severity }) => `${rule} ${severity}`);

const nat = service({ destinations: [server('10.0.1.1', { forwarding: 'NAT' })] });
const udp = service({ id: { kind: 'address', protocol: 'udp', address: '192.0.2.10' as Address, port: 53 } });
const persistent = service({ persistence: { timeout: 50, maskLength: 32 } });
const orphan = { address: '10.0.1.7' as Address, port: 80, count: 12 };
const tun = (type: 'ipip' | 'gue', mtu: number): Case => ({
  services: [
    service({
      destinations: [
        server('10.0.1.1', { forwarding: 'TUN', tunnel: { type, port: 0, checksum: 'nocsum' } }),
      ],
    }),
  ],
  interfaces: [lo, { ...eth0, mtu }],
});
const oneArm: Case = {
  services: [service({ destinations: [server('192.0.2.30', { forwarding: 'NAT' })] })],
  settings: { 'net.ipv4.conf.eth0.send_redirects': '1' },
};
const realServer: Case = {
  services: [],
  interfaces: [
    { ...lo, addresses: [...lo.addresses, prefix('192.0.2.10/32')] },
    { ...eth0, addresses: [prefix('192.0.2.30/24')] },
  ],
};

/** Rule -> facts with what it finds, and facts close by in which it finds nothing. */
const cases: Readonly<Record<DoctorRule, readonly (readonly [string, Case])[]>> = {
  'no-server': [
    ['error', { services: [service({ destinations: [] })] }],
    ['error', { services: [service({ destinations: [server('10.0.1.1', { weight: 0 })] })] }],
    ['', { services: [service({ destinations: [server('10.0.1.1', { weight: 0 }), server('10.0.1.2')] })] }],
  ],
  'port-zero': [
    [
      'error',
      {
        services: [
          service({ id: { kind: 'address', protocol: 'tcp', address: '192.0.2.10' as Address, port: 0 } }),
        ],
      },
    ],
    [
      '',
      {
        services: [
          {
            ...persistent,
            id: { kind: 'address', protocol: 'tcp', address: '192.0.2.10' as Address, port: 0 },
          },
        ],
      },
    ],
  ],
  'shadowed-by-mark': [
    ['warning', { services: [service(), service({ id: { kind: 'fwmark', family: 'inet', mark: 7 } })] }],
    [
      '',
      {
        services: [
          service(),
          service({ id: { kind: 'fwmark', family: 'inet', mark: 7 }, destinations: [server('10.0.1.9')] }),
        ],
      },
    ],
    ['', { services: [service(), service({ id: { kind: 'fwmark', family: 'inet6', mark: 7 } })] }],
  ],
  'orphaned-connections': [
    [
      'warning',
      {
        connections: new Map([['10.0.1.7 80', orphan]]),
        settings: { 'net.ipv4.vs.expire_nodest_conn': '0' },
      },
    ],
    ['info', { connections: new Map([['10.0.1.7 80', orphan]]) }],
    ['', { connections: new Map([['10.0.1.1 80', { ...orphan, address: '10.0.1.1' as Address }]]) }],
    [
      '',
      {
        services: [],
        table: [service({ destinations: [server('10.0.1.7', { port: 0 })] })],
        connections: new Map([['', orphan]]),
      },
    ],
  ],
  'vip-not-held': [
    ['warning', { interfaces: [lo] }],
    ['', { interfaces: [lo], localPrefixes: [prefix('192.0.2.0/24')] }],
    ['', { interfaces: undefined }],
    ['', { interfaces: [lo], managed: new Map([['192.0.2.10', { instance: 'V', state: 'BACKUP' }]]) }],
    ['warning', { interfaces: [lo], managed: new Map([['192.0.2.10', { instance: 'V', state: 'FAULT' }]]) }],
  ],
  'real-server-arp': [
    ['error', realServer],
    ['error', { ...realServer, settings: { 'net.ipv4.conf.all.arp_ignore': '1' } }],
    [
      '',
      {
        ...realServer,
        settings: { 'net.ipv4.conf.eth0.arp_ignore': '1', 'net.ipv4.conf.all.arp_announce': '2' },
      },
    ],
    ['', { ...realServer, services: [service()] }],
  ],
  'ip-forward': [
    ['error', { services: [nat], settings: { 'net.ipv4.ip_forward': '0' } }],
    ['', { settings: { 'net.ipv4.ip_forward': '0' } }],
    ['', { services: [nat], settings: { 'net.ipv6.conf.all.forwarding': '0' } }],
  ],
  'nat-way-back': [
    ['warning', { services: [service({ destinations: [server('10.9.0.1', { forwarding: 'NAT' })] })] }],
    ['', { services: [nat] }],
    ['', { services: [service({ destinations: [server('10.9.0.1')] })] }],
  ],
  'send-redirects': [
    ['warning', oneArm],
    ['warning', { ...oneArm, settings: { 'net.ipv4.conf.all.send_redirects': '1' } }],
    ['', { ...oneArm, settings: {} }],
    ['', { settings: { 'net.ipv4.conf.all.send_redirects': '1' } }],
  ],
  'rp-filter': [
    [
      'warning',
      {
        interfaces: [lo, eth0, { ...eth0, name: 'tunl0', hasArp: false, addresses: [] }],
        settings: { 'net.ipv4.conf.tunl0.rp_filter': '1' },
      },
    ],
    [
      'info',
      { interfaces: [lo, eth0, { ...eth0, name: 'eth1' }], settings: { 'net.ipv4.conf.all.rp_filter': '1' } },
    ],
    [
      '',
      { interfaces: [lo, eth0, { ...eth0, name: 'eth1' }], settings: { 'net.ipv4.conf.all.rp_filter': '2' } },
    ],
    ['', { settings: { 'net.ipv4.conf.all.rp_filter': '1' } }],
  ],
  'tunnel-mtu': [
    ['info', tun('ipip', 1500)],
    ['warning', { ...tun('gue', 1520), settings: { 'net.ipv4.vs.pmtu_disc': '0' } }],
    ['', tun('ipip', 1520)],
  ],
  'conntrack-table': [
    [
      'error',
      { settings: { 'net.netfilter.nf_conntrack_count': '95', 'net.netfilter.nf_conntrack_max': '100' } },
    ],
    [
      'warning',
      { settings: { 'net.netfilter.nf_conntrack_count': '80', 'net.netfilter.nf_conntrack_max': '100' } },
    ],
    ['', { settings: { 'net.netfilter.nf_conntrack_count': '50', 'net.netfilter.nf_conntrack_max': '100' } }],
  ],
  'vs-conntrack': [
    ['info', { settings: { 'net.netfilter.nf_conntrack_max': '100' } }],
    ['', { settings: { 'net.netfilter.nf_conntrack_max': '100', 'net.ipv4.vs.conntrack': '1' } }],
  ],
  'expire-nodest-conn': [
    ['info', { settings: { 'net.ipv4.vs.expire_nodest_conn': '0' } }],
    ['warning', { services: [udp], settings: { 'net.ipv4.vs.expire_nodest_conn': '0' } }],
    ['', { services: [], settings: { 'net.ipv4.vs.expire_nodest_conn': '0' } }],
  ],
  'expire-quiescent-template': [
    ['info', { services: [persistent], settings: { 'net.ipv4.vs.expire_quiescent_template': '0' } }],
    [
      'warning',
      {
        services: [{ ...persistent, destinations: [server('10.0.1.1'), server('10.0.1.2', { weight: 0 })] }],
        settings: { 'net.ipv4.vs.expire_quiescent_template': '0' },
      },
    ],
    ['', { settings: { 'net.ipv4.vs.expire_quiescent_template': '0' } }],
  ],
  'conn-reuse-mode': [
    ['warning', { settings: { 'net.ipv4.vs.conn_reuse_mode': '0' } }],
    ['', { services: [], settings: { 'net.ipv4.vs.conn_reuse_mode': '0' } }],
  ],
  'sloppy-tcp': [
    ['warning', { settings: { 'net.ipv4.vs.sloppy_tcp': '1' } }],
    ['', { services: [service({ scheduler: 'mh' })], settings: { 'net.ipv4.vs.sloppy_tcp': '1' } }],
    ['', { services: [udp], settings: { 'net.ipv4.vs.sloppy_tcp': '1' } }],
  ],
};

describe('a host on which all is well', () => {
  it('is told nothing', () => expect(found({})).toEqual([]));
  it('is told nothing where the kernel has no such settings', () =>
    expect(diagnose({ ...facts({}), settings: new Map() })).toEqual([]));
});

describe('no-server', () => {
  const command = (destinations: readonly Destination[]) =>
    diagnose(facts({ services: [service({ destinations })] })).find(({ rule }) => rule === 'no-server')
      ?.command;
  it('adds a server where there is none', () =>
    expect(command([])).toBe('lvskit rs add tcp:192.0.2.10:80 SERVER'));
  it('gives weight to a server that has none', () =>
    expect(command([server('10.0.1.1', { weight: 0 })])).toBe(
      'lvskit rs weight tcp:192.0.2.10:80 10.0.1.1:80 1',
    ));
});

describe.each(doctorRules)('%s', rule => {
  it.each(cases[rule].map(([severity, one], index) => ({ index, severity, one })))(
    'case $index: $severity',
    ({ severity, one }) => {
      const mine = found(one).filter(line => line.startsWith(`${rule} `));
      expect(mine).toEqual(severity === '' ? [] : [`${rule} ${severity}`]);
    },
  );
  it('says what was read, why it matters and what changes it', () => {
    for (const [severity, one] of cases[rule]) {
      if (severity === '') continue;
      const finding = diagnose(facts(one)).find(each => each.rule === rule);
      expect(schemaFaults({ schema: schemaName, ipvs: true, findings: [finding] })).toEqual([]);
      expect(finding?.read.length).toBeGreaterThan(0);
      expect(finding?.why).toMatch(/^[A-Z].*[.)]$/s);
      expect(finding?.command).toMatch(/sysctl|lvskit|ip |nft /);
    }
  });
});

describe('a rule reads only settings that are gathered', () => {
  it.each(doctorRules)('%s', rule => {
    const names = new Set(settingNames(['lo', 'eth0', 'eth1', 'tunl0']));
    for (const [, one] of cases[rule]) {
      const given = facts(one);
      const asked: string[] = [];
      const settings = new Map(given.settings);
      const get = settings.get.bind(settings);
      settings.get = name => {
        asked.push(name);
        return get(name);
      };
      diagnose({ ...given, settings });
      expect(asked.filter(name => !names.has(name))).toEqual([]);
    }
  });
});

describe('the gravest', () => {
  it('come first', () => {
    const severities = diagnose(
      facts({
        services: [service({ destinations: [] }), udp],
        interfaces: [lo],
        settings: { 'net.ipv4.vs.expire_nodest_conn': '0', 'net.netfilter.nf_conntrack_max': '100' },
      }),
    ).map(({ severity }) => severity);
    expect(severities).toEqual(['error', 'warning', 'warning', 'info']);
  });
});

describe('an interface with a dot in its name', () => {
  it('is written as sysctl(8) takes it', () => {
    const vlan = { ...eth0, name: 'eth0.7' };
    const settings = { 'net.ipv4.conf.eth0/7.send_redirects': '1' };
    const [finding] = diagnose(facts({ ...oneArm, interfaces: [lo, vlan], settings }));
    expect(finding?.command).toContain('net.ipv4.conf.eth0/7.send_redirects=0');
  });
});

describe('a virtual address that is not here', () => {
  const advice = (managed: Facts['managed']) =>
    diagnose(facts({ interfaces: [lo], managed })).find(({ rule }) => rule === 'vip-not-held');

  it('is not to be added where an instance of the daemon has it', () => {
    const found = advice(new Map([['192.0.2.10', { instance: 'V', state: 'FAULT' }]]));
    expect(found?.command).toBe('lvskit status V');
    expect(found?.read).toEqual(['no interface of this host has 192.0.2.10 (V is FAULT)']);
  });

  it('is to be added with a warning where no daemon says anything', () => {
    expect(advice(new Map())?.command).toBe(
      'ip address add 192.0.2.10/32 dev IF  # only where no VRRP router manages it',
    );
  });
});
