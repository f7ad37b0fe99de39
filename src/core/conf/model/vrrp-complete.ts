// Draws the conclusions of a vrrp_instance: defaults, corrections and refusals, in keepalived's order of evaluation.
// Spec: keepalived.conf(5); RFC 9568 for the corrections of strict mode and of the advertisement interval.

import { type Address, familyOf, isLinkLocal } from '../../net/index.ts';
import { type Duration, inSeconds, seconds, zero } from '../../time.ts';
import type { InstanceConfig } from '../../vrrp/config.ts';
import type { Context } from './context.ts';
import type { GlobalDraft } from './global-draft.ts';
import type { InstanceDraft } from './vrrp-draft.ts';
import { hasInterface, judgeOwnInterface } from './vrrp-interface.ts';

/** Addresses one advert of 1500 bytes carries: 255 is the field's limit, IPv6 fills the frame first. */
const mostAddresses = { inet: 255, inet6: 89 } as const;

/** Interval rules of the version: 2 has whole seconds of 1..255, 3 has 10 ms steps of 0.01..40.95 s. */
function correctInterval(d: InstanceDraft, version: 2 | 3, c: Context): Duration {
  const given = d.advertInterval;
  if (given === undefined) return seconds(1);
  const [step, most] = version === 2 ? [1_000_000, 255_000_000] : [10_000, 40_950_000];
  const kept = Math.min(most, Math.max(step, Math.floor(given / step + 0.5) * step)) as Duration;
  if (kept !== given) {
    const line = d.lines.get('advert_int') ?? d.statement;
    c.conclude(
      c.causes.of(d.statement, ['version', 'advert_int']),
      'warning',
      'corrected',
      line,
      `advert_int ${inSeconds(given)} is replaced by ${inSeconds(kept)}: version ${version} cannot carry it`,
    );
  }
  return kept;
}

