// The inputs of the VRRP machine and the effects it asks for: plain data, recordable.
// Spec: RFC 9568 section 6, keepalived.conf(5); effects are performed in the order of their array.

import type { Fields } from '../fields.ts';
import type { AddressConfig, RouteConfig, RuleConfig } from '../link/model.ts';
import type { Address, Family } from '../net/index.ts';
import type { ScriptCommand } from '../script.ts';
import type { Duration } from '../time.ts';
import type { AuthenticationState } from './authentication.ts';
import type { VrrpConfig } from './config.ts';

/**
 * INIT: not started, or waiting for the first result of a script. BACKUP, MASTER: RFC 9568's Backup and Active. LEAVING: it was MASTER and
 * the daemon stops; it keeps its addresses until a successor is heard.
 */
export type VrrpState = 'INIT' | 'BACKUP' | 'MASTER' | 'FAULT' | 'LEAVING' | 'STOP';

/** What a notification may announce: states, and keepalived's FIFO-only events. */
export type NotifyState =
  | 'MASTER'
  | 'BACKUP'
  | 'FAULT'
  | 'STOP'
  | 'DELETED'
  | 'MASTER_RX_LOWER_PRI'
  | 'MASTER_PRIORITY'
  | 'BACKUP_PRIORITY';

/** The part of an interface that VRRP looks at; a whole new value is sent on each change. */
export interface VrrpInterface {
  readonly index: number;
  /** IFF_UP. */
  readonly up: boolean;
  /** IFF_RUNNING (carrier), after any debounce. */
  readonly running: boolean;
  /** IFF_MULTICAST. */
  readonly multicast: boolean;
  readonly mtu: number;
  /** Where adverts come from: primary IPv4 address that is no VIP; a usable link-local IPv6 address. */
  readonly primary: { readonly inet?: Address; readonly inet6?: Address };
  /** Every usable address, for track_src_ip and for finding who owns a unicast source. */
  readonly addresses: readonly Address[];
}

export type Input =
  /** Once, after an `interface` input for each interface that exists. `resume`: what a process that died left behind. */
  | { readonly kind: 'start'; readonly resume?: readonly ResumedInstance[] }
  /** The one earliest deadline, if it has passed; otherwise nothing happens. */
  | { readonly kind: 'wake' }
  | {
      readonly kind: 'packet';
      /** Where it came in. */
      readonly interface: string;
      readonly family: Family;
      readonly source: Address;
      readonly destination: Address;
      /** TTL or hop limit; undefined when the kernel already enforced 255. */
      readonly ttl: number | undefined;
      /** The VRRP PDU: IP payload exactly as long as the IP header says, without any authentication header. */
      readonly bytes: Uint8Array;
      /** IPv4: an IPsec AH header (protocol 51) stood before the PDU. */
      readonly authenticationHeader?: boolean;
    }
  /** An interface appeared or changed; `undefined`: it is gone. Equal news is a no-op. */
  | { readonly kind: 'interface'; readonly name: string; readonly interface: VrrpInterface | undefined }
  /** Somebody else removed a tracked address, route or rule of a MASTER; `what` names it for the log. */
  | { readonly kind: 'address-lost'; readonly owner: number; readonly what: string }
  /** The kernel has these addresses of the owner now, added or found there; only what arrives here is announced. */
  | { readonly kind: 'held'; readonly owner: number; readonly targets: readonly AnnounceTarget[] }
  /** A run asked for by run-script ended; detail: `exited with status 1`, `timed out after 2 s`, ... */
  | {
      readonly kind: 'script-result';
      readonly name: string;
      /** undefined: it could not be started. */
      readonly success: boolean | undefined;
      readonly detail: string;
    }
  /** An advert of the owner did not leave; cause: `ENOBUFS`. Nothing is repeated: the next one is due soon. */
  | { readonly kind: 'unsent'; readonly owner: number; readonly cause: string }
  /** An operator gives an instance another priority, or (undefined) what the file makes of it again; the next reload ends it. */
  | { readonly kind: 'override'; readonly instance: string; readonly priority: number | undefined }
  /** Reload. The machine keeps what runs on and asks only for the differences; an equal configuration gives no effect. */
  | { readonly kind: 'configure'; readonly config: VrrpConfig }
  /** Orderly end: priority 0, then LEAVING until successors are heard; the effect `stopped` is the last. */
  | { readonly kind: 'stop' };

