// Why a connection failed, and whether this machine or the way to the peer is to blame.
// Spec: errno(3), connect(2), bind(2), setsockopt(2).

import { getSystemErrorName } from 'node:util';
import { type Fault, FaultError } from '../fault.ts';
import { visible } from '../visible.ts';

export interface DialFailure {
  /** One line for logs. */
  readonly reason: string;
  /** Symbolic errno or TLS code, when there is one. */
  readonly errno: string | undefined;
  /** This machine could not try: says nothing about the peer. */
  readonly local: boolean;
}

/** Errors that arise here before anything reaches the network. A refused or unreachable peer is none of them. */
const localErrors: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'EAFNOSUPPORT',
  'EPROTONOSUPPORT',
  'ENODEV',
  'ENOENT',
  'EINVAL',
]);

/** What people read instead of the symbol. */
const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENETUNREACH: 'network unreachable',
  EHOSTUNREACH: 'host unreachable',
  ETIMEDOUT: 'connection timed out',
  EPIPE: 'connection closed by the peer',
};

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The failure behind an error of a socket, a TLS session or a file, or behind a fault. */
export function failureOf(error: unknown): DialFailure {
  if (error instanceof FaultError) return failureOf(error.fault);
  if (!(error instanceof Error)) {
    const fault = error as Partial<Fault> | undefined;
    return { reason: visible(fault?.message ?? String(error)), errno: fault?.errno, local: true };
  }
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  const errno = text(code);
  const call = text(syscall);
  const local =
    call === 'bind' ||
    call === 'open' ||
    call === 'socket' ||
    (errno !== undefined && localErrors.has(errno));
  const reason = (errno === undefined ? undefined : sentences[errno]) ?? tlsReason(error) ?? error.message;
  // A TLS library quotes what the peer sent.
  const said = visible(local && call !== undefined ? `${call}: ${reason}` : reason);
  return { reason: said, errno, local };
}

/** What OpenSSL says, without its numbers, functions and files: `TLS: tlsv1 alert protocol version`. */
function tlsReason(error: Error): string | undefined {
  const { reason } = error as { reason?: unknown };
  const quoted = /:error:[0-9A-F]+:[^:]*:[^:]*:([^:\n]+)/.exec(error.message)?.[1];
  const said = typeof reason === 'string' ? reason : quoted;
  return said === undefined ? undefined : `TLS: ${said}`;
}

/** EPERM and the like from a libc call's errno. */
export const errnoName = (errno: number): string => getSystemErrorName(-errno);