/** The completed instance, or undefined after a fatal finding. */
export function completeInstance(d: InstanceDraft, g: GlobalDraft, c: Context): InstanceConfig | undefined {
  const at = (keyword: string) => d.lines.get(keyword) ?? d.statement;
  const cause = (...keywords: readonly string[]) => c.causes.of(d.statement, keywords);
  if (d.vrid === undefined) {
    c.conclude(
      cause('virtual_router_id'),
      'fatal',
      'missing-virtual-router-id',
      at('virtual_router_id'),
      `vrrp_instance ${d.name} has no valid virtual_router_id (1..255)`,
    );
    return undefined;
  }
  if (d.interface === undefined && !d.unicast) {
    c.conclude(
      cause('interface'),
      'fatal',
      'missing-interface',
      d.statement,
      `vrrp_instance ${d.name} has no interface`,
    );
    return undefined;
  }
  const strict = d.strict ?? g.strict;
  const family = d.family ?? 'inet';
  let version = d.version ?? (family === 'inet6' ? 3 : g.version);
  if (family === 'inet6' && version === 2 && strict) {
    c.warn('corrected', at('version'), 'IPv6 needs version 3 in strict mode; version 3 is used');
    version = 3;
  }
  const priority = d.priority ?? (d.state === 'MASTER' ? 255 : 100);
  if (d.priority === undefined && d.state === 'MASTER') {
    c.conclude(
      cause('priority'),
      'warning',
      'owner-by-default',
      at('state'),
      `vrrp_instance ${d.name}: state MASTER without a priority means 255, the address owner`,
    );
  }
  let initialState = d.state ?? (priority === 255 ? 'MASTER' : 'BACKUP');
  const owner = priority === 255;
  if (strict && (initialState === 'MASTER') !== owner) {
    initialState = owner ? 'MASTER' : 'BACKUP';
    c.warn('corrected', at('state'), `strict mode: state follows the priority; ${initialState} is used`);
  }

  const authentication = completeAuthentication(d, { strict, version, family }, c);
  if (authentication?.type === 'AH' && initialState === 'MASTER' && !owner) {
    c.warn('corrected', at('state'), 'with AH authentication the instance starts as BACKUP');
    initialState = 'BACKUP';
  }

  if (d.unicast && d.unicastPeers.length === 0 && !d.unicastFaultNoPeer) {
    c.conclude(
      cause('unicast_peer'),
      'warning',
      'unicast-without-peers',
      at('unicast_src_ip'),
      `vrrp_instance ${d.name} has unicast words but no unicast_peer; multicast is used`,
    );
  }
  if (!hasInterface(d, c)) return undefined;
  if (strict && d.unicastPeers.length > 0 && d.interface !== undefined) {
    c.warn(
      'unicast-in-strict-mode',
      at('unicast_peer'),
      'strict mode is for multicast; keepalived 2.2.7 runs it with unicast peers, others refuse to',
    );
  }
  judgeOwnInterface(d, family, c);
  let unicastTtl = d.unicastTtl;
  if (unicastTtl !== undefined && d.unicastPeers.length === 0) {
    c.conclude(
      cause('unicast_peer'),
      'error',
      'unicast-ttl-without-peers',
      at('unicast_ttl'),
      'unicast_ttl without peers makes keepalived send adverts with TTL 0, which never leave the host; remove it',
    );
    unicastTtl = 0;
  }
  if (d.mcastGroup !== undefined && familyOf(d.mcastGroup) !== family) {
    c.warn(
      'invalid-address',
      at('mcast_dst_ip'),
      `${d.mcastGroup} is not of the instance's address family; the default is used`,
    );
    d.mcastGroup = undefined;
  }

  if (d.trackInterfaces.some(item => item.interface === d.interface)) {
    c.warn(
      'own-interface-tracked',
      at('track_interface'),
      `${d.interface} is the instance's own interface and tracked anyway; its record is ignored`,
    );
  }
  if (strict) tellStrictCorrections(d, at, c);
  const first = d.addresses[0];
  if (
    family === 'inet6' &&
    first !== undefined &&
    d.unicastPeers.length === 0 &&
    !isLinkLocal(first.prefix.address)
  ) {
    c.warn(
      'first-address-not-link-local',
      at('virtual_ipaddress'),
      'RFC 9568 (section 5.2.9) wants a link-local address first in an IPv6 instance',
    );
  }
  if (first === undefined && !d.noAddress) {
    const message = `vrrp_instance ${d.name} has no valid virtual_ipaddress`;
    const severity = version === 3 || strict ? 'fatal' : 'warning';
    c.conclude(cause('virtual_ipaddress'), severity, 'missing-address', at('virtual_ipaddress'), message);
    if (severity === 'fatal') return undefined;
  }
  const most = mostAddresses[family];
  if (d.addresses.length > most) {
    c.warn(
      'too-many-addresses',
      at('virtual_ipaddress'),
      `an advert carries at most ${most} addresses; the others are held without being advertised`,
    );
  }

  return {
    name: d.name,
    family,
    version,
    interface: d.interface,
    vrid: d.vrid,
    priority,
    initialState,
    advertInterval: correctInterval(d, version, c),
    downTimerAdverts: strict ? 3 : d.downTimerAdverts,
    ...completePreemption(d, { strict, owner, initialState }, c),
    authentication,
    sourceAddress: d.source,
    trackSourceAddress: d.trackSource && d.source !== undefined,
    multicastGroup: d.mcastGroup ?? (family === 'inet' ? g.mcastGroup4 : g.mcastGroup6),
    unicastPeers: d.unicastPeers,
    unicastFaultNoPeer: d.unicast && d.unicastPeers.length === 0 && d.unicastFaultNoPeer,
    checkUnicastSource: d.checkUnicastSource || g.checkUnicastSource,
    unicastTtl,
    addresses: d.addresses.slice(0, most),
    excludedAddresses: [...d.excluded, ...d.addresses.slice(most)],
    routes: d.routes,
    rules: d.rules,
    trackPrimaryInterface: d.trackPrimary,
    trackInterfaces: d.trackInterfaces.filter(item => item.interface !== d.interface),
    trackScripts: d.trackScripts,
    trackFiles: d.trackFiles,
    trackProcesses: d.trackProcesses,
    trackBfd: d.trackBfd,
    announce: {
      delay: d.garpDelay,
      repeat: d.garpRepeat,
      refresh: d.garpRefresh,
      refreshRepeat: d.garpRefreshRepeat,
      lowerPriorityDelay: strict ? zero : (d.garpLowerDelay ?? g.garpLowerDelay ?? g.garpDelay),
      lowerPriorityRepeat: strict ? 0 : (d.garpLowerRepeat ?? g.garpLowerRepeat ?? g.garpRepeat),
    },
    ...completeManners(d, g, { strict, owner, version }, c),
    skipCheckAdvertAddresses: d.skipCheckAdvAddr,
    checksumWithoutPseudoHeader: d.v3ChecksumAsV2,
    strict,
    promoteSecondaries: d.promoteSecondaries && d.vmac === undefined,
    vmac: d.vmac === undefined ? undefined : { ...d.vmac, transmitOnBase: d.vmacXmitBase || d.unicast },
    notify: d.notify,
    notifyPriorityChanges: d.notifyPriorityChanges ?? g.notifyPriorityChanges,
    smtpAlert: d.smtpAlert ?? g.smtpAlertVrrp ?? g.smtpAlert ?? false,
    lvsSyncInterface: d.lvsSyncInterface,
    configurationFault: undefined,
  };
}

