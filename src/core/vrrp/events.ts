// What the VRRP machine is told and what it asks for: plain data, recordable, no bytes below the VRRP PDU.
// Spec: RFC 9568 section 6, keepalived.conf(5); the order of an effect array is the order to obey.

import type { AddressConfig, RouteConfig, RuleConfig } from '../link/model.ts';
import type { Address, Family } from '../net/index.ts';
import type { ScriptCommand } from '../script.ts';
import type { Duration } from '../time.ts';
import type { VrrpConfig } from './config.ts';

/** INIT: not started, or waiting for the first result of a script. BACKUP, MASTER: RFC 9568's Backup and Active. */
export const vrrpStates = ['INIT', 'BACKUP', 'MASTER', 'FAULT', 'STOP'] as const;
export type VrrpState = (typeof vrrpStates)[number];

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
  /**
   * Once, after the interfaces that exist have been told. `resume`: instances whose process was MASTER until it died, too short a while ago
   * for anybody to have taken over; they are MASTER again at once, keep their addresses and announce nothing to scripts.
   */
  | { readonly kind: 'start'; readonly resume?: readonly string[] }
  /** A deadline has passed. A spurious or early one is a no-op. */
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
  | { readonly kind: 'address-lost'; readonly instance: string; readonly what: string }
  /** A run asked for by run-script ended; detail: `exited with status 1`, `timed out after 2 s`, ... */
  | {
      readonly kind: 'script-result';
      readonly name: string;
      readonly success: boolean;
      readonly detail: string;
    }
  /** Reload. The machine keeps what runs on and asks only for the differences. */
  | { readonly kind: 'configure'; readonly config: VrrpConfig }
  /** Orderly end: priority 0, release, STOP. Nothing is armed afterwards. */
  | { readonly kind: 'stop' };

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
  /** Send one advert. `ttl` undefined: the kernel's default (IPv6 unicast). Failure is not an input: the next one is due soon. */
  | {
      readonly kind: 'advertise';
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
    }
  /** Exactly these shall be present for the instance from now on; `formerly`: what was held under that name becomes this. */
  | {
      readonly kind: 'hold';
      readonly instance: string;
      readonly formerly?: string;
      /** VIPs then excluded VIPs; an undefined `dev` means `interface`. */
      readonly interface: string | undefined;
      readonly addresses: readonly AddressConfig[];
      readonly routes: readonly RouteConfig[];
      readonly rules: readonly RuleConfig[];
    }
  /** None of these shall be present (removed where found: rules, routes, addresses). */
  | {
      readonly kind: 'release';
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
  /** Tell the world: run the commands, write the FIFO line, mail. Never sent twice for the same state in a row. */
  | {
      readonly kind: 'notify';
      readonly subject: 'INSTANCE' | 'GROUP';
      readonly name: string;
      readonly state: NotifyState;
      /** 0 for groups. */
      readonly priority: number;
      /** In order; `notify` scripts have their four arguments appended already. */
      readonly commands: readonly ScriptCommand[];
      readonly mail: boolean;
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
  /** A line for the operator. `cause` repeats the reason alone, for structured logs. */
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly instance?: string;
      readonly cause?: string;
    };

export interface AnnounceTarget {
  readonly interface: string;
  readonly address: Address;
}

export interface StepResult<S> {
  readonly state: S;
  readonly effects: readonly Effect[];
}
