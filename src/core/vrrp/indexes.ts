// Who is concerned: serials by virtual router, by interface and by script, so that an input finds its instances without a search.
// Spec: DESIGN "a step costs what it touches". Made anew with each configuration.

import type { Family } from '../net/index.ts';
import { type Indexes, type InstanceState, noIndexes, type VrrpMachine } from './state.ts';
import { trackedInterfaces, trackedScripts } from './tracking.ts';
import { groupOf } from './turn.ts';

/** An interface that no instance names. */
const elsewhere = '*';

function add<Key>(index: Map<Key, number[]>, key: Key, serial: number): void {
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

/** Those that name the interface first; those that name none hear on every one. */
function addRouter({ routers }: Indexes, { serial, config }: InstanceState): void {
  const { family, interface: own, vrid } = config;
  const places = routers[family];
  for (const [place, vrids] of places) if (own === undefined || place === own) add(vrids, vrid, serial);
}

export function indexInstances(machine: VrrpMachine): void {
  const indexes: Indexes = noIndexes();
  const instances = [...machine.instances.values()];
  for (const { config } of instances)
    indexes.routers[config.family].set(config.interface ?? elsewhere, new Map());
  for (const isBound of [true, false])
    for (const instance of instances)
      if ((instance.config.interface !== undefined) === isBound) addRouter(indexes, instance);
  for (const instance of instances) {
    const { serial, config } = instance;
    instance.judged = undefined;
    for (const dev of interfacesOf(machine, instance))
      if (dev !== undefined) add(indexes.interfaces, dev, serial);
    if (config.interface !== undefined && config.sourceAddress !== undefined && config.trackSourceAddress)
      add(indexes.sources, config.interface, serial);
    for (const item of trackedScripts(instance, groupOf(machine, instance)))
      add(indexes.scripts, item.script, serial);
  }
  machine.indexes = indexes;
}

/** Serials of the instances of a VRID that listen on an interface: those that name it, then those that name none. */
export function routersOn(
  { indexes }: VrrpMachine,
  family: Family,
  vrid: number,
  dev: string,
): readonly number[] {
  const places = indexes.routers[family];
  return (places.get(dev) ?? places.get(elsewhere))?.get(vrid) ?? [];
}