/** What strict mode takes back, besides the words that have a finding of their own. */
function tellStrictCorrections(
  d: InstanceDraft,
  at: (keyword: string) => InstanceDraft['statement'],
  c: Context,
): void {
  const corrections = [
    ['garp_lower_prio_repeat', (d.garpLowerRepeat ?? 0) > 0],
    ['garp_lower_prio_delay', (d.garpLowerDelay ?? 0) > 0],
    ['down_timer_adverts', d.downTimerAdverts !== 3],
    ['vmac_xmit_base', d.vmacXmitBase && d.vmac !== undefined],
    ['use_vmac', d.vmac?.mac !== undefined],
  ] as const;
  for (const [keyword, corrected] of corrections) {
    if (corrected) c.warn('corrected', at(keyword), `strict mode: ${keyword} is not used as written`);
  }
}

interface AuthenticationFacts {
  readonly strict: boolean;
  readonly version: 2 | 3;
  readonly family: 'inet' | 'inet6';
}

function completeAuthentication(
  d: InstanceDraft,
  facts: AuthenticationFacts,
  c: Context,
): InstanceConfig['authentication'] {
  const signed = d.lines.get('auth_hmac');
  if (signed !== undefined && facts.version !== 3)
    c.conclude(
      undefined,
      'warning',
      'authentication-dropped',
      signed,
      'auth_hmac is not used: version 2 has no signed adverts',
    );
  if (d.authType === undefined) return undefined;
  const why = facts.strict
    ? 'strict mode has no authentication'
    : facts.version === 3
      ? signed === undefined
        ? 'version 3 has no authentication'
        : 'auth_hmac is in its place'
      : d.authType === 'AH' && facts.family === 'inet6'
        ? 'AH is for IPv4'
        : d.authPass === undefined || d.authPass === ''
          ? 'auth_pass is missing'
          : undefined;
  if (why === undefined) return { type: d.authType, password: d.authPass ?? '' };
  c.conclude(
    d.authPass === undefined ? c.causes.of(d.statement, ['auth_pass']) : undefined,
    'warning',
    'authentication-dropped',
    d.lines.get('authentication') ?? d.statement,
    `authentication is not used: ${why}`,
  );
  return undefined;
}

interface PreemptionFacts {
  readonly strict: boolean;
  readonly owner: boolean;
  readonly initialState: 'MASTER' | 'BACKUP';
}

