// Settings of net.ipv4.vs that decide what happens to connections when servers leave.
// Spec: Documentation/networking/ipvs-sysctl.rst of the kernel.

import { type Facts, numberOf } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { serviceName } from '../words.ts';

const set = (name: string, value: number): string => `sysctl -w ${name}=${value}`;

/** A connection keeps its entry when its server is removed, and its packets are dropped without an answer. */
export function expireNodestConn(facts: Facts): readonly Finding[] {
  const name = 'net.ipv4.vs.expire_nodest_conn';
  if (numberOf(facts, name) !== 0 || facts.services.length === 0) return [];
  const flows = facts.services.filter(({ id }) => id.kind === 'address' && id.protocol === 'udp');
  return [
    {
      severity: flows.length > 0 ? 'warning' : 'info',
      subjects: flows.map(({ id }) => serviceName(id)),
      read: [`${name} = 0`],
      why: 'Packets of a connection whose server was removed are dropped without an answer until its entry expires. A UDP client that keeps sending from one port never reaches another server.',
      command: set(name, 1),
    },
  ];
}

/** With 0 a reused client port goes to the old connection's server. */
export function connReuseMode(facts: Facts): readonly Finding[] {
  const name = 'net.ipv4.vs.conn_reuse_mode';
  if (numberOf(facts, name) !== 0 || facts.services.length === 0) return [];
  return [
    {
      severity: 'warning',
      subjects: [],
      read: [`${name} = 0`],
      why: 'A new connection from a client port that was used before goes to the server of the old connection, even one with weight 0: a drained server keeps getting connections. Before Linux 5.9, mode 1 together with net.ipv4.vs.conntrack=1 delayed such connections by a second, which is why some systems set 0.',
      command: set(name, 1),
    },
  ];
}

/** Persistence templates go on naming a server with weight 0. */
export function expireQuiescentTemplate(facts: Facts): readonly Finding[] {
  const name = 'net.ipv4.vs.expire_quiescent_template';
  const persistent = facts.services.filter(({ persistence }) => persistence !== undefined);
  if (numberOf(facts, name) !== 0 || persistent.length === 0) return [];
  const quiescent = persistent.some(({ destinations }) => destinations.some(({ weight }) => weight === 0));
  return [
    {
      severity: quiescent ? 'warning' : 'info',
      subjects: persistent.map(({ id }) => serviceName(id)),
      read: [`${name} = 0`],
      why: 'Clients with a persistence template go on being sent to a server with weight 0 until the template expires, and each new connection renews it: such a server does not drain.',
      command: set(name, 1),
    },
  ];
}

/** Connections begin with any packet: after a failover they go to other servers. */
export function sloppyTcp(facts: Facts): readonly Finding[] {
  const name = 'net.ipv4.vs.sloppy_tcp';
  if ((numberOf(facts, name) ?? 0) === 0) return [];
  const others = facts.services.filter(
    ({ id, scheduler }) =>
      id.kind === 'address' && id.protocol === 'tcp' && !['sh', 'mh', 'dh'].includes(scheduler),
  );
  if (others.length === 0) return [];
  return [
    {
      severity: 'warning',
      subjects: others.map(({ id }) => serviceName(id)),
      read: [`${name} = 1`],
      why: 'Any TCP packet begins a connection, not SYN alone. With a scheduler that does not hash the client, established connections that this director does not know (after a failover) are sent to another server, which resets them.',
      command: set(name, 0),
    },
  ];
}

/** Netfilter does not see IPVS connections: MASQUERADE and stateful rules do not apply to them. */
export function vsConntrack(facts: Facts): readonly Finding[] {
  const name = 'net.ipv4.vs.conntrack';
  const tracking = facts.settings.has('net.netfilter.nf_conntrack_max');
  if (numberOf(facts, name) !== 0 || !tracking || facts.services.length === 0) return [];
  return [
    {
      severity: 'info',
      subjects: [],
      read: [
        `${name} = 0`,
        `net.netfilter.nf_conntrack_max = ${facts.settings.get('net.netfilter.nf_conntrack_max')}`,
      ],
      why: 'Connection tracking runs on this host and IPVS does not take part in it: MASQUERADE and SNAT rules of nftables or iptables do not apply to balanced connections, and stateful rules see their packets as invalid.',
      command: set(name, 1),
    },
  ];
}

/** A full table drops new connections of the whole host. */
export function conntrackTable(facts: Facts): readonly Finding[] {
  const count = numberOf(facts, 'net.netfilter.nf_conntrack_count');
  const most = numberOf(facts, 'net.netfilter.nf_conntrack_max');
  if (count === undefined || most === undefined || most === 0 || count < 0.75 * most) return [];
  return [
    {
      severity: count >= 0.9 * most ? 'error' : 'warning',
      subjects: [],
      read: [`net.netfilter.nf_conntrack_count = ${count}`, `net.netfilter.nf_conntrack_max = ${most}`],
      why: `The connection tracking table is ${Math.floor((100 * count) / most)} % full. When it is full the kernel drops every new connection of this host ("nf_conntrack: table full, dropping packet").`,
      command: set('net.netfilter.nf_conntrack_max', 2 * most),
    },
  ];
}
