// Draws the conclusions of a virtual_server: services, defaults, corrections and what would be dropped.
// Spec: keepalived.conf(5); the order of the corrections is keepalived's.

import type { CheckerConfig } from '../../check/config.ts';
import { destinationKey, type ServiceSettings } from '../../ipvs/model.ts';
import type { Family } from '../../net/index.ts';
import { familyOf } from '../../net/index.ts';
import type { RealServerConfig, VirtualServerConfig } from '../../pool/config.ts';
import { seconds } from '../../time.ts';
import type { SslValues } from '../blocks/ssl.ts';
import type { CheckerSight, Observer } from '../observer.ts';
import type { Statement } from '../statement.ts';
import { type Capabilities, type CheckerPlace, completeChecker } from './checker-complete.ts';
import { Context } from './context.ts';
import { defaultMethod, type Method } from './forwarding.ts';
import type { GlobalDraft } from './global-draft.ts';
import type { RealServerDraft, VirtualServerDraft } from './server-draft.ts';
import {
  familyOfServer,
  type Groups,
  type Identity,
  identityOf,
  printSubject,
  type Subject,
  subjectOf,
} from './server-subject.ts';
import { readVirtualServer } from './virtual-server.ts';

export interface ServerSurroundings extends Groups {
  readonly global: GlobalDraft;
  readonly tls: SslValues | undefined;
  readonly capabilities: Capabilities | undefined;
  readonly observer: Observer | undefined;
  /** What is complete; undefined where only the findings are wanted: then nothing outlives its block, which halves the time. */
  readonly kept: Kept | undefined;
  /** First block of each service by its identity. */
  readonly first: Map<Identity, Statement>;
  /** The real servers of services that stand more than once. */
  readonly merged: Map<Identity, Merged>;
}

interface Kept {
  readonly virtualServers: VirtualServerConfig[];
  readonly checkers: CheckerConfig[];
  /** The real servers of each service. */
  readonly lists: Map<Identity, RealServerConfig[]>;
}

interface Merged {
  readonly keys: Set<string>;
  /** The list that the kept configuration holds. */
  readonly list: RealServerConfig[] | undefined;
}

/** Shared empty array when there is no observer; never written to. */
const none: never[] = [];
const sixtySeconds = seconds(60);
const noFlags: ServiceSettings['schedulerFlags'] = { flag1: false, flag2: false, flag3: false };

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
  if (port !== 0 && subject.hasMark)
    c.warn(
      'port-ignored',
      server.statement,
      `${method.forwarding} to a mark keeps the packet's port; ${port} is ignored for the marks of the group`,
      2,
    );
  return subject.port;
}

const hasServiceWithoutPort = (d: VirtualServerDraft, { services, port }: Subject): boolean =>
  d.subject.kind === 'address' ? port === 0 : services.some(id => id.kind === 'address' && id.port === 0);