function completePreemption(d: InstanceDraft, facts: PreemptionFacts, c: Context) {
  const { strict, owner, initialState } = facts;
  const line = (keyword: string) => d.lines.get(keyword) ?? d.statement;
  let preempt = d.preempt;
  if (!preempt && (owner || initialState === 'MASTER')) {
    const why = owner ? 'an address owner' : 'an instance with state MASTER';
    c.warn(
      'nopreempt-ignored',
      line('nopreempt'),
      `nopreempt is ignored for ${why}; it needs state BACKUP on every node`,
    );
    preempt = true;
  }
  let preemptDelay = d.preemptDelay;
  const why = strict
    ? 'in strict mode'
    : initialState === 'MASTER'
      ? 'with state MASTER'
      : preempt
        ? undefined
        : 'with nopreempt';
  if (preemptDelay > 0 && why !== undefined) {
    c.warn('preempt-delay-ignored', line('preempt_delay'), `preempt_delay has no effect ${why}`);
    preemptDelay = zero;
  }
  let timerExpiredBackup = d.timerExpiredBackup;
  if (timerExpiredBackup !== undefined && preempt) {
    c.warn('corrected', line('timer_expired_backup'), 'timer_expired_backup needs nopreempt; it is ignored');
    timerExpiredBackup = undefined;
  }
  return { preempt, preemptDelay, timerExpiredBackup };
}

function completeManners(
  d: InstanceDraft,
  g: GlobalDraft,
  facts: { readonly strict: boolean; readonly owner: boolean; readonly version: 2 | 3 },
  c: Context,
) {
  const { strict, owner, version } = facts;
  const line = (keyword: string) => d.lines.get(keyword) ?? d.statement;
  if (strict && d.lowerPrioNoAdvert === false) {
    c.warn('corrected', line('lower_prio_no_advert'), 'strict mode: lower_prio_no_advert is on');
  }
  if (strict && d.higherPrioSendAdvert === true) {
    c.warn('corrected', line('higher_prio_send_advert'), 'strict mode: higher_prio_send_advert is off');
  }
  let ownerIgnoreAdverts = owner && (d.ownerIgnoreAdverts ?? (strict || g.ownerIgnoreAdverts));
  if (owner && d.ownerIgnoreAdverts === false) {
    c.warn(
      'corrected',
      line('owner_ignore_adverts'),
      'keepalived turns owner_ignore_adverts on for an owner that says off',
    );
    ownerIgnoreAdverts = true;
  }
  if (!owner && d.ownerIgnoreAdverts === true) {
    c.warn(
      'corrected',
      line('owner_ignore_adverts'),
      'owner_ignore_adverts is for address owners (priority 255); it is ignored',
    );
  }
  let accept = d.accept ?? (owner || !strict);
  if (strict && version === 2 && accept && !owner) {
    c.warn('corrected', line('accept'), 'strict mode of version 2: accept is for address owners; it is off');
    accept = false;
  }
  return {
    lowerPriorityNoAdvert: strict || (d.lowerPrioNoAdvert ?? g.lowerPrioNoAdvert),
    higherPrioritySendAdvert: !strict && (d.higherPrioSendAdvert ?? g.higherPrioSendAdvert),
    ownerIgnoreAdverts,
    accept,
  };
}

/** Two multicast instances of one family on one interface and group cannot share a virtual router id. */
export function checkConflicts(
  instances: readonly { readonly draft: InstanceDraft; readonly config: InstanceConfig }[],
  c: Context,
): void {
  const seen = new Map<string, InstanceDraft>();
  for (const { draft, config } of instances) {
    const unicast = config.unicastPeers.length > 0;
    const peers: readonly Address[] = unicast
      ? config.unicastPeers.map(peer => peer.address)
      : [config.multicastGroup];
    for (const peer of peers) {
      const where = unicast ? `unicast ${config.sourceAddress ?? ''}` : 'multicast';
      const key = `${where} ${config.family} ${config.vrid} ${config.interface ?? ''} ${peer}`;
      const other = seen.get(key);
      if (other === undefined) seen.set(key, draft);
      else if (other !== draft) {
        c.diagnostics.push({
          rule: 'duplicate-virtual-router-id',
          severity: 'error',
          fatal: true,
          message: `vrrp_instance ${draft.name} and ${other.name} use virtual_router_id ${config.vrid} on the same ${config.interface ?? 'address'}`,
          place: (draft.lines.get('virtual_router_id') ?? draft.statement).place(),
          related: [
            {
              message: 'the other one',
              place: (other.lines.get('virtual_router_id') ?? other.statement).place(),
            },
          ],
        });
        break;
      }
    }
  }
}
