// The typed configuration: what a keepalived.conf means once parsed, expanded, checked and defaulted.

import type { CheckerConfig } from '../check/config.ts';
import type { VirtualServerConfig } from '../pool/config.ts';
import type { ScriptCommand } from '../script.ts';
import type { Duration } from '../time.ts';
import type { VrrpConfig } from '../vrrp/config.ts';

export interface GlobalConfig {
  readonly routerId: string;
  /** `instance`, `net_namespace`, `net_namespace_ipvs` of the root level. */
  readonly instance: string | undefined;
  readonly netNamespace: string | undefined;
  readonly ipvsNamespace: string | undefined;
  readonly usePidDir: boolean;
  readonly childWaitTime: Duration;
  readonly notificationEmail: readonly string[];
  readonly notificationEmailFrom: string | undefined;
  readonly smtpServer: { readonly host: string; readonly port: number } | undefined;
  readonly smtpHeloName: string | undefined;
  readonly smtpConnectTimeout: Duration;
  readonly smtpAlert: boolean | undefined;
  readonly startupScript: ScriptCommand | undefined;
  readonly startupScriptTimeout: Duration;
  readonly shutdownScript: ScriptCommand | undefined;
  readonly shutdownScriptTimeout: Duration;
  readonly scriptSecurity: boolean;
  readonly rsInitNotifies: boolean;
  readonly umask: number;
  /** Whole seconds; 0 = leave the kernel's. */
  readonly lvsTimeouts: { readonly tcp: number; readonly tcpFin: number; readonly udp: number };
  readonly lvsFlush: boolean;
  readonly lvsFlushOnStop: 'no' | 'all' | 'VS';
  readonly lvsSyncDaemon:
    | {
        readonly interface: string;
        readonly instance: string | undefined;
        readonly id: number | undefined;
        readonly maxlen: number | undefined;
        readonly port: number | undefined;
        readonly ttl: number | undefined;
        readonly group: string | undefined;
      }
    | undefined;
  readonly notifyFifo: string | undefined;
  readonly vrrpNotifyFifo: string | undefined;
  readonly lvsNotifyFifo: string | undefined;
  /** Scalar global_defs keywords that no field above carries, by keyword, as their words. */
  readonly other: ReadonlyMap<string, readonly string[]>;
}

export interface Config {
  readonly global: GlobalConfig;
  readonly vrrp: VrrpConfig;
  readonly virtualServers: readonly VirtualServerConfig[];
  readonly checkers: readonly CheckerConfig[];
}

export type Severity = 'error' | 'warning' | 'info';

/** A place in a file; lines and columns count from 1, columns in bytes as editors of the field count them. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One finding of reader, expander or model: data, printed by whoever shows it. */
export interface Diagnostic {
  /** Stable id, kebab-case: `unknown-keyword`, `missing-brace`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place: Place;
  /** Further places that explain it: the include line, the first definition, ... */
  readonly related?: readonly { readonly message: string; readonly place: Place }[];
  /** A certain repair: replace the place's text. */
  readonly fix?: { readonly message: string; readonly place: Place; readonly text: string };
  /** Set where keepalived itself refuses to run the process (its exit 2): all instances or all servers are lost. */
  readonly fatal?: true;
}

/** A VRRP-side mention of an interface, which must exist on the host unless dynamic_interfaces is set. */
export interface InterfaceReference {
  readonly name: string;
  readonly place: Place;
}
