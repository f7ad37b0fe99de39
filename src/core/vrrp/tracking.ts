// What tracked things mean for an instance: reasons for FAULT, scripts still awaited, and the effective priority.
// Spec: keepalived.conf(5) track_interface, track_script, dont_track_primary, track_src_ip; all recomputed, never counted up and down.

import { printPrefix } from '../net/index.ts';
import type { TrackInterface, TrackScript } from './config.ts';
import type { VrrpInterface } from './events.ts';
import { contribution, effectivePriority, isFault, ownerPriority } from './priority.ts';
import type { FaultReason, GroupState, InstanceState, VrrpMachine } from './state.ts';
import { groupOf } from './turn.ts';
import { unsupported } from './unsupported.ts';

/** What the questions below look at. */
export type World = Pick<VrrpMachine, 'interfaces' | 'scripts' | 'groups'>;

export type Condition = 'up' | 'down' | 'unknown';

function joined<T>(own: readonly T[], group: readonly T[] | undefined, nameOf: (item: T) => string): T[] {
  // What the instance tracks itself wins over the same thing tracked by its group.
  const names = new Set(own.map(nameOf));
  return [...own, ...(group ?? []).filter(item => !names.has(nameOf(item)))];
}

export const trackedInterfaces = (
  instance: Readonly<InstanceState>,
  group: Readonly<GroupState> | undefined,
): TrackInterface[] =>
  joined(instance.config.trackInterfaces, group?.config.trackInterfaces, item => item.interface);

export const trackedScripts = (
  instance: Readonly<InstanceState>,
  group: Readonly<GroupState> | undefined,
): TrackScript[] => joined(instance.config.trackScripts, group?.config.trackScripts, item => item.script);

/** Why an interface cannot be used, or undefined when it is up and running. */
export function downReason(name: string, found: VrrpInterface | undefined): string | undefined {
  if (found === undefined) return `interface ${name} does not exist`;
  if (!found.up) return `interface ${name} is down`;
  if (!found.running) return `interface ${name} has no carrier`;
  return undefined;
}

export function scriptCondition(world: World, name: string): Condition {
  const script = world.scripts.get(name);
  if (script === undefined || !script.known) return 'unknown';
  return script.result >= script.config.rise ? 'up' : 'down';
}

export const interfaceCondition = (world: World, name: string): Condition =>
  downReason(name, world.interfaces.get(name)) === undefined ? 'up' : 'down';

function ownInterfaceFaults(world: World, { config }: Readonly<InstanceState>): FaultReason[] {
  const faults: FaultReason[] = [];
  const found = config.interface === undefined ? undefined : world.interfaces.get(config.interface);
  if (config.interface !== undefined) {
    const reason = downReason(config.interface, found);
    // dont_track_primary forgives a link that is down, not one that does not exist.
    if (reason !== undefined && (found === undefined || config.trackPrimaryInterface))
      faults.push({ from: 'interface', text: reason });
    if (found !== undefined && !found.multicast && config.unicastPeers.length === 0)
      faults.push({ from: 'interface', text: `interface ${config.interface} cannot multicast` });
  }
  if (config.sourceAddress === undefined) {
    if (found !== undefined && found.primary[config.family] === undefined) {
      const kind = config.family === 'inet' ? 'IPv4' : 'link-local IPv6';
      faults.push({
        from: 'address',
        text: `interface ${config.interface} has no ${kind} address to send from`,
      });
    }
  } else if (
    config.trackSourceAddress &&
    found !== undefined &&
    !found.addresses.includes(config.sourceAddress)
  ) {
    faults.push({
      from: 'address',
      text: `source address ${config.sourceAddress} is not on interface ${config.interface}`,
    });
  }
  return faults;
}

function otherInterfaceFaults(world: World, { config }: Readonly<InstanceState>): FaultReason[] {
  const faults: FaultReason[] = [];
  const look = (dev: string | undefined, tracked: boolean, whose: string): void => {
    if (dev === undefined || dev === config.interface || !tracked) return;
    const reason = downReason(dev, world.interfaces.get(dev));
    if (reason !== undefined) faults.push({ from: 'interface', text: `${reason} (${whose})` });
  };
  for (const address of [...config.addresses, ...config.excludedAddresses])
    look(address.dev, address.tracked, `virtual address ${printPrefix(address.prefix)}`);
  for (const route of config.routes)
    for (const hop of route.hops)
      look(hop.dev, route.tracked, `virtual route to ${printPrefix(route.destination)}`);
  return faults;
}

/** Every own reason for FAULT, in a fixed order. */
export function faultsOf(world: World, instance: Readonly<InstanceState>): FaultReason[] {
  const { config } = instance;
  const group = groupOf(world, instance);
  const faults: FaultReason[] = [];
  if (config.configurationFault !== undefined)
    faults.push({ from: 'configuration', text: config.configurationFault });
  const missing = unsupported(config, group?.config);
  if (missing !== undefined) faults.push({ from: 'configuration', text: missing });
  if (config.unicastFaultNoPeer)
    faults.push({ from: 'configuration', text: 'no unicast peer is known (unicast_fault_no_peer)' });
  faults.push(...ownInterfaceFaults(world, instance), ...otherInterfaceFaults(world, instance));
  for (const item of trackedInterfaces(instance, group)) {
    const reason = downReason(item.interface, world.interfaces.get(item.interface));
    if (isFault(item, reason === undefined))
      faults.push({
        from: 'tracking',
        text: `tracked ${reason ?? `interface ${item.interface} is up (reverse)`}`,
      });
  }
  for (const item of trackedScripts(instance, group)) {
    const condition = scriptCondition(world, item.script);
    if (condition !== 'unknown' && isFault(item, condition === 'up'))
      faults.push({
        from: 'tracking',
        text: `script ${item.script} ${condition === 'up' ? 'succeeds (reverse)' : 'fails'}`,
      });
  }
  return faults;
}

/** Scripts of weight 0 without any result yet: the instance must not start before. One that cannot be started is not waited for. */
export const awaitedScripts = (world: World, instance: Readonly<InstanceState>): string[] =>
  trackedScripts(instance, groupOf(world, instance))
    .filter(
      item =>
        item.weight === 0 &&
        scriptCondition(world, item.script) === 'unknown' &&
        world.scripts.get(item.script)?.untried !== true,
    )
    .map(item => item.script);

/** What a weighted item adds now; an unknown script adds nothing. */
export const contributionOf = (item: TrackInterface | TrackScript, condition: Condition): number =>
  condition === 'unknown' ? 0 : contribution(item, condition === 'up');

export function priorityOf(world: World, instance: Readonly<InstanceState>): number {
  if (instance.override !== undefined && instance.basePriority !== ownerPriority) return instance.override;
  const group = groupOf(world, instance);
  return effectivePriority(instance.basePriority, [
    ...trackedInterfaces(instance, group).map(item =>
      contributionOf(item, interfaceCondition(world, item.interface)),
    ),
    ...trackedScripts(instance, group).map(item => contributionOf(item, scriptCondition(world, item.script))),
  ]);
}
