// Compares whole files of a fleet: names of the nodes, sync groups, services with their real servers.
// Spec: keepalived.conf(5); what a node takes over it must be able to serve.

import type { Router } from './match.ts';
import type { FleetNode } from './node.ts';
import type { FleetReport } from './report.ts';

/** Nodes that take over from each other: those that share a router, directly or through others. */
export function clustersOf(
  nodes: readonly FleetNode[],
  routers: readonly Router[],
): readonly (readonly FleetNode[])[] {
  const clusterOf = new Map<FleetNode, Set<FleetNode>>(nodes.map(node => [node, new Set([node])]));
  for (const router of routers) {
    const merged = new Set(router.flatMap(({ node }) => [...(clusterOf.get(node) ?? [])]));
    for (const node of merged) clusterOf.set(node, merged);
  }
  return [...new Set(clusterOf.values())].map(cluster => nodes.filter(node => cluster.has(node)));
}

/** A router that only one of several files knows. */
export function tellLonely(
  routers: readonly Router[],
  nodes: readonly FleetNode[],
  report: FleetReport,
): void {
  if (nodes.length < 2) return;
  for (const router of routers) {
    const [member] = router;
    if (router.length > 1 || member === undefined) continue;
    report.say(
      'fleet-alone',
      `no other file has the virtual router of vrrp_instance ${member.sight.config.name}: nobody takes its addresses over`,
      member.sight.statement,
    );
  }
}

/** Members of one sync group must be members of one group on the other nodes as well. */
export function compareGroups(routers: readonly Router[], report: FleetReport): void {
  const groupOf = ({ node, sight }: Router[number]) =>
    node.result.config.vrrp.groups.find(({ members }) => members.includes(sight.config.name))?.name;
  for (const router of routers) {
    const [first] = router;
    if (first === undefined) continue;
    for (const member of router.slice(1)) {
      const [a, b] = [groupOf(first), groupOf(member)];
      if ((a === undefined) === (b === undefined)) continue;
      report.say(
        'fleet-sync-group',
        `vrrp_instance ${member.sight.config.name} is in ${b === undefined ? 'no' : 'a'} sync group, its peer in ${first.node.path} in ${a === undefined ? 'none' : 'one'}: after a failure the states of the members differ between the nodes`,
        member.sight.statement,
        { message: 'the peer', at: first.sight.statement },
      );
    }
  }
}

/** What the nodes of one cluster serve, and what they are called. */
export function compareCluster(cluster: readonly FleetNode[], report: FleetReport): void {
  const [first, ...others] = cluster;
  if (first === undefined) return;
  for (const node of others) {
    for (const [key, { statement, name, scheduler, servers }] of node.services) {
      const known = first.services.get(key);
      if (known === undefined) {
        if (first.services.size > 0 || node.services.size > 0)
          report.say('fleet-service', `virtual_server ${name} is missing in ${first.path}`, statement);
        continue;
      }
      if (known.scheduler !== scheduler) {
        const message = `virtual_server ${name} has lb_algo ${scheduler} here, ${known.scheduler} in ${first.path}`;
        report.say('fleet-service', message, statement, { message: 'there', at: known.statement });
      }
      const missing = known.servers.filter(server => !servers.includes(server));
      const extra = servers.filter(server => !known.servers.includes(server));
      if (missing.length + extra.length === 0) continue;
      const parts = [
        ...(extra.length > 0 ? [`${extra.join(', ')} only here`] : []),
        ...(missing.length > 0 ? [`${missing.join(', ')} only in ${first.path}`] : []),
      ];
      report.say('fleet-real-servers', `virtual_server ${name}: ${parts.join('; ')}`, statement, {
        message: 'there',
        at: known.statement,
      });
    }
    for (const [key, { statement, name }] of first.services) {
      if (!node.services.has(key))
        report.say('fleet-service', `virtual_server ${name} is missing in ${node.path}`, statement);
    }
  }
  compareNames(cluster, report);
}

/** router_id names the node in mails and SNMP. */
function compareNames(cluster: readonly FleetNode[], report: FleetReport): void {
  const seen = new Map<string, FleetNode>();
  for (const node of cluster) {
    const line = node.routerId;
    const name = line?.word(1);
    if (line === undefined || name === undefined) continue;
    const other = seen.get(name);
    if (other?.routerId === undefined) seen.set(name, node);
    else if (node.mails || other.mails) {
      report.say(
        'fleet-router-id',
        `router_id ${name} is also the name of ${other.path}: mails do not tell the nodes apart`,
        line,
        {
          message: 'the other node',
          at: other.routerId,
        },
      );
    }
  }
}
