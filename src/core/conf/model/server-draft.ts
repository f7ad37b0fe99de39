// The drafts of virtual and real servers: what their lines have said so far.
// Spec: keepalived.conf(5) "VIRTUAL SERVER(S)".

import type { Protocol } from '../../ipvs/model.ts';
import { type Address, type Family, familyOf } from '../../net/index.ts';
import type { ScriptCommand } from '../../script.ts';
import type { Duration } from '../../time.ts';
import type { Statement } from '../statement.ts';
import type { CheckerDraft } from './checkers.ts';
import type { Method } from './forwarding.ts';

/** Checker defaults that virtual and real servers may give. */
export interface CheckerDefaults {
  retry: number | undefined;
  delayBeforeRetry: Duration | undefined;
  warmup: Duration | undefined;
  connectTimeout: Duration | undefined;
  delayLoop: Duration | undefined;
}

export interface RealServerDraft extends CheckerDefaults {
  readonly statement: Statement;
  readonly address: Address;
  readonly port: number;
  weight: number | undefined;
  method: Method | undefined;
  upperThreshold: number;
  lowerThreshold: number;
  inhibit: boolean | undefined;
  alpha: boolean | undefined;
  notifyUp: ScriptCommand | undefined;
  notifyDown: ScriptCommand | undefined;
  smtpAlert: boolean | undefined;
  virtualHost: string | undefined;
  snmpName: string | undefined;
  checkers: CheckerDraft[];
}

export type ServerSubject =
  | { readonly kind: 'address'; readonly address: Address; readonly port: number }
  | { readonly kind: 'fwmark'; readonly mark: number }
  | { readonly kind: 'group'; readonly name: string };

export interface VirtualServerDraft extends CheckerDefaults {
  readonly statement: Statement;
  /** How many findings there were before its block. */
  readonly toldBefore: number;
  readonly subject: ServerSubject;
  family: Family | undefined;
  protocol: Protocol | undefined;
  scheduler: string | undefined;
  flag1: boolean;
  flag2: boolean;
  flag3: boolean;
  ops: boolean;
  method: Method | undefined;
  engine: string | undefined;
  /** Seconds; undefined: not persistent. */
  persistence: number | undefined;
  granularity: { readonly length: number; readonly rawMask: Address | undefined } | undefined;
  haSuspend: boolean;
  smtpAlert: boolean | undefined;
  virtualHost: string | undefined;
  snmpName: string | undefined;
  alpha: boolean;
  omega: boolean;
  inhibit: boolean;
  quorumUp: ScriptCommand | undefined;
  quorumDown: ScriptCommand | undefined;
  quorum: number;
  hysteresis: number;
  weight: number;
  sorry:
    | {
        readonly statement: Statement;
        readonly address: Address;
        readonly port: number;
        method: Method | undefined;
        inhibit: boolean;
      }
    | undefined;
  realServers: RealServerDraft[];
}

export const createVirtualServerDraft = (
  statement: Statement,
  subject: ServerSubject,
  toldBefore: number,
): VirtualServerDraft => ({
  statement,
  toldBefore,
  subject,
  family: subject.kind === 'address' ? familyOf(subject.address) : undefined,
  protocol: undefined,
  scheduler: undefined,
  flag1: false,
  flag2: false,
  flag3: false,
  ops: false,
  method: undefined,
  engine: undefined,
  persistence: undefined,
  granularity: undefined,
  haSuspend: false,
  smtpAlert: undefined,
  virtualHost: undefined,
  snmpName: undefined,
  alpha: false,
  omega: false,
  inhibit: false,
  quorumUp: undefined,
  quorumDown: undefined,
  quorum: 1,
  hysteresis: 0,
  weight: 1,
  sorry: undefined,
  realServers: [],
  retry: undefined,
  delayBeforeRetry: undefined,
  warmup: undefined,
  connectTimeout: undefined,
  delayLoop: undefined,
});
