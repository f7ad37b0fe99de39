// Draws the conclusions of a virtual_server: services, defaults, corrections and what would be dropped.
// Behind it: keepalived.conf(5); the order of the corrections is keepalived's.

import type { CheckerConfig } from '../../check/config.ts';
import { destinationKey, type ServiceId, type ServiceSettings, serviceKey } from '../../ipvs/model.ts';
import type { Address, Family } from '../../net/index.ts';
import { familyOf } from '../../net/index.ts';
import type { RealServerConfig, VirtualServerConfig } from '../../pool/config.ts';
import { seconds } from '../../time.ts';
import { completeCheckers, type TlsClient } from './checker-complete.ts';
import type { Context } from './context.ts';
import { defaultMethod, type Method } from './forwarding.ts';
import type { GlobalDraft } from './global-draft.ts';
import type { RealServerDraft, VirtualServerDraft } from './server-draft.ts';
import type { ServerGroup } from './server-group.ts';
import { nearest } from './suggest.ts';

export interface ServerSurroundings {
  readonly global: GlobalDraft;
  readonly groups: ReadonlyMap<string, ServerGroup>;
  /** How often each group has been used so far: its users are numbered. */
  readonly groupUses: Map<string, number>;
  readonly tls: TlsClient | undefined;
  readonly virtualServers: VirtualServerConfig[];
  readonly checkers: CheckerConfig[];
  /** Index in `virtualServers` by key. */
  readonly byKey: Map<string, number>;
}

const sixtySeconds = seconds(60);
const noFlags: ServiceSettings['schedulerFlags'] = { flag1: false, flag2: false, flag3: false };

interface Subject {
  readonly services: readonly ServiceId[];
  readonly key: string;
  readonly displayName: string;
  /** The one port of all services; 0 when there is none or several. */
  readonly port: number;
}

