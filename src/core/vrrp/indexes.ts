// Who is concerned: serials by virtual router, by interface and by script, so that an input finds its instances without a search.
// Spec: DESIGN "a step costs what it touches". Made anew with each configuration.

import type { Family } from '../net/index.ts';
import { type Indexes, type InstanceState, noIndexes, type VrrpMachine } from './state.ts';
import { trackedInterfaces, trackedScripts } from './tracking.ts';
import { groupOf } from './turn.ts';

const routerKey = (family: Family, vrid: number, dev: string | undefined): string =>
  `${family} ${vrid} ${dev ?? '*'}`;

function add(index: Map<string, number[]>, key: string, serial: number): void {
  const serials = index.get(key);
  if (serials === undefined) index.set(key, [serial]);
  else if (!serials.includes(serial)) serials.push(serial);
}

/** Every interface whose state may put the instance into FAULT or change its priority. */
function interfacesOf(machine: VrrpMachine, instance: InstanceState): (string | undefined)[] {
  const { config } = instance;
  return [
    config.interface,
    ...[...config.addresses, ...config.excludedAddresses].map(each => each.dev),
    ...config.routes.flatMap(route => route.hops.map(hop => hop.dev)),
    ...trackedInterfaces(instance, groupOf(machine, instance)).map(item => item.interface),
  ];
}

export function indexInstances(machine: VrrpMachine): void {
  const indexes: Indexes = noIndexes();
  for (const instance of machine.instances.values()) {
    const { serial, config } = instance;
    add(indexes.routers, routerKey(config.family, config.vrid, config.interface), serial);
    for (const dev of interfacesOf(machine, instance))
      if (dev !== undefined) add(indexes.interfaces, dev, serial);
    if (config.interface !== undefined && config.sourceAddress !== undefined && config.trackSourceAddress)
      add(indexes.sources, config.interface, serial);
    for (const item of trackedScripts(instance, groupOf(machine, instance)))
      add(indexes.scripts, item.script, serial);
  }
  machine.indexes = indexes;
}

/** The instances of a VRID that listen on an interface: those that name it, then those that name none. */
export function routersOn(
  machine: VrrpMachine,
  family: Family,
  vrid: number,
  dev: string,
): readonly InstanceState[] {
  const { routers } = machine.indexes;
  const here = routers.get(routerKey(family, vrid, dev)) ?? [];
  const anywhere = routers.get(routerKey(family, vrid, undefined)) ?? [];
  return [...here, ...anywhere].flatMap(serial => machine.instances.get(serial) ?? []);
}