/** One instance of a process that died, for its successor: plain data. */
export interface ResumedInstance {
  /** `identityOf` its configuration: a name is a label and may have changed meanwhile. */
  readonly identity: string;
  readonly master: boolean;
  /** How long nobody has spoken for it. A MASTER goes on only while nobody can have taken over. */
  readonly silence: Duration;
  readonly authentication: AuthenticationState;
}

/** A socket the machine needs. Two instances with equal `key` share one. */
export interface Transport {
  readonly key: string;
  readonly family: Family;
  /** undefined: a unicast instance that names no interface. */
  readonly interface: string | undefined;
  readonly index: number | undefined;
  /** Multicast group to join; undefined for unicast. */
  readonly group: Address | undefined;
  /** Unicast: the local address to bind. Multicast: undefined, the source goes with each advert. */
  readonly source: Address | undefined;
}

export type LogLevel = 'error' | 'warning' | 'info';

export type Effect =
  /** Send one advert. `ttl` undefined: the kernel's default (IPv6 unicast). Answer with `unsent` when it cannot leave. */
  | {
      readonly kind: 'advertise';
      /** The instance's serial. */
      readonly owner: number;
      readonly instance: string;
      readonly transport: string;
      readonly interface: string | undefined;
      readonly family: Family;
      readonly source: Address;
      readonly destination: Address;
      readonly ttl: number | undefined;
      readonly priority: number;
      /** The PDU with its checksum. */
      readonly bytes: Uint8Array;
      /** The whole IP packet: what signs an advert may cover its header. */
      readonly packet: Uint8Array;
    }
  /** Exactly these shall be present for the owner from now on; answer with `held` as the kernel has them. */
  | {
      readonly kind: 'hold';
      /** The instance's serial: it keeps it through reloads and renames. */
      readonly owner: number;
      readonly instance: string;
      /** VIPs then excluded VIPs; an undefined `dev` means `interface`. */
      readonly interface: string | undefined;
      readonly addresses: readonly AddressConfig[];
      readonly routes: readonly RouteConfig[];
      readonly rules: readonly RuleConfig[];
    }
  /** The owner wants none of these (remove where found: rules, routes, addresses). */
  | {
      readonly kind: 'release';
      readonly owner: number;
      readonly instance: string;
      readonly interface: string | undefined;
      readonly addresses: readonly AddressConfig[];
      readonly routes: readonly RouteConfig[];
      readonly rules: readonly RuleConfig[];
    }
  /** Send `rounds` rounds of gratuitous ARP / unsolicited neighbour advertisements now. */
  | {
      readonly kind: 'announce';
      readonly instance: string;
      readonly rounds: number;
      readonly targets: readonly AnnounceTarget[];
    }
  /** Make it known: run the commands, write the FIFO line, mail. Never sent twice for the same state in a row. */
  | {
      readonly kind: 'notify';
      readonly subject: 'INSTANCE' | 'GROUP';
      readonly name: string;
      readonly state: NotifyState;
      /** What it was before. */
      readonly from: string;
      /** Why: a clause without full stop. */
      readonly cause: string;
      /** 0 for groups. */
      readonly priority: number;
      /** In order; `notify` scripts have their four arguments appended already. */
      readonly commands: readonly ScriptCommand[];
      /** Line of the VRRP notify FIFO, without newline. */
      readonly line: string;
      readonly mail: { readonly subject: string; readonly body: string } | undefined;
      /** Something that happened in a state, as often as others make it happen: no change of state. */
      readonly occurrence: boolean;
    }
  /** Start a tracking script; kill it after `timeout`; answer with script-result in every case. */
  | {
      readonly kind: 'run-script';
      readonly name: string;
      readonly command: ScriptCommand;
      readonly timeout: Duration;
    }
  | { readonly kind: 'open-transport'; readonly transport: Transport }
  | { readonly kind: 'close-transport'; readonly transport: Transport }
  /** A line for the operator; the fields say to programs what it says. */
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields?: Fields;
    }
  /** The last effect: everything is released, nothing is armed. */
  | { readonly kind: 'stopped' };

export interface AnnounceTarget {
  readonly interface: string;
  readonly address: Address;
}