function subjectOf(
  d: VirtualServerDraft,
  family: Family,
  world: ServerSurroundings,
  c: Context,
): Subject | undefined {
  const { subject, statement } = d;
  const protocol = d.protocol ?? 'udp';
  if (subject.kind === 'address') {
    const { address, port } = subject;
    const id: ServiceId = { kind: 'address', protocol, address, port };
    const displayName = `[${address}]:${protocol}:${port}`;
    return { services: [id], key: serviceKey(id), displayName, port };
  }
  if (subject.kind === 'fwmark') {
    const id: ServiceId = { kind: 'fwmark', family, mark: subject.mark };
    return { services: [id], key: serviceKey(id), displayName: `FWM ${subject.mark}`, port: 0 };
  }
  const group = world.groups.get(subject.name);
  if (group === undefined) {
    const near = nearest(subject.name, world.groups.keys());
    const tail = near === undefined ? '' : `; did you mean ${near}?`;
    c.error(
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
  return { services, key: `group ${group.name} ${use}`, displayName: `[${group.name}]:${use}`, port };
}

/** The address family: of the address, of ip_family, or of the first server that is not tunnelled. */
function familyOfServer(d: VirtualServerDraft, world: ServerSurroundings): Family {
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

/** The port a server gets: NAT keeps its own; other methods cannot change the service's. */
function portOf(
  server: { readonly port: number; readonly statement: RealServerDraft['statement'] },
  method: Method,
  d: VirtualServerDraft,
  subject: Subject,
  c: Context,
): number {
  const { port } = server;
  if (method.forwarding === 'NAT') return port === 0 ? subject.port : port;
  if (d.subject.kind === 'fwmark') {
    if (port !== 0)
      c.warn(
        'port-ignored',
        server.statement,
        `${method.forwarding} to a mark keeps the packet's port; ${port} is ignored`,
        2,
      );
    return 0;
  }
  if (port !== 0 && port !== subject.port) {
    c.warn(
      'port-ignored',
      server.statement,
      `${method.forwarding} cannot change the port; ${subject.port} is used instead of ${port}`,
      2,
    );
    return d.subject.kind === 'group' ? port : subject.port;
  }
  return subject.port;
}

function settingsOf(d: VirtualServerDraft, subject: Subject, family: Family, c: Context): ServiceSettings {
  let { persistence, ops } = d;
  const marksOnly =
    d.subject.kind === 'fwmark' ||
    (d.subject.kind === 'group' && subject.services.every(id => id.kind === 'fwmark'));
  if (d.protocol === undefined && !marksOnly) {
    c.warn(
      'missing-protocol',
      d.statement,
      'virtual_server has no protocol: UDP would be used; write protocol TCP or UDP',
    );
  }
  if (ops && !marksOnly && (d.protocol ?? 'udp') !== 'udp') {
    c.warn('corrected', d.statement, 'ops is for UDP; it is ignored');
    ops = false;
  }
  if (persistence === undefined && subject.services.some(id => id.kind === 'address' && id.port === 0)) {
    c.warn(
      'corrected',
      d.statement,
      'a service without a port is persistent; persistence_timeout 360 is used',
    );
    persistence = 360;
  }
  const length = d.granularity?.length ?? (family === 'inet' ? 32 : 128);
  const rawMask = d.granularity?.rawMask;
  const flagged = d.flag1 || d.flag2 || d.flag3;
  return {
    scheduler: d.scheduler ?? 'wlc',
    schedulerFlags: flagged ? { flag1: d.flag1, flag2: d.flag2, flag3: d.flag3 } : noFlags,
    persistence:
      persistence === undefined
        ? undefined
        : { timeout: persistence, maskLength: length, ...(rawMask === undefined ? {} : { rawMask }) },
    onePacket: ops,
    engine: d.engine,
  };
}

/** Adds the completed virtual server and its checkers to the surroundings; tells what is dropped or corrected. */
export function completeVirtualServer(d: VirtualServerDraft, world: ServerSurroundings, c: Context): void {
  if (d.realServers.length === 0) {
    c.error('no-real-server', d.statement, 'virtual_server has no real_server and would be dropped');
    return;
  }
  const family = familyOfServer(d, world);
  const subject = subjectOf(d, family, world, c);
  if (subject === undefined) return;
  const settings = settingsOf(d, subject, family, c);
  const haSuspend = d.haSuspend && d.subject.kind === 'address';
  if (d.haSuspend && !haSuspend)
    c.warn('corrected', d.statement, 'ha_suspend needs a virtual_server by address; it is ignored');
  const suspendWithoutAddress: Address | undefined =
    haSuspend && d.subject.kind === 'address' ? d.subject.address : undefined;

  const merged = world.byKey.get(subject.key);
  const present = merged === undefined ? undefined : world.virtualServers[merged];
  if (present !== undefined) {
    c.warn(
      'duplicate',
      d.statement,
      `virtual_server ${subject.displayName} stands here twice; the settings of the first hold, the real servers of both`,
    );
  }
  let realServers: RealServerConfig[] = present === undefined ? [] : present.realServers.slice();
  // One server cannot be there twice: most files of many services have exactly one each.
  const seen =
    d.realServers.length + realServers.length > 1 ? new Set(realServers.map(real => real.key)) : undefined;
  const { global } = world;
  for (const real of d.realServers) {
    const method = real.method ?? d.method ?? defaultMethod;
    if (familyOf(real.address) !== family && method.forwarding !== 'TUN') {
      c.error(
        'mixed-families',
        real.statement,
        `real_server ${real.address} is not of the service's address family and would be dropped`,
        1,
      );
      continue;
    }
    const port = portOf(real, method, d, subject, c);
    const key = destinationKey({ address: real.address, port });
    if (seen?.has(key) === true) {
      c.warn(
        'duplicate',
        real.statement,
        `real_server ${real.address} ${port} stands here twice; this one is ignored`,
      );
      continue;
    }
    seen?.add(key);
    const alpha = real.alpha ?? d.alpha;
    const config: RealServerConfig = {
      key,
      address: real.address,
      port,
      weight: real.weight ?? d.weight,
      forwarding: method.forwarding,
      tunnel: method.tunnel,
      upperThreshold: real.upperThreshold,
      lowerThreshold: real.lowerThreshold,
      inhibitOnFailure: real.inhibit ?? d.inhibit,
      alpha,
      notifyUp: real.notifyUp,
      notifyDown: real.notifyDown,
      smtpAlert: real.smtpAlert ?? global.smtpAlertChecker ?? global.smtpAlert ?? true,
      virtualHost: real.virtualHost ?? d.virtualHost,
      snmpName: real.snmpName,
    };
    // A literal of one has no spare room, which a pushed-to array keeps for sixteen more.
    if (realServers.length === 0) realServers = [config];
    else realServers.push(config);
    if (real.checkers.length > 0) {
      completeCheckers(
        {
          virtualServer: d,
          virtualServerKey: subject.key,
          realServer: real,
          realServerKey: key,
          port: port === 0 ? real.port : port,
          alpha,
          delayLoop: d.delayLoop ?? sixtySeconds,
          suspendWithoutAddress,
          tls: world.tls,
          logAllFailures: global.logAllFailures,
        },
        c,
        world.checkers,
      );
    }
  }
  if (realServers.length === 0) {
    c.error('no-real-server', d.statement, 'virtual_server has no usable real_server and would be dropped');
    return;
  }
  if (present !== undefined && merged !== undefined) {
    world.virtualServers[merged] = { ...present, realServers };
    return;
  }
  world.byKey.set(subject.key, world.virtualServers.length);
  const { quorum, hysteresis } = quorumOf(d, realServers, c);
  // Field by field: an object made by spreading costs ten times as much, and there may be tens of thousands.
  world.virtualServers.push({
    scheduler: settings.scheduler,
    schedulerFlags: settings.schedulerFlags,
    persistence: settings.persistence,
    onePacket: settings.onePacket,
    engine: settings.engine,
    key: subject.key,
    displayName: subject.displayName,
    services: subject.services,
    realServers,
    sorryServer: sorryOf(d, subject, family, realServers, c),
    alpha: d.alpha,
    omega: d.omega,
    quorum,
    hysteresis,
    quorumUp: d.quorumUp,
    quorumDown: d.quorumDown,
    haSuspend,
    smtpAlert: d.smtpAlert ?? global.smtpAlertChecker ?? global.smtpAlert ?? false,
    virtualHost: d.virtualHost,
    snmpName: d.snmpName,
  });
}

function sorryOf(
  d: VirtualServerDraft,
  subject: Subject,
  family: Family,
  realServers: readonly RealServerConfig[],
  c: Context,
): VirtualServerConfig['sorryServer'] {
  const { sorry } = d;
  if (sorry === undefined) return undefined;
  const method = sorry.method ?? d.method ?? defaultMethod;
  if (familyOf(sorry.address) !== family && method.forwarding !== 'TUN') {
    c.error(
      'mixed-families',
      sorry.statement,
      `sorry_server ${sorry.address} is not of the service's address family and would be dropped`,
      1,
    );
    return undefined;
  }
  const port = portOf(sorry, method, d, subject, c);
  const twin = realServers.find(real => real.key === destinationKey({ address: sorry.address, port }));
  if (twin !== undefined && twin.inhibitOnFailure !== sorry.inhibit) {
    c.warn(
      'corrected',
      sorry.statement,
      'the sorry server is also a real server: its inhibit setting follows the real server',
    );
  }
  return {
    address: sorry.address,
    port,
    forwarding: method.forwarding,
    tunnel: method.tunnel,
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    inhibit: twin?.inhibitOnFailure ?? sorry.inhibit,
  };
}

/** A quorum no sum of weights reaches is lowered to it; the hysteresis must stay below the quorum. */
function quorumOf(d: VirtualServerDraft, realServers: readonly RealServerConfig[], c: Context) {
  let sum = 0;
  for (const real of realServers) sum += real.weight;
  const quorum = Math.min(d.quorum, sum);
  if (quorum !== d.quorum)
    c.warn('corrected', d.statement, `quorum ${d.quorum} is above the sum of the weights; ${quorum} is used`);
  // With quorum 0 keepalived's subtraction wraps around; no hysteresis is what it means.
  const hysteresis = Math.max(0, Math.min(d.hysteresis, quorum - 1));
  if (hysteresis !== d.hysteresis)
    c.warn(
      'corrected',
      d.statement,
      `hysteresis ${d.hysteresis} is not below the quorum; ${hysteresis} is used`,
    );
  return { quorum, hysteresis };
}
