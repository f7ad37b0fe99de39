// Configurations for VRRP tests: keepalived's defaults, overridden where a test cares.
// Spec: keepalived.conf(5) defaults (advert_int 1, priority 100, garp 5 rounds, again after 5 s).

import type { AddressConfig } from '../../../src/core/link/model.ts';
import { type Address, parseAddress, parsePrefix } from '../../../src/core/net/index.ts';
import type { ScriptCommand } from '../../../src/core/script.ts';
import { milliseconds, seconds, zero } from '../../../src/core/time.ts';
import type {
  InstanceConfig,
  SyncGroupConfig,
  TrackScriptConfig,
  VrrpConfig,
} from '../../../src/core/vrrp/config.ts';
import type { VrrpInterface } from '../../../src/core/vrrp/index.ts';

export function address(text: string): Address {
  const found = parseAddress(text);
  if (found === undefined) throw new Error(`${text} is no address`);
  return found;
}

export const command = (...argv: string[]): ScriptCommand => ({
  argv,
  user: undefined,
  group: undefined,
  shell: false,
});

export function virtual(text: string, dev?: string, tracked = true): AddressConfig {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new Error(`${text} is no prefix`);
  return {
    prefix,
    dev,
    scope: 0,
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    flags: {
      home: false,
      duplicateDetection: false,
      manageTemporary: false,
      noPrefixRoute: false,
      autojoin: false,
    },
    preferredLifetime: 'forever',
    tracked,
    trackGroup: undefined,
    useVmac: false,
  };
}

export function instance(overrides: Partial<InstanceConfig> = {}): InstanceConfig {
  const family = overrides.family ?? 'inet';
  return {
    name: 'vi_1',
    family,
    version: 2,
    interface: 'eth0',
    vrid: 51,
    priority: 100,
    initialState: 'BACKUP',
    advertInterval: seconds(1),
    downTimerAdverts: 3,
    preempt: true,
    preemptDelay: zero,
    authentication: undefined,
    sourceAddress: undefined,
    trackSourceAddress: false,
    multicastGroup: address(family === 'inet' ? '224.0.0.18' : 'ff02::12'),
    unicastPeers: [],
    unicastFaultNoPeer: false,
    checkUnicastSource: false,
    unicastTtl: undefined,
    addresses: [virtual(family === 'inet' ? '10.0.0.1/24' : 'fe80::100/128')],
    excludedAddresses: [],
    routes: [],
    rules: [],
    trackPrimaryInterface: true,
    trackInterfaces: [],
    trackScripts: [],
    trackFiles: [],
    trackProcesses: [],
    trackBfd: [],
    announce: {
      delay: seconds(5),
      repeat: 5,
      refresh: zero,
      refreshRepeat: 1,
      lowerPriorityDelay: seconds(5),
      lowerPriorityRepeat: 5,
    },
    lowerPriorityNoAdvert: false,
    higherPrioritySendAdvert: false,
    ownerIgnoreAdverts: false,
    skipCheckAdvertAddresses: false,
    checksumWithoutPseudoHeader: false,
    strict: false,
    accept: true,
    promoteSecondaries: false,
    vmac: undefined,
    timerExpiredBackup: undefined,
    notify: {},
    notifyPriorityChanges: false,
    smtpAlert: false,
    lvsSyncInterface: undefined,
    configurationFault: undefined,
    ...overrides,
  };
}

export function group(name: string, members: readonly string[], overrides: Partial<SyncGroupConfig> = {}) {
  return {
    name,
    members,
    notify: {},
    smtpAlert: false,
    trackInterfaces: [],
    trackScripts: [],
    trackFiles: [],
    trackProcesses: [],
    trackBfd: [],
    trackingWeight: false,
    notifyPriorityChanges: undefined,
    ...overrides,
  } satisfies SyncGroupConfig;
}

export const script = (name: string, overrides: Partial<TrackScriptConfig> = {}): TrackScriptConfig => ({
  name,
  command: command(`/bin/${name}`),
  interval: seconds(2),
  timeout: seconds(2),
  weight: 0,
  reverse: false,
  rise: 1,
  fall: 1,
  initFail: false,
  ...overrides,
});

export const config = (
  instances: readonly InstanceConfig[],
  overrides: Partial<VrrpConfig> = {},
): VrrpConfig => ({
  instances,
  groups: [],
  scripts: [],
  startupDelay: zero,
  staticAddresses: [],
  staticRoutes: [],
  staticRules: [],
  logUnknownVrids: false,
  garpInterval: zero,
  gnaInterval: milliseconds(0),
  dynamicInterfaces: false,
  ...overrides,
});

export function link(addresses: readonly string[], overrides: Partial<VrrpInterface> = {}): VrrpInterface {
  const all = addresses.map(address);
  const inet = all.find(each => !each.includes(':'));
  const inet6 = all.find(each => each.includes(':'));
  return {
    index: 2,
    up: true,
    running: true,
    multicast: true,
    mtu: 1500,
    primary: { ...(inet === undefined ? {} : { inet }), ...(inet6 === undefined ? {} : { inet6 }) },
    addresses: all,
    ...overrides,
  };
}
