// What is wrong in the table itself: services that shadow each other, that nobody serves, and connections that lead nowhere.
// Spec: net/netfilter/ipvs: a service by firewall mark is looked up before one by address; port 0 is scheduled for persistent services only.

import type { Service } from '../../ipvs/index.ts';
import { printEndpoint } from '../../net/index.ts';
import { type Facts, numberOf } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { familyOfService, once, serviceName } from '../words.ts';

/** A marked packet goes to the service of its mark, whatever its address is. */
export function shadowedByMark(facts: Facts): readonly Finding[] {
  const marks = new Map<string, Service[]>();
  for (const service of facts.table) {
    if (service.id.kind !== 'fwmark') continue;
    for (const { address } of service.destinations) {
      const known = marks.get(address);
      if (known === undefined) marks.set(address, [service]);
      else known.push(service);
    }
  }
  if (marks.size === 0) return [];
  const pairs = facts.services.flatMap(({ id, destinations }) => {
    if (id.kind !== 'address') return [];
    const family = familyOfService(id);
    const mark = destinations
      .flatMap(({ address }) => marks.get(address) ?? [])
      .find(one => familyOfService(one.id) === family);
    return mark === undefined ? [] : [{ service: serviceName(id), mark: serviceName(mark.id) }];
  });
  if (pairs.length === 0) return [];
  return [
    {
      severity: 'warning',
      subjects: pairs.map(({ service }) => service),
      read: once(pairs.map(({ service, mark }) => `${mark} and ${service} have a server in common`)),
      why: 'A packet that carries a firewall mark goes to the service of the mark, and the service by address never sees it: its counters stay at 0 and its scheduler is not asked.',
      command:
        'nft list ruleset | grep -n mark shows which packets are marked; lvskit vs delete removes the service that is not meant',
    },
  ];
}

/** The kernel takes port 0 without persistence and never schedules it. */
export function portZero(facts: Facts): readonly Finding[] {
  const affected = facts.services.filter(
    ({ id, persistence }) => id.kind === 'address' && id.port === 0 && persistence === undefined,
  );
  const [first] = affected;
  if (first === undefined) return [];
  return [
    {
      severity: 'error',
      subjects: affected.map(({ id }) => serviceName(id)),
      read: ['port = 0', 'not persistent'],
      why: 'Port 0 stands for every port, and the kernel schedules it for persistent services only: connections are refused.',
      command: `lvskit vs edit ${serviceName(first.id)} --persistent 360`,
    },
  ];
}

/** What gives the service a server: weight for one that it has, else one of its own. */
function serveAgain({ id, destinations: [idle] }: Service): string {
  return idle === undefined
    ? `lvskit rs add ${serviceName(id)} SERVER`
    : `lvskit rs weight ${serviceName(id)} ${printEndpoint(idle)} 1`;
}

/** A service without a server that may take connections refuses them. */
export function nobodyServes(facts: Facts): readonly Finding[] {
  const empty = facts.services.filter(({ destinations }) => destinations.every(({ weight }) => weight === 0));
  if (empty.length === 0) return [];
  const [first] = empty;
  const without = empty.filter(({ destinations }) => destinations.length === 0).length;
  return [
    {
      severity: 'error',
      subjects: empty.map(({ id }) => serviceName(id)),
      read: [`${without} of them without a server, ${empty.length - without} with weight 0 only`],
      why: 'No server takes new connections: the director refuses them.',
      command: first === undefined ? '' : serveAgain(first),
    },
  ];
}

/** Connections to a server that is in no service: their packets are dropped until the entries expire. */
export function orphanedConnections(facts: Facts): readonly Finding[] {
  if (facts.connections.size === 0) return [];
  const servers = new Set<string>();
  for (const { destinations } of facts.table)
    for (const { address, port } of destinations) servers.add(port === 0 ? address : `${address} ${port}`);
  const orphans = [...facts.connections.values()].filter(
    ({ address, port }) => !servers.has(address) && !servers.has(`${address} ${port}`),
  );
  if (orphans.length === 0) return [];
  const count = orphans.reduce((sum, one) => sum + one.count, 0);
  const setting = 'net.ipv4.vs.expire_nodest_conn';
  const expires = numberOf(facts, setting) === 1;
  return [
    {
      severity: expires ? 'info' : 'warning',
      subjects: orphans.map(({ address, port }) => printEndpoint({ address, port })),
      read: [
        `${count} connections to ${orphans.length} servers that are in no service`,
        `${setting} = ${expires ? 1 : 0}`,
      ],
      why: expires
        ? 'Their server was removed while they were open. Each entry goes with the next packet of its client.'
        : 'Their server was removed while they were open. The director drops their packets until the entries expire, so clients hang and do not reconnect.',
      command: `sysctl -w ${setting}=1`,
    },
  ];
}
