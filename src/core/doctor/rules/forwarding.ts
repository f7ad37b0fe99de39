// Whether packets find their way through this host: forwarding, reverse path, redirects, the way back of NAT, tunnel MTU.
// Spec: Documentation/networking/ip-sysctl.rst of the kernel; ipvsadm(8) NOTES on masquerading.

import type { Destination, Service } from '../../ipvs/index.ts';
import { familyOf } from '../../net/index.ts';
import { confName, type Facts, numberOf } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { familyOfService, interfaceTo, once, serverName, serviceName, servicesBy } from '../words.ts';

/** Replies of NAT servers pass through this host only if it forwards. */
export function ipForward(facts: Facts): readonly Finding[] {
  const nat = servicesBy(facts, 'NAT');
  const families = [
    ['inet', 'net.ipv4.ip_forward'],
    ['inet6', 'net.ipv6.conf.all.forwarding'],
  ] as const;
  return families.flatMap(([family, name]): Finding[] => {
    const affected = nat.filter(({ id }) => familyOfService(id) === family);
    if (numberOf(facts, name) !== 0 || affected.length === 0) return [];
    return [
      {
        severity: 'error',
        subjects: affected.map(({ id }) => serviceName(id)),
        read: [`${name} = 0`],
        why: 'Servers reached by NAT answer through this host, and it does not forward their replies: clients see a timeout.',
        command: `sysctl -w ${name}=1`,
      },
    ];
  });
}

/** Strict reverse path filtering where packets come in on another interface than the route back. */
export function rpFilter(facts: Facts): readonly Finding[] {
  const up = (facts.interfaces ?? []).filter(({ isUp, isLoopback }) => isUp && !isLoopback);
  const all = numberOf(facts, 'net.ipv4.conf.all.rp_filter') ?? 0;
  // The kernel takes the greater of the two.
  const strict = up.filter(
    ({ name }) => Math.max(all, numberOf(facts, confName(name, 'rp_filter')) ?? 0) === 1,
  );
  const tunnels = strict.filter(
    ({ name, hasArp, mtu }) => !hasArp && /^(tunl|ipip|gre|sit)/.test(name) && mtu !== undefined,
  );
  const several =
    up.filter(({ addresses }) => addresses.some(({ address }) => familyOf(address) === 'inet')).length > 1;
  const findings: Finding[] = [];
  if (tunnels.length > 0)
    findings.push({
      severity: 'warning',
      subjects: tunnels.map(({ name }) => name),
      read: tunnels.map(({ name }) => settingOf(facts, name, 'rp_filter')),
      why: 'Packets that come out of this tunnel have the address of a client, whose route leads to another interface: strict reverse path filtering drops them, without a word in the log.',
      command: tunnels
        .map(({ name }) => `sysctl -w net.ipv4.conf.all.rp_filter=0 ${confName(name, 'rp_filter')}=0`)
        .join('; '),
    });
  const others = strict.filter(one => !tunnels.includes(one));
  if (several && others.length > 0 && facts.services.some(({ id }) => familyOfService(id) === 'inet'))
    findings.push({
      severity: 'info',
      subjects: others.map(({ name }) => name),
      read: [
        `net.ipv4.conf.all.rp_filter = ${all}`,
        ...others.map(({ name }) => settingOf(facts, name, 'rp_filter')),
      ],
      why: 'This host has several interfaces and filters strictly: a packet that comes in on another interface than the route to its sender is dropped, without a word in the log.',
      command: `sysctl -w net.ipv4.conf.all.rp_filter=2`,
    });
  return findings;
}

const settingOf = ({ settings }: Facts, name: string, word: string): string =>
  `${confName(name, word)} = ${settings.get(confName(name, word)) ?? 'absent'}`;

/** The servers reached by NAT, with their service. */
const natServers = (facts: Facts): { service: Service; server: Destination }[] =>
  facts.services.flatMap(service =>
    service.destinations
      .filter(({ forwarding }) => forwarding === 'NAT')
      .map(server => ({ service, server })),
  );