function settingsOf(d: VirtualServerDraft, subject: Subject, family: Family, c: Context): ServiceSettings {
  let { persistence, ops } = d;
  const marksOnly =
    d.subject.kind === 'fwmark' ||
    (d.subject.kind === 'group' && subject.services.every(id => id.kind === 'fwmark'));
  if (d.protocol === undefined && !marksOnly) {
    c.conclude(
      c.causes.of(d.statement, ['protocol'], d.toldBefore),
      'warning',
      'missing-protocol',
      d.statement,
      'virtual_server has no protocol: UDP would be used; write protocol TCP or UDP',
    );
  }
  if (d.protocol !== undefined && marksOnly)
    c.warn('corrected', d.statement, 'a mark has no protocol: the one given here is ignored');
  if (ops && !marksOnly && (d.protocol ?? 'udp') !== 'udp') {
    c.warn('corrected', d.statement, 'ops is for UDP; it is ignored');
    ops = false;
  }
  if (persistence === undefined && hasServiceWithoutPort(d, subject)) {
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

/** What the earlier blocks of a service have: read again from the first one where nothing was kept. */
function mergedOf(identity: Identity, first: Statement, world: ServerSurroundings): Merged {
  const known = world.merged.get(identity);
  if (known !== undefined) return known;
  const list = world.kept?.lists.get(identity);
  const merged: Merged = { keys: new Set(list?.map(real => real.key) ?? keysOf(first, world)), list };
  world.merged.set(identity, merged);
  return merged;
}

/** Keys of the real servers of a block; what is wrong with it has been told before. */
function keysOf(statement: Statement, world: ServerSurroundings): readonly string[] {
  const silent = new Context(() => undefined);
  const d = readVirtualServer(statement, statement.block ?? [], silent);
  if (d === undefined) return [];
  const family = familyOfServer(d, world);
  const subject = subjectOf(d, family, world, silent);
  if (subject === undefined) return [];
  return d.realServers.map(real =>
    destinationKey({
      address: real.address,
      port: portOf(real, real.method ?? d.method ?? defaultMethod, d, subject, silent),
    }),
  );
}

/** Adds the completed virtual server and its checkers to the surroundings; tells what is dropped or corrected. */
export function completeVirtualServer(d: VirtualServerDraft, world: ServerSurroundings, c: Context): void {
  if (d.realServers.length === 0) {
    const cause = c.causes.of(d.statement, ['real_server'], d.toldBefore);
    const message = 'virtual_server has no real_server and would be dropped';
    c.conclude(cause, 'error', 'no-real-server', d.statement, message);
    return;
  }
  const family = familyOfServer(d, world);
  const subject = subjectOf(d, family, world, c);
  if (subject === undefined) return;
  const { global, kept, observer } = world;
  const settings = settingsOf(d, subject, family, c);
  const haSuspend = d.haSuspend && d.subject.kind === 'address';
  if (d.haSuspend && !haSuspend)
    c.warn('corrected', d.statement, 'ha_suspend needs a virtual_server by address; it is ignored');

  const identity = identityOf(subject);
  const first = world.first.get(identity);
  if (first !== undefined) {
    const displayName = printSubject(subject);
    c.duplicate(
      'warning',
      d.statement,
      first,
      `virtual_server ${displayName} stands here twice; the settings of the first hold, the real servers of both`,
    );
  }
  const merged = first === undefined ? undefined : mergedOf(identity, first, world);
  // One server cannot be there twice: most files of many services have exactly one each.
  const seen = merged?.keys ?? (d.realServers.length > 1 ? new Set<string>() : undefined);
  let realServers: RealServerConfig[] = [];
  const realStatements: Statement[] = observer === undefined ? none : [];
  const checkers: CheckerSight[] = observer === undefined ? none : [];
  const at: CheckerPlace = {
    virtualServer: d,
    virtualServerKey: subject.key,
    delayLoop: d.delayLoop ?? sixtySeconds,
    suspendWithoutAddress: haSuspend && d.subject.kind === 'address' ? d.subject.address : undefined,
    tls: world.tls,
    logAllFailures: global.logAllFailures,
    capabilities: world.capabilities,
    wanted: kept !== undefined || observer !== undefined,
  };
  for (let i = 0; i < d.realServers.length; i++) {
    const real = d.realServers[i] as RealServerDraft;
    const method = real.method ?? d.method ?? defaultMethod;
    if (method.forwarding !== 'TUN' && familyOf(real.address) !== family) {
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
    // Most services have one server: [x] allocates exactly one slot.
    if (realServers.length === 0) realServers = [config];
    else realServers.push(config);
    if (observer !== undefined) realStatements.push(real.statement);
    if (real.checkers.length === 0) continue;
    const owner = { draft: real, key, port: port === 0 ? real.port : port, alpha };
    for (let index = 0; index < real.checkers.length; index++) {
      const draft = real.checkers[index] as RealServerDraft['checkers'][number];
      const checker = completeChecker(draft, index, owner, at, c);
      if (checker === undefined) continue;
      kept?.checkers.push(checker);
      if (observer !== undefined)
        checkers.push({ config: checker, statement: draft.statement, realServer: realServers.length - 1 });
    }
  }
  if (realServers.length === 0) {
    if (first === undefined) {
      const cause = c.causes.of(d.statement, ['real_server'], d.toldBefore);
      const message = 'virtual_server has no usable real_server and would be dropped';
      c.conclude(cause, 'error', 'no-real-server', d.statement, message);
    }
    // A second block may contradict the first one although it adds no server.
    if (first === undefined || observer === undefined) return;
  }
  if (first === undefined) {
    world.first.set(identity, d.statement);
    kept?.lists.set(identity, realServers);
  } else if (merged?.list !== undefined) for (const real of realServers) merged.list.push(real);
  const { quorum, hysteresis } = realServers.length === 0 ? d : quorumOf(d, realServers, c);
  const sorryServer = sorryOf(d, subject, family, realServers, c);
  if (!at.wanted || (first !== undefined && observer === undefined)) return;
  // Field by field: an object made by spreading costs ten times as much, and there may be tens of thousands.
  const config: VirtualServerConfig = {
    scheduler: settings.scheduler,
    schedulerFlags: settings.schedulerFlags,
    persistence: settings.persistence,
    onePacket: settings.onePacket,
    engine: settings.engine,
    key: subject.key,
    displayName: printSubject(subject),
    services: subject.services,
    realServers,
    sorryServer,
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
  };
  if (first === undefined) kept?.virtualServers.push(config);
  observer?.virtualServer?.({ config, statement: d.statement, realServers: realStatements, checkers, first });
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
  // With quorum 0 keepalived's subtraction wraps around; no hysteresis is what it means.
  const hysteresis = Math.max(0, Math.min(d.hysteresis, quorum - 1));
  const conclude = (words: readonly string[], message: string) => {
    const about = (...keywords: readonly string[]) => c.causes.ofItself(d.statement, keywords, d.toldBefore);
    const server = about('real_server');
    // A refused real server lowers the sum; a remark about its port does not.
    const refused = server?.severity === 'error' || server?.rule === 'unknown-keyword' ? server : undefined;
    c.conclude(about('weight', ...words) ?? refused, 'warning', 'corrected', d.statement, message);
  };
  if (quorum !== d.quorum)
    conclude(['quorum'], `quorum ${d.quorum} is above the sum of the weights; ${quorum} is used`);
  if (hysteresis !== d.hysteresis) {
    const message = `hysteresis ${d.hysteresis} is not below the quorum; ${hysteresis} is used`;
    conclude(['quorum', 'hysteresis'], message);
  }
  return { quorum, hysteresis };
}
