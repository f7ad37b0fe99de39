// The request of HTTP_GET, SSL_GET and genhash.
// Spec: RFC 1945 section 5, RFC 9112 section 3; keepalived.conf(5) http_protocol, virtualhost.

import { type Endpoint, printEndpoint } from '../net/index.ts';

export interface HttpRequest {
  readonly path: string;
  /** 1.0C = 1.0 with `Connection: close`; 1.1 always has it. */
  readonly protocol: '1.0' | '1.0C' | '1.1';
  /** Verbatim; undefined = address and port of the server, the port always written. */
  readonly virtualHost: string | undefined;
  readonly server: Endpoint;
}

/** keepalived's buffer: what is longer is cut. */
const longestRequest = 2047;

/** The bytes of the whole request. */
export function encodeRequest({ path, protocol, virtualHost, server }: HttpRequest): Uint8Array {
  const version = protocol === '1.1' ? '1.1' : '1.0';
  const connection = protocol === '1.0' ? '' : 'Connection: close\r\n';
  const host = virtualHost ?? printEndpoint(server);
  const text = `GET ${path} HTTP/${version}\r\nUser-Agent: KeepAliveClient\r\n${connection}Host: ${host}\r\n\r\n`;
  return Buffer.from(text).subarray(0, longestRequest);
}
