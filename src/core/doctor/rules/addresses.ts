// Virtual addresses: held here by a director; held and kept silent by a real server behind direct routing or a tunnel.
// Spec: Documentation/networking/ip-sysctl.rst arp_ignore, arp_announce; ipvsadm(8) -g, -i.

import { contains, familyOf } from '../../net/index.ts';
import { confName, type Facts, numberOf } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { once, serviceName } from '../words.ts';

/** Packets for an address that is not here never reach IPVS. */
export function vipHeld(facts: Facts): readonly Finding[] {
  const { interfaces, localPrefixes } = facts;
  if (interfaces === undefined) return [];
  const held = new Set(interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address)));
  const missing = facts.services.filter(
    ({ id }) =>
      id.kind === 'address' &&
      !held.has(id.address) &&
      !localPrefixes.some(prefix => contains(prefix, id.address)) &&
      // Its MASTER has it.
      facts.managed.get(id.address)?.state !== 'BACKUP',
  );
  if (missing.length === 0) return [];
  const addresses = once(missing.flatMap(({ id }) => (id.kind === 'address' ? [id.address] : [])));
  const [first = ''] = addresses;
  const owner = addresses.map(address => facts.managed.get(address)).find(found => found !== undefined);
  return [
    {
      severity: 'warning',
      subjects: missing.map(({ id }) => serviceName(id)),
      read: addresses.map(address => {
        const instance = facts.managed.get(address);
        const state = instance === undefined ? '' : ` (${instance.instance} is ${instance.state})`;
        return `no interface of this host has ${address}${state}`;
      }),
      why: 'IPVS sees only packets that this host takes for its own. Where VRRP moves the address, that is as it should be on a BACKUP; on a director that serves, clients get no answer.',
      // Two hosts with one address are worse than none: who owns it is looked at first.
      command:
        owner === undefined
          ? `ip address add ${first}/${first.includes(':') ? 128 : 32} dev IF  # only where no VRRP router manages it`
          : `lvskit status ${owner.instance}`,
    },
  ];
}

/** This host as a real server: a virtual address on lo, and interfaces that answer ARP for it. */
export function arpOfRealServer(facts: Facts): readonly Finding[] {
  const interfaces = facts.interfaces ?? [];
  const directed = new Set(
    facts.table.flatMap(({ id }) => (id.kind === 'address' ? [id.address as string] : [])),
  );
  const hidden = interfaces
    .filter(({ isLoopback }) => isLoopback)
    .flatMap(({ addresses }) => addresses)
    .filter(
      ({ address, length }) =>
        familyOf(address) === 'inet' &&
        length === 32 &&
        !address.startsWith('127.') &&
        !directed.has(address),
    )
    .map(({ address }) => address);
  if (hidden.length === 0) return [];
  const value = (name: string, word: string) =>
    Math.max(numberOf(facts, confName('all', word)) ?? 0, numberOf(facts, confName(name, word)) ?? 0);
  const loud = interfaces.filter(
    ({ name, isUp, hasArp }) =>
      isUp && hasArp && (value(name, 'arp_ignore') < 1 || value(name, 'arp_announce') < 2),
  );
  if (loud.length === 0) return [];
  return [
    {
      severity: 'error',
      subjects: hidden,
      read: loud.flatMap(({ name }) => [
        `arp_ignore of ${name} = ${value(name, 'arp_ignore')}`,
        `arp_announce of ${name} = ${value(name, 'arp_announce')}`,
      ]),
      why: 'This host holds these addresses on lo, as a real server behind direct routing or a tunnel does, and answers ARP for them: clients and routers learn its hardware address in place of the director, whose other servers then get nothing.',
      command: 'sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2',
    },
  ];
}
