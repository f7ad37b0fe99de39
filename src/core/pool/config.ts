// The pool's part of keepalived.conf: virtual servers with their real servers, sorry server and quorum.
// Spec: keepalived.conf(5), virtual_server; IPVS words as in ipvs/model.ts.

import type {
  Destination,
  DestinationId,
  Forwarding,
  ServiceId,
  ServiceSettings,
  Tunnel,
} from '../ipvs/model.ts';
import type { ScriptCommand } from '../script.ts';

export interface RealServerConfig extends DestinationId {
  /** destinationKey; unique within the virtual server. */
  readonly key: string;
  readonly weight: number;
  readonly forwarding: Forwarding;
  readonly tunnel: Tunnel | undefined;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  readonly inhibitOnFailure: boolean;
  /** Starts down until every checker succeeded once. */
  readonly alpha: boolean;
  readonly notifyUp: ScriptCommand | undefined;
  readonly notifyDown: ScriptCommand | undefined;
  readonly smtpAlert: boolean;
  readonly virtualHost: string | undefined;
  readonly snmpName: string | undefined;
}

export interface VirtualServerConfig extends ServiceSettings {
  /** Identity used in logs, checker ids and reload matching: serviceKey, or `group NAME INDEX`. */
  readonly key: string;
  /** Name as notify FIFOs and mails print it: `[10.0.0.1]:tcp:80`, `FWM 5`, `[GROUP]:0`. */
  readonly displayName: string;
  /** One service, or all of a virtual_server_group expanded. Never empty. */
  readonly services: readonly ServiceId[];
  readonly realServers: readonly RealServerConfig[];
  readonly sorryServer: (Destination & { readonly inhibit: boolean }) | undefined;
  readonly alpha: boolean;
  readonly omega: boolean;
  readonly quorum: number;
  readonly hysteresis: number;
  readonly quorumUp: ScriptCommand | undefined;
  readonly quorumDown: ScriptCommand | undefined;
  readonly haSuspend: boolean;
  readonly smtpAlert: boolean;
  readonly virtualHost: string | undefined;
  readonly snmpName: string | undefined;
}
