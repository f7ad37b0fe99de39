// Inputs and effects of a checker: plain data. One union for every kind, so that one driver serves them all.
// Spec: keepalived.conf(5), the checker blocks of real_server; the protocols stand in the files named after them.

import type { ScriptCommand } from '../script.ts';
import type { Duration } from '../time.ts';
import type { Pattern, Target } from './config.ts';

/**
 * What happened to a checker. A checker has at most one connection and at most one process. After `close` nothing more of that
 * connection may be delivered; after `kill` exactly one `exited` is still owed.
 */
export type CheckInput =
  /** A deadline passed; a spurious one changes nothing. */
  | { readonly kind: 'wake' }
  /** The connection stands (for TLS: the handshake is done). A datagram socket is connected at once. `nonce`: 16 bits that nobody can guess. */
  | { readonly kind: 'connected'; readonly nonce: number }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** The peer closed its side in order. */
  | { readonly kind: 'ended' }
  /**
   * The connection could not be made or broke. `local`: this machine could not even try (no descriptor, address not ours, missing
   * right); such a run says nothing about the server and is not counted.
   */
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly errno: string | undefined;
      readonly local: boolean;
    }
  /** What `match` asked for; `found` undefined: it cannot be matched here, and `detail` says why. */
  | { readonly kind: 'matched'; readonly found: boolean | undefined; readonly detail: string | undefined }
  /** The process ended: exit code, or the signal that ended it. Neither: it could not be started, and `detail` says why. */
  | {
      readonly kind: 'exited';
      readonly code: number | undefined;
      readonly signal: string | undefined;
      readonly detail: string | undefined;
    }
  /** ha_suspend: the virtual server's address left this machine, or came back. */
  | { readonly kind: 'suspend' }
  | { readonly kind: 'resume' }
  /** An operator wants the next run now; one that is under way, or suspended, is left alone. */
  | { readonly kind: 'hurry' };

/** What the TLS client shows. Certificates of servers are never verified, as in keepalived. */
export interface TlsRequest {
  /** server_name extension (RFC 6066 section 3); undefined = none is sent. */
  readonly serverName: string | undefined;
  /** Paths of PEM files. */
  readonly clientKey: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly authority: string | undefined;
  /** Of the client key. */
  readonly password: string | undefined;
  /** tls_compliant: the connection is closed with close_notify, and the peer's is waited for. */
  readonly closeNotify: boolean;
}

export type CheckEffect =
  /** Open a connection without any timeout of its own: the checker's deadline closes it. */
  | {
      readonly kind: 'connect';
      readonly transport: 'tcp' | 'udp' | 'icmp';
      readonly target: Target;
      readonly tls: TlsRequest | undefined;
    }
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** Drop the connection, whatever its state. Follows every connect exactly once, also after `ended` and `failed`. */
  | { readonly kind: 'close' }
  /** Look for the pattern in the bytes; `matched` comes once, unless the connection was closed before. */
  | { readonly kind: 'match'; readonly pattern: Pattern; readonly bytes: Uint8Array }
  /** Start the program; `timeout` is for display, the checker itself asks for `kill`. */
  | { readonly kind: 'spawn'; readonly command: ScriptCommand; readonly timeout: Duration }
  /** End the program: SIGTERM, then SIGKILL. */
  | { readonly kind: 'kill' }
  /** The checker went up or down, or asks for another weight. Never repeated while nothing changes. */
  | {
      readonly kind: 'verdict';
      readonly up: boolean;
      readonly cause: string;
      /** Weight the server should have (misc_dynamic); undefined = the configured one. */
      readonly weight: number | undefined;
      /** The first result since the checker was created. */
      readonly first: boolean;
    }
  | { readonly kind: 'log'; readonly level: 'info' | 'warning'; readonly message: string };
