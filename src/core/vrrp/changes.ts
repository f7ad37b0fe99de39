// What a reload changed about an instance, in words for one line of the log.
// Spec: the names are those of keepalived.conf(5). Secrets are never printed.

import { equal } from '../equal.ts';
import type { AddressConfig } from '../link/model.ts';
import { printPrefix } from '../net/index.ts';
import { printSeconds } from '../time.ts';
import type { InstanceConfig } from './config.ts';

/** Says what changed between two values of a field; nothing when nothing did. */
type Teller<K extends keyof InstanceConfig> = (from: InstanceConfig[K], to: InstanceConfig[K]) => string[];

/** A field whose values need not be quoted. */
const named =
  (keyword: string) =>
  (from: unknown, to: unknown): string[] =>
    equal(from, to) ? [] : [`${keyword} changed`];

const quoted =
  <V>(keyword: string, print: (value: V) => string = String) =>
  (from: V, to: V): string[] =>
    equal(from, to) ? [] : [`${keyword} ${print(from)} -> ${print(to)}`];

const orNone = (value: unknown): string => (value === undefined ? 'none' : String(value));

/** More than this many of one kind are counted. */
const most = 8;

function list(verb: string, what: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  return [items.length > most ? `${items.length} ${what}es ${verb}` : `${what} ${items.join(', ')} ${verb}`];
}

const addresses =
  (what: string) =>
  (from: readonly AddressConfig[], to: readonly AddressConfig[]): string[] => {
    if (equal(from, to)) return [];
    const print = (each: AddressConfig) =>
      `${printPrefix(each.prefix)}${each.dev === undefined ? '' : ` dev ${each.dev}`}`;
    const [before, now] = [new Set(from.map(print)), new Set(to.map(print))];
    const said = [
      ...list(
        'added',
        what,
        [...now].filter(each => !before.has(each)),
      ),
      ...list(
        'removed',
        what,
        [...before].filter(each => !now.has(each)),
      ),
    ];
    return said.length > 0 ? said : [`order or flags of ${what}es changed`];
  };

const tellers: { readonly [K in keyof InstanceConfig]: Teller<K> } = {
  name: (from, to) => (from === to ? [] : [`renamed from ${from}`]),
  family: quoted('family'),
  version: quoted('version'),
  interface: quoted('interface', orNone),
  vrid: quoted('virtual_router_id'),
  priority: quoted('priority'),
  initialState: quoted('state'),
  advertInterval: quoted('advert_int', printSeconds),
  downTimerAdverts: quoted('down_timer_adverts'),
  preempt: (from, to) => (from === to ? [] : [to ? 'nopreempt removed' : 'nopreempt added']),
  preemptDelay: quoted('preempt_delay', printSeconds),
  authentication: named('authentication'),
  sourceAddress: quoted('source address', orNone),
  trackSourceAddress: named('track_src_ip'),
  multicastGroup: quoted('multicast group'),
  unicastPeers: named('unicast_peer'),
  unicastFaultNoPeer: () => [],
  checkUnicastSource: named('check_unicast_src'),
  unicastTtl: quoted('unicast_ttl', orNone),
  addresses: addresses('address'),
  excludedAddresses: addresses('excluded address'),
  routes: named('virtual_routes'),
  rules: named('virtual_rules'),
  trackPrimaryInterface: named('dont_track_primary'),
  trackInterfaces: named('track_interface'),
  trackScripts: named('track_script'),
  trackFiles: named('track_file'),
  trackProcesses: named('track_process'),
  trackBfd: named('track_bfd'),
  announce: named('garp_*'),
  lowerPriorityNoAdvert: named('garp_lower_prio_no_advert'),
  higherPrioritySendAdvert: named('higher_prio_send_advert'),
  ownerIgnoreAdverts: named('owner_ignore_adverts'),
  skipCheckAdvertAddresses: named('skip_check_adv_addr'),
  checksumWithoutPseudoHeader: named('v3_checksum_as_v2'),
  strict: named('strict_mode'),
  accept: named('accept'),
  promoteSecondaries: named('promote_secondaries'),
  vmac: named('use_vmac'),
  timerExpiredBackup: named('timer_expired_backup'),
  notify: named('notify'),
  notifyPriorityChanges: named('notify_priority_changes'),
  smtpAlert: named('smtp_alert'),
  lvsSyncInterface: named('lvs_sync_daemon'),
  configurationFault: () => [],
};

function tellOne<K extends keyof InstanceConfig>(key: K, from: InstanceConfig, to: InstanceConfig): string[] {
  return tellers[key](from[key], to[key]);
}

/** Clauses, one for each thing that changed; empty when the configurations are equal. */
export function changesBetween(from: InstanceConfig, to: InstanceConfig): string[] {
  return (Object.keys(tellers) as (keyof InstanceConfig)[]).flatMap(key => tellOne(key, from, to));
}

/** What makes another virtual router of it, in the same words. */
export function identityChanges(from: InstanceConfig, to: InstanceConfig): string[] {
  const keys = [
    'vrid',
    'family',
    'interface',
    'sourceAddress',
    'multicastGroup',
    'unicastPeers',
    'vmac',
  ] as const;
  return keys.flatMap(key => tellOne(key, from, to));
}
