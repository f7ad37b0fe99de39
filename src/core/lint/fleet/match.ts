// Which instances of different nodes are one virtual router, however they are named.
// Spec: what a router is known by: its addresses, then its number, then its name.

import type { InstanceSight } from '../../conf/index.ts';
import type { FleetNode } from './node.ts';

export interface Member {
  readonly node: FleetNode;
  readonly sight: InstanceSight;
}

/** Instances of different nodes that belong together; at least one. */
export type Router = readonly Member[];

/** Whether two instances share an address. */
const sharesAddress = (a: InstanceSight, b: InstanceSight): boolean =>
  a.config.addresses.some(({ prefix }) =>
    b.config.addresses.some(other => other.prefix.address === prefix.address),
  );

/** How much speaks for one virtual router; 0: nothing. */
function likeness(a: InstanceSight, b: InstanceSight): number {
  if (a.config.family !== b.config.family) return 0;
  const sameNumber = a.config.vrid === b.config.vrid;
  const sameName = a.config.name === b.config.name;
  if (sharesAddress(a, b)) return 8 + (sameNumber ? 2 : 0) + (sameName ? 1 : 0);
  // The same number on different interfaces is two routers, unless they have the same name.
  if (sameNumber && (a.config.interface === b.config.interface || sameName)) return 4 + (sameName ? 1 : 0);
  return sameName ? 1 : 0;
}

/** All routers of the fleet, in the order of the first file that has them. */
export function matchRouters(nodes: readonly FleetNode[]): readonly Router[] {
  const routers: Member[][] = [];
  for (const node of nodes) {
    const pairs = node.instances.flatMap(sight =>
      routers.map(router => ({
        sight,
        router,
        score: Math.max(...router.map(member => likeness(member.sight, sight))),
      })),
    );
    pairs.sort((a, b) => b.score - a.score);
    const placed = new Set<InstanceSight>();
    for (const { sight, router, score } of pairs) {
      if (score === 0 || placed.has(sight) || router.some(member => member.node === node)) continue;
      router.push({ node, sight });
      placed.add(sight);
    }
    for (const sight of node.instances) if (!placed.has(sight)) routers.push([{ node, sight }]);
  }
  return routers;
}
