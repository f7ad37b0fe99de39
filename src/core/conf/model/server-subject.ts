// Which services a virtual_server stands for: its address, its mark, or all entries of its group; and their family.
// Spec: keepalived.conf(5) "VIRTUAL SERVER(S)"; groups are numbered by their users in order of appearance.

import { type ServiceId, serviceKey } from '../../ipvs/model.ts';
import { nearest } from '../../nearest.ts';
import { type Family, familyOf } from '../../net/index.ts';
import type { Context } from './context.ts';
import type { VirtualServerDraft } from './server-draft.ts';
import type { ServerGroup } from './server-group.ts';

/** The groups of the file, and how often each has been used so far. */
export interface Groups {
  readonly groups: ReadonlyMap<string, ServerGroup>;
  readonly groupUses: Map<string, number>;
}

export interface Subject {
  readonly services: readonly ServiceId[];
  readonly key: string;
  /** Number of a group's user so far; undefined for addresses and marks. */
  readonly use: number | undefined;
  /** The group's name. */
  readonly group: string | undefined;
  /** The one port of all services; 0 when there is none or several. */
  readonly port: number;
  /** One of the services is a mark. */
  readonly hasMark: boolean;
}

/** The services, or undefined after an error. */
export function subjectOf(
  d: VirtualServerDraft,
  family: Family,
  world: Groups,
  c: Context,
): Subject | undefined {
  const { subject, statement } = d;
  const protocol = d.protocol ?? 'udp';
  if (subject.kind === 'address') {
    const { address, port } = subject;
    const id: ServiceId = { kind: 'address', protocol, address, port };
    return { services: [id], key: serviceKey(id), use: undefined, group: undefined, port, hasMark: false };
  }
  if (subject.kind === 'fwmark') {
    const id: ServiceId = { kind: 'fwmark', family, mark: subject.mark };
    return { services: [id], key: serviceKey(id), use: undefined, group: undefined, port: 0, hasMark: true };
  }
  const group = world.groups.get(subject.name);
  if (group === undefined) {
    const near = nearest(subject.name, world.groups.keys());
    const tail = near === undefined ? '' : `; did you mean ${near}?`;
    c.conclude(
      c.causes.ofName(subject.name),
      'error',
      'undefined-name',
      statement,
      `there is no virtual_server_group ${subject.name}${tail}; the virtual server would be dropped`,
      2,
    );
    return undefined;
  }
  const services: ServiceId[] = [];
  const ports = new Set<number>();
  for (const entry of group.entries) {
    if (entry.kind === 'fwmark')
      services.push({ kind: 'fwmark', family: entry.family ?? family, mark: entry.mark });
    else {
      ports.add(entry.port);
      for (const address of entry.addresses)
        services.push({ kind: 'address', protocol, address, port: entry.port });
    }
  }
  const tunnelled = d.realServers.every(real => (real.method ?? d.method)?.forwarding === 'TUN');
  const other = services.find(id => (id.kind === 'fwmark' ? id.family : familyOf(id.address)) !== family);
  if (other !== undefined && !tunnelled) {
    c.error(
      'mixed-families',
      statement,
      `group ${group.name} and the real servers are not of one address family; the virtual server would be dropped`,
    );
    return undefined;
  }
  const use = world.groupUses.get(group.name) ?? 0;
  world.groupUses.set(group.name, use + 1);
  const [port = 0] = ports.size === 1 ? ports : [];
  const hasMark = group.entries.some(({ kind }) => kind === 'fwmark');
  return { services, key: `group ${group.name} ${use}`, use, group: group.name, port, hasMark };
}

/** The address family: of the address, of ip_family, or of the first server that is not tunnelled. */
export function familyOfServer(d: VirtualServerDraft, world: Groups): Family {
  if (d.family !== undefined) return d.family;
  for (const real of d.realServers) {
    if ((real.method ?? d.method)?.forwarding !== 'TUN') return familyOf(real.address);
  }
  if (d.subject.kind === 'group') {
    const entry = world.groups.get(d.subject.name)?.entries[0];
    if (entry?.kind === 'addresses' && entry.addresses[0] !== undefined) return familyOf(entry.addresses[0]);
    if (entry?.kind === 'fwmark' && entry.family !== undefined) return entry.family;
  }
  return 'inet';
}

/** The name of notify FIFOs and mails: `[10.0.0.1]:tcp:80`, `FWM 5`, `[GROUP]:0`. Made only where it is wanted. */
export function printSubject({ services, use, group }: Subject): string {
  const [id] = services;
  if (group !== undefined || id === undefined) return `[${group}]:${use}`;
  return id.kind === 'address' ? `[${id.address}]:${id.protocol}:${id.port}` : `FWM ${id.mark}`;
}

/** Equal for equal services, and for nothing else. */
export type Identity = string | number;

const protocolDigit = { tcp: 0, udp: 1, sctp: 2 } as const;

/**
 * The identity of a service. An IPv4 service is a number of 50 bits: a map of numbers is twice as fast as one of
 * texts that must be put together first, and there may be tens of thousands.
 */
export function identityOf({ services, key, group }: Subject): Identity {
  const id = services[0];
  if (group !== undefined || id?.kind !== 'address') return key;
  const { address, port, protocol } = id;
  let quad = 0;
  let part = 0;
  for (let i = 0; i < address.length; i++) {
    const code = address.charCodeAt(i);
    if (code === 0x3a) return key;
    if (code === 0x2e) {
      quad = quad * 256 + part;
      part = 0;
    } else part = part * 10 + code - 48;
  }
  return ((quad * 256 + part) * 65_536 + port) * 4 + protocolDigit[protocol];
}
