// The draft of everything global: what the lines have said so far, the built-in defaults, and the finished part.
// Spec: keepalived.conf(5) "GLOBAL CONFIGURATION"; defaults hold for the blocks that follow.

import type { Address } from '../../net/index.ts';
import type { ScriptCommand } from '../../script.ts';
import { type Duration, seconds, zero } from '../../time.ts';
import type { GlobalConfig } from '../config.ts';

/** Everything global, as far as it has been read. */
export interface GlobalDraft {
  routerId: string | undefined;
  instance: string | undefined;
  netNamespace: string | undefined;
  ipvsNamespace: string | undefined;
  usePidDir: boolean;
  childWaitTime: Duration;
  notificationEmail: string[];
  notificationEmailFrom: string | undefined;
  smtpServer: { readonly host: string; readonly port: number } | undefined;
  smtpHeloName: string | undefined;
  smtpConnectTimeout: Duration;
  smtpAlert: boolean | undefined;
  smtpAlertVrrp: boolean | undefined;
  smtpAlertChecker: boolean | undefined;
  startupScript: ScriptCommand | undefined;
  startupScriptTimeout: Duration;
  shutdownScript: ScriptCommand | undefined;
  shutdownScriptTimeout: Duration;
  scriptSecurity: boolean;
  rsInitNotifies: boolean;
  umask: number;
  lvsTimeouts: { tcp: number; tcpFin: number; udp: number };
  lvsFlush: boolean;
  lvsFlushOnStop: 'no' | 'all' | 'VS';
  lvsSyncDaemon: GlobalConfig['lvsSyncDaemon'];
  notifyFifo: string | undefined;
  vrrpNotifyFifo: string | undefined;
  lvsNotifyFifo: string | undefined;
  logAllFailures: boolean;
  mcastGroup4: Address;
  mcastGroup6: Address;
  garpDelay: Duration;
  garpRepeat: number;
  garpRefresh: Duration;
  garpRefreshRepeat: number;
  garpLowerDelay: Duration | undefined;
  garpLowerRepeat: number | undefined;
  garpInterval: Duration;
  gnaInterval: Duration;
  downTimerAdverts: number;
  lowerPrioNoAdvert: boolean;
  higherPrioSendAdvert: boolean;
  version: 2 | 3;
  checkUnicastSource: boolean;
  skipCheckAdvAddr: boolean;
  strict: boolean;
  notifyPriorityChanges: boolean;
  startupDelay: Duration;
  logUnknownVrids: boolean;
  ownerIgnoreAdverts: boolean;
  v3ChecksumAsV2: boolean;
  dynamicInterfaces: boolean;
  defaultInterface: string;
  other: Map<string, readonly string[]>;
}

export const createGlobalDraft = (): GlobalDraft => ({
  routerId: undefined,
  instance: undefined,
  netNamespace: undefined,
  ipvsNamespace: undefined,
  usePidDir: false,
  childWaitTime: seconds(5),
  notificationEmail: [],
  notificationEmailFrom: undefined,
  smtpServer: undefined,
  smtpHeloName: undefined,
  smtpConnectTimeout: seconds(30),
  smtpAlert: undefined,
  smtpAlertVrrp: undefined,
  smtpAlertChecker: undefined,
  startupScript: undefined,
  startupScriptTimeout: seconds(10),
  shutdownScript: undefined,
  shutdownScriptTimeout: seconds(10),
  scriptSecurity: false,
  rsInitNotifies: false,
  umask: 0o177,
  lvsTimeouts: { tcp: 0, tcpFin: 0, udp: 0 },
  lvsFlush: false,
  lvsFlushOnStop: 'no',
  lvsSyncDaemon: undefined,
  notifyFifo: undefined,
  vrrpNotifyFifo: undefined,
  lvsNotifyFifo: undefined,
  logAllFailures: false,
  mcastGroup4: '224.0.0.18' as Address,
  mcastGroup6: 'ff02::12' as Address,
  garpDelay: seconds(5),
  garpRepeat: 5,
  garpRefresh: zero,
  garpRefreshRepeat: 1,
  garpLowerDelay: undefined,
  garpLowerRepeat: undefined,
  garpInterval: zero,
  gnaInterval: zero,
  downTimerAdverts: 3,
  lowerPrioNoAdvert: false,
  higherPrioSendAdvert: false,
  version: 2,
  checkUnicastSource: false,
  skipCheckAdvAddr: false,
  strict: false,
  notifyPriorityChanges: false,
  startupDelay: zero,
  logUnknownVrids: false,
  ownerIgnoreAdverts: false,
  v3ChecksumAsV2: false,
  dynamicInterfaces: false,
  defaultInterface: 'eth0',
  other: new Map(),
});

/** The finished global part; `hostName` is what router_id defaults to. */
export function completeGlobal(draft: GlobalDraft, hostName: string): GlobalConfig {
  return {
    routerId: draft.routerId ?? hostName,
    instance: draft.instance,
    netNamespace: draft.netNamespace,
    ipvsNamespace: draft.ipvsNamespace,
    usePidDir: draft.usePidDir,
    childWaitTime: draft.childWaitTime,
    notificationEmail: draft.notificationEmail,
    notificationEmailFrom: draft.notificationEmailFrom,
    smtpServer: draft.smtpServer,
    smtpHeloName: draft.smtpHeloName,
    smtpConnectTimeout: draft.smtpConnectTimeout,
    smtpAlert: draft.smtpAlert,
    startupScript: draft.startupScript,
    startupScriptTimeout: draft.startupScriptTimeout,
    shutdownScript: draft.shutdownScript,
    shutdownScriptTimeout: draft.shutdownScriptTimeout,
    scriptSecurity: draft.scriptSecurity,
    rsInitNotifies: draft.rsInitNotifies,
    umask: draft.umask,
    lvsTimeouts: draft.lvsTimeouts,
    lvsFlush: draft.lvsFlush,
    lvsFlushOnStop: draft.lvsFlushOnStop,
    lvsSyncDaemon: draft.lvsSyncDaemon,
    notifyFifo: draft.notifyFifo,
    vrrpNotifyFifo: draft.vrrpNotifyFifo,
    lvsNotifyFifo: draft.lvsNotifyFifo,
    other: draft.other,
  };
}
