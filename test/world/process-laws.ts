// What must hold of whole VRRP processes on a simulated LAN: of each node at every moment, and of the cluster when it has been left in peace.
// Truth: RFC 9568 section 6, keepalived.conf(5), and this project's own promises (a stop without a hole, foreign addresses untouched).

import { expect } from 'vitest';
import type { Config } from '../../src/core/conf/config.ts';
import type { Address } from '../../src/core/net/index.ts';
import {
  type Inspector,
  type NodeView,
  type Scenario,
  type SimulatedEvent,
  type SimulatedNetwork,
  type SimulatedNode,
  type SimulationResult,
  simulate,
} from '../../src/core/simulate/index.ts';
import { type Instant, instant, milliseconds } from '../../src/core/time.ts';
import { loadText } from '../unit/conf/load-text.ts';

export const calm: SimulatedNetwork = {
  delay: milliseconds(1),
  jitter: milliseconds(1),
  loss: 0,
  duplication: 0,
};
export const stormy: SimulatedNetwork = {
  delay: milliseconds(1),
  jitter: milliseconds(400),
  loss: 0.3,
  duplication: 0.2,
};
export const at = (time: number): Instant => instant(Math.round(time * 1e6));

export interface Block {
  readonly name: string;
  readonly vrid: number;
  readonly vips: readonly string[];
  readonly priority?: number;
  readonly interface?: string;
  readonly more?: string;
}

/** The text of a file with these instances, all with an interval of a second. */
export function fileOf(blocks: readonly Block[], before = ''): string {
  const texts = blocks.map(
    ({ name, vrid, vips, priority = 100, interface: link = 'eth0', more = '' }) => `vrrp_instance ${name} {
  interface ${link}
  virtual_router_id ${vrid}
  priority ${priority}
  advert_int 1
  virtual_ipaddress {
    ${vips.join('\n    ')}
  }
  ${more}
}
`,
  );
  return before + texts.join('');
}

export function configOf(blocks: readonly Block[], before = ''): Config {
  const { config, diagnostics } = loadText(fileOf(blocks, before));
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return config;
}

export const node = (number: number, config: Config): SimulatedNode => ({
  name: `n${number}`,
  config,
  links: [
    { name: 'eth0', segment: 'lan', addresses: [`10.0.0.1${number}/24`] },
    { name: 'eth1', segment: 'back', addresses: [`10.1.0.1${number}/24`] },
  ],
});

/** Every virtual and excluded address of a configuration. */
const virtualAddresses = ({ vrrp }: Config): ReadonlySet<Address> =>
  new Set(
    vrrp.instances.flatMap(({ addresses, excludedAddresses }) =>
      [...addresses, ...excludedAddresses].map(({ prefix }) => prefix.address),
    ),
  );

/** Addresses of a node's kernel that one of its configured instances has, with the interfaces they are on. */
export function heldOn({ kernel, config }: NodeView): readonly string[] {
  const ours = virtualAddresses(config);
  return kernel.addresses
    .filter(({ prefix }) => ours.has(prefix.address))
    .map(({ prefix, ifindex }) => `${prefix.address}/${prefix.length} ${kernel.links.get(ifindex)?.name}`)
    .sort();
}

/** What its states say a node should hold. */
export function wantedOn({ config, states }: NodeView): readonly string[] {
  const wanted = config.vrrp.instances
    .filter(({ name }) => states.get(name) === 'MASTER')
    .flatMap(({ addresses, excludedAddresses, interface: name }) =>
      [...addresses, ...excludedAddresses].map(
        ({ prefix, dev }) => `${prefix.address}/${prefix.length} ${dev ?? name}`,
      ),
    );
  return [...new Set(wanted)].sort();
}

/** At rest a node's kernel has the addresses of its MASTERs and no others of its configuration. */
export function expectHoldingsFit(result: SimulationResult): void {
  for (const view of result.nodes.values()) {
    if (!view.running) continue;
    expect(view.unsettled, `${view.name} has settled`).toBe(0);
    expect(heldOn(view), `${view.name} holds what its states say`).toEqual(wantedOn(view));
  }
}

/** Each instance has one MASTER among the running nodes. */
export function expectOneMaster(result: SimulationResult, instance: string): void {
  const masters = [...result.nodes.values()].filter(({ states }) => states.get(instance) === 'MASTER');
  expect(
    masters.map(({ name }) => name),
    `MASTER of ${instance}`,
  ).toHaveLength(1);
}

/** The kernel's addresses that a node had from the start are still there. */
export function expectForeignUntouched(result: SimulationResult, nodes: readonly SimulatedNode[]): void {
  for (const { name, links } of nodes) {
    const view = result.nodes.get(name);
    const held = view?.kernel.addresses.map(({ prefix }) => `${prefix.address}/${prefix.length}`) ?? [];
    for (const { addresses } of links) for (const own of addresses) expect(held, name).toContain(own);
  }
}

/** What a person reads when a scenario fails. */
export const story = (events: readonly SimulatedEvent[]): string =>
  events
    .flatMap(event => {
      const time = (event.at / 1e6).toFixed(6).padStart(11);
      if (event.kind === 'action') return [`${time} ${JSON.stringify(event.action).slice(0, 120)}`];
      if (event.kind === 'state') return [`${time} ${event.node} ${event.instance} -> ${event.state}`];
      if (event.kind === 'kernel' && event.news.kind === 'address')
        return [`${time} ${event.node} ${event.news.gone ? '-' : '+'}${event.news.record.prefix.address}`];
      if (event.kind === 'effect' && event.effect.kind === 'log')
        return [`${time} ${event.node} "${event.effect.message}"`];
      return [];
    })
    .join('\n');

export const play = (
  scenario: Omit<Scenario, 'seed' | 'network'> & Partial<Scenario>,
  inspect?: Inspector,
): SimulationResult => simulate({ seed: 1, network: calm, ...scenario }, inspect);
