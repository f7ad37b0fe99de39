// The checkers' part of keepalived.conf: one entry per checker block, defaults and inheritance already applied.
// Spec: keepalived.conf(5), sections of virtual_server/real_server.

import type { Address } from '../net/index.ts';
import type { ScriptCommand } from '../script.ts';
import type { Duration } from '../time.ts';

/** Unique within one configuration: `tcp 10.0.0.1 80 / 10.0.1.1 80 / TCP_CHECK / 0`; stable across reloads of the same file. */
export type CheckerId = string;

/** Where and how a network check connects. */
export interface Target {
  readonly address: Address;
  readonly port: number;
  readonly timeout: Duration;
  readonly bindAddress: Address | undefined;
  readonly bindPort: number | undefined;
  readonly bindInterface: string | undefined;
  /** SO_MARK; 0 = none. */
  readonly mark: number;
}

/** A PCRE2 pattern that is looked for in a body. */
export interface Pattern {
  readonly pattern: string;
  readonly options: readonly string[];
  readonly minOffset: number;
  readonly maxOffset: number | undefined;
  /** The body must not have it. */
  readonly invert: boolean;
}

export interface HttpUrl {
  readonly path: string;
  /** 32 lower-case hex digits, MD5 of the body. */
  readonly digest: string | undefined;
  /** Inclusive ranges; default 200..299. */
  readonly statusCodes: readonly (readonly [number, number])[];
  readonly virtualHost: string | undefined;
  readonly regex: Pattern | undefined;
  readonly sniName: string | undefined;
  readonly tlsCompliant: boolean | undefined;
}

export type CheckKind =
  | { readonly kind: 'tcp'; readonly target: Target }
  | {
      readonly kind: 'http';
      readonly target: Target;
      readonly tls:
        | {
            readonly sni: boolean;
            readonly sniName: string | undefined;
            /** tls_compliant of the checker; a url's own goes first. */
            readonly compliant: boolean;
            readonly clientKey: string | undefined;
            readonly clientCertificate: string | undefined;
            readonly authority: string | undefined;
            readonly password: string | undefined;
          }
        | undefined;
      /** 1.0, 1.0 with Connection: close, 1.1 (always with Connection: close). */
      readonly protocol: '1.0' | '1.0C' | '1.1';
      readonly urls: readonly HttpUrl[];
      /** First of checker, real server, virtual server; a url's own goes first. */
      readonly virtualHost: string | undefined;
      readonly fastRecovery: boolean;
    }
  | { readonly kind: 'smtp'; readonly target: Target; readonly helo: string }
  | {
      readonly kind: 'misc';
      readonly command: ScriptCommand;
      readonly timeout: Duration;
      readonly dynamicWeight: boolean;
    }
  | { readonly kind: 'dns'; readonly target: Target; readonly queryType: string; readonly name: string }
  | {
      readonly kind: 'udp';
      readonly target: Target;
      readonly payload: Uint8Array | undefined;
      readonly requireReply: boolean;
      /** Reply bytes with a nibble mask of equal length; undefined = any reply. */
      readonly reply: { readonly bytes: Uint8Array; readonly mask: Uint8Array } | undefined;
      readonly minReplyLength: number;
      readonly maxReplyLength: number;
    }
  | { readonly kind: 'ping'; readonly target: Target }
  | { readonly kind: 'file'; readonly trackFile: string; readonly weight: number; readonly reverse: boolean }
  | { readonly kind: 'bfd'; readonly session: string };

export interface CheckerConfig {
  readonly id: CheckerId;
  /** The keyword: TCP_CHECK, HTTP_GET, SSL_GET, ... for logs and mails. */
  readonly keyword: string;
  /** serviceKey of the virtual server and destinationKey of the real server it belongs to. */
  readonly virtualServer: string;
  readonly realServer: string;
  readonly check: CheckKind;
  /** Additional attempts before the server counts as failed. */
  readonly retry: number;
  readonly delayBeforeRetry: Duration;
  readonly delayLoop: Duration;
  readonly warmup: Duration;
  /** Starts failed and needs one success. */
  readonly alpha: boolean;
  readonly logAllFailures: boolean;
  /** ha_suspend: runs only while the virtual server's address is on this machine. */
  readonly suspendWithoutAddress: Address | undefined;
}
