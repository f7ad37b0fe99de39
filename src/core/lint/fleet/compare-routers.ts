// Compares the members of one virtual router: what must agree for advertisements to be accepted. Who is elected: election.ts.
// Spec: keepalived.conf(5); what a difference leads to is asked of the daemon's own acceptance (hearing.ts).

import { printSeconds } from '../../time.ts';
import type { InstanceConfig } from '../rule.ts';
import { healthy } from './election.ts';
import { drops } from './hearing.ts';
import type { Member } from './match.ts';
import { type FleetReport, lineOf } from './report.ts';
import type { FleetRule } from './rules.ts';

/** Two members: `a` is of the earlier file. */
interface Pair {
  readonly a: Member;
  readonly b: Member;
}

const split = 'both will be MASTER';

/** Says that `keyword` differs, at b's line, with a's line related. */
function differ(
  report: FleetReport,
  rule: FleetRule,
  { a, b }: Pair,
  keywords: readonly string[],
  message: string,
): void {
  report.say(rule, message, lineOf(b, ...keywords), {
    message: 'there',
    at: lineOf(a, ...keywords),
  });
}

/** Who drops the advertisements of whom when the two differ in these settings alone; undefined: nobody does. */
function whoDrops({ a, b }: Pair, ...settings: readonly (keyof InstanceConfig)[]): string | undefined {
  const of = (config: InstanceConfig): Partial<InstanceConfig> =>
    Object.fromEntries(settings.map(name => [name, config[name]]));
  const here = drops(b.sight.config, of(a.sight.config));
  const there = drops(a.sight.config, of(b.sight.config));
  if (here && there) return `each drops the other's advertisements, ${split}`;
  if (here) return `this node drops the advertisements of ${a.node.path}, ${split}`;
  return there ? `${a.node.path} drops the advertisements of this node, ${split}` : undefined;
}

const nameOf = ({ node, sight }: Member) => `vrrp_instance ${sight.config.name} of ${node.path}`;

/** Everything an advertisement is judged by. */
export function compareProtocol(pair: Pair, report: FleetReport): void {
  const a = pair.a.sight.config;
  const b = pair.b.sight.config;
  if (a.vrid !== b.vrid) {
    differ(
      report,
      'fleet-router-number',
      pair,
      ['virtual_router_id'],
      `virtual_router_id ${b.vrid} here, ${a.vrid} in ${pair.a.node.path}, for the same addresses: ${split}`,
    );
  }
  if (a.version !== b.version) {
    differ(
      report,
      'fleet-version',
      pair,
      ['version', 'vrrp_version'],
      `VRRP version ${b.version} here, ${a.version} in ${pair.a.node.path}: ${whoDrops(pair, 'version') ?? 'both accept it'}`,
    );
  }
  compareAuthentication(pair, report);
  if (a.advertInterval !== b.advertInterval) {
    const [mine, others] = [printSeconds(b.advertInterval), printSeconds(a.advertInterval)];
    const effect =
      whoDrops(pair, 'advertInterval') ??
      'a backup follows the master, so the time of a failover depends on who is master';
    differ(
      report,
      'fleet-interval',
      pair,
      ['advert_int'],
      `advert_int ${mine} here, ${others} in ${pair.a.node.path}: ${effect}`,
    );
  }
  compareAddresses(pair, report);
  compareTransport(pair, report);
}

function compareAuthentication(pair: Pair, report: FleetReport): void {
  const a = pair.a.sight.config.authentication;
  const b = pair.b.sight.config.authentication;
  if (a?.type === b?.type && a?.password === b?.password) return;
  const what =
    a === undefined || b === undefined
      ? b === undefined
        ? `authentication is missing here, ${pair.a.node.path} has it`
        : `authentication is set here and missing in ${pair.a.node.path}`
      : a.type !== b.type
        ? `auth_type ${b.type} here, ${a.type} in ${pair.a.node.path}`
        : `auth_pass is not the one of ${pair.a.node.path}`;
  differ(
    report,
    'fleet-authentication',
    pair,
    ['authentication'],
    `${what}: ${whoDrops(pair, 'authentication') ?? 'both accept it'}`,
  );
}

function compareAddresses(pair: Pair, report: FleetReport): void {
  const setOf = ({ addresses }: InstanceConfig) => new Set(addresses.map(({ prefix }) => prefix.address));
  const a = setOf(pair.a.sight.config);
  const b = setOf(pair.b.sight.config);
  const onlyA = [...a].filter(address => !b.has(address));
  const onlyB = [...b].filter(address => !a.has(address));
  if (onlyA.length + onlyB.length === 0) return;
  const parts = [
    ...(onlyB.length > 0 ? [`${onlyB.join(', ')} only here`] : []),
    ...(onlyA.length > 0 ? [`${onlyA.join(', ')} only in ${pair.a.node.path}`] : []),
  ];
  const effect =
    whoDrops(pair, 'addresses') ??
    `lvskit accepts each other's advertisements, and some addresses are missing after a failover; keepalived 2.2.7 drops them, ${split}`;
  differ(
    report,
    'fleet-addresses',
    pair,
    ['virtual_ipaddress'],
    `the virtual addresses differ: ${parts.join('; ')}; ${effect}`,
  );
}

const isUnicast = ({ unicastPeers }: InstanceConfig) => unicastPeers.length > 0;

function compareTransport(pair: Pair, report: FleetReport): void {
  const a = pair.a.sight.config;
  const b = pair.b.sight.config;
  if (isUnicast(a) !== isUnicast(b)) {
    const [mine, others] = isUnicast(b) ? ['unicast', 'multicast'] : ['multicast', 'unicast'];
    differ(
      report,
      'fleet-transport',
      pair,
      ['unicast_peer'],
      `${mine} here, ${others} in ${pair.a.node.path}: neither hears the other, ${split}`,
    );
    return;
  }
  if (!isUnicast(a)) {
    if (a.multicastGroup !== b.multicastGroup) {
      const message = `advertisements go to ${b.multicastGroup} here, to ${a.multicastGroup} in ${pair.a.node.path}: neither hears the other, ${split}`;
      differ(report, 'fleet-transport', pair, ['mcast_dst_ip'], message);
    }
    return;
  }
  if (a.sourceAddress !== undefined && a.sourceAddress === b.sourceAddress) {
    const message = `unicast_src_ip ${b.sourceAddress} is also the source of ${nameOf(pair.a)}`;
    differ(report, 'fleet-source', pair, ['unicast_src_ip'], message);
    return;
  }
  for (const [one, other] of [
    [pair.a, pair.b],
    [pair.b, pair.a],
  ] as const) {
    const source = one.sight.config.sourceAddress;
    if (source === undefined) continue;
    const { config } = other.sight;
    if (config.unicastPeers.some(({ address }) => address === source)) continue;
    report.say(
      'fleet-peers',
      `${source}, the source of ${nameOf(one)}, is not among the unicast peers here: ${unheard(one, other)}`,
      lineOf(other, 'unicast_peer'),
      { message: 'the source', at: lineOf(one, 'unicast_src_ip') },
    );
  }
}

/** What follows when `other` does not name `one` as its peer: it sends `one` nothing, and may drop what comes from there. */
function unheard(one: Member, other: Member): string {
  const config = other.sight.config;
  const { sourceAddress } = one.sight.config;
  if (drops(config, { sourceAddress }))
    return `it gets no advertisements from here, and its own are dropped, ${split}`;
  return healthy(one.sight.config) > healthy(config)
    ? 'it gets no advertisements from here and takes over whenever it starts'
    : `it gets no advertisements from here, ${split}`;
}