/** One network for clients and NAT servers: redirects tell the servers to answer past the director. */
export function sendRedirects(facts: Facts): readonly Finding[] {
  const interfaces = facts.interfaces ?? [];
  const shared = natServers(facts).flatMap(({ service: { id }, server }) => {
    if (id.kind !== 'address' || familyOf(server.address) !== 'inet') return [];
    const towards = interfaceTo(interfaces, server.address);
    return towards !== undefined && interfaceTo(interfaces, id.address) === towards
      ? [{ id, name: towards.name }]
      : [];
  });
  const isOn = (name: string) => numberOf(facts, confName(name, 'send_redirects')) === 1;
  // The kernel sends them where either is on.
  const affected = shared.filter(({ name }) => isOn('all') || isOn(name));
  if (affected.length === 0) return [];
  const names = once(affected.map(({ name }) => name));
  return [
    {
      severity: 'warning',
      subjects: once(affected.map(({ id }) => serviceName(id))),
      read: ['all', ...names].map(name => settingOf(facts, name, 'send_redirects')),
      why: 'The virtual address and servers reached by NAT are in one network. This host tells the servers by ICMP redirect that clients of that network are reached directly: they answer past it, and the client resets the connection.',
      command: `sysctl -w ${['all', ...names].map(name => `${confName(name, 'send_redirects')}=0`).join(' ')}`,
    },
  ];
}

/** A NAT server behind a router answers through that router, not through this host. */
export function natWayBack(facts: Facts): readonly Finding[] {
  const { interfaces } = facts;
  if (interfaces === undefined) return [];
  const far = natServers(facts).filter(
    ({ server }) =>
      interfaceTo(interfaces, server.address) === undefined &&
      !interfaces.some(({ addresses }) => addresses.some(({ address }) => address === server.address)),
  );
  if (far.length === 0) return [];
  return [
    {
      severity: 'warning',
      subjects: far.map(({ service, server }) => serverName(service.id, server)),
      read: ['no interface of this host is in the network of these servers'],
      why: 'NAT works only if replies come back through this host. These servers are behind a router, which sends replies to clients the shortest way unless it routes them here or this host masquerades.',
      command:
        'on the servers: ip route replace default via ADDRESS-OF-THIS-HOST (a tunnel or policy route where a router is between); or here: sysctl -w net.ipv4.vs.conntrack=1 and an nftables rule that masquerades towards them',
    },
  ];
}

const overheads = { ipip: 20, gre: 24, gue: 32 } as const;

/** Encapsulated packets are longer than the interface takes. */
export function tunnelMtu(facts: Facts): readonly Finding[] {
  const { interfaces } = facts;
  if (interfaces === undefined) return [];
  const name = 'net.ipv4.vs.pmtu_disc';
  const tight = facts.services.flatMap(({ id, destinations }) =>
    destinations.flatMap(server => {
      if (server.forwarding !== 'TUN') return [];
      const towards = interfaceTo(interfaces, server.address);
      const room = (towards?.mtu ?? 1500) - overheads[server.tunnel?.type ?? 'ipip'];
      return room < 1500 ? [{ subject: serverName(id, server), room, towards }] : [];
    }),
  );
  if (tight.length === 0) return [];
  const discovery = numberOf(facts, name) ?? 1;
  const room = Math.min(...tight.map(one => one.room));
  const through = once(
    tight.map(
      ({ towards }) =>
        `mtu of ${towards?.name ?? 'the way to the server (assumed)'} = ${towards?.mtu ?? 1500}`,
    ),
  );
  return [
    {
      severity: discovery === 0 ? 'warning' : 'info',
      subjects: tight.map(({ subject }) => subject),
      read: [...through, `${name} = ${discovery}`],
      why: `Packets above ${room} bytes do not fit into the tunnel. The director answers them with "fragmentation needed"; where a firewall keeps that from the client, small requests work and uploads hang.`,
      command: `on the servers: ip route change default via GATEWAY advmss ${room - 40}; or, where the whole network takes it: ip link set dev IF mtu ${1500 + overheads.gue}`,
    },
  ];
}
