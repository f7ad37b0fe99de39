// One GET as HTTP_GET and SSL_GET send it, and the MD5 digest they compare; or at which stage there was none.
// Spec: genhash(1); keepalived.conf(5), HTTP_GET digest; check/http-reply.ts reads, host/dial.ts connects.

import { createHash } from 'node:crypto';
import {
  createReply,
  encodeRequest,
  isComplete,
  longestHeader,
  type ReplyListener,
  readReply,
} from '../../check/index.ts';
import { dial } from '../../host/index.ts';
import type { Endpoint } from '../../net/index.ts';

export interface PageRequest {
  readonly server: Endpoint;
  readonly url: string;
  readonly tls: boolean;
  /** The virtual host is the TLS server name, too. */
  readonly sni: boolean;
  readonly virtualHost: string | undefined;
  readonly fwmark: number;
  readonly protocol: '1.0' | '1.0C' | '1.1';
  /** Seconds. */
  readonly timeout: number;
  /** What the time is for: everything together, or each step anew, as in genhash. */
  readonly timed: 'whole' | 'step';
}

export interface Page {
  readonly digest: string;
  /** 0: no readable status line. */
  readonly status: number;
  /** Bytes behind the header, those beyond Content-Length included. */
  readonly bodyLength: number;
  readonly contentLength: number | undefined;
  readonly microseconds: number;
}

/** What was being done when it went wrong. */
export type Stage = 'connect' | 'handshake' | 'wait' | 'read';

export interface NoPage {
  readonly stage: Stage;
  /** `headless`: the server closed in order without a complete HTTP header; `endless`: the header is too long. */
  readonly cause: 'timeout' | 'failure' | 'headless' | 'endless';
  /** For people. */
  readonly reason: string;
  readonly microseconds: number;
}

export type Fetched = { readonly page: Page } | { readonly missing: NoPage };

/** Seconds: genhash counts microseconds in 32 bits. */
export const longestTimeout = 4_294;

const noFiles = {
  clientKey: undefined,
  clientCertificate: undefined,
  authority: undefined,
  password: undefined,
};

/** Resolves always. `shown` hears header and body as they come. */
export function fetchPage(request: PageRequest, shown?: ReplyListener): Promise<Fetched> {
  const { server, url, tls, sni, virtualHost, fwmark, protocol, timeout } = request;
  // Pages of any size: what is hashed is not kept.
  const reply = createReply(false);
  const hash = createHash('md5');
  const listener: ReplyListener = {
    header: bytes => shown?.header(bytes),
    body(bytes) {
      hash.update(bytes);
      shown?.body(bytes);
    },
  };
  const started = process.hrtime.bigint();
  const elapsed = () => Number((process.hrtime.bigint() - started) / 1_000n);
  let stage: Stage = 'connect';
  return new Promise(resolve => {
    const end = (result: Fetched) => {
      clearTimeout(limit);
      connection.close();
      resolve(result);
    };
    const missing = (cause: NoPage['cause'], reason: string) =>
      end({ missing: { stage, cause, reason, microseconds: elapsed() } });
    const finish = () => {
      const { status, bodyLength, contentLength } = reply;
      if (status === undefined) return missing('headless', 'the server sent no complete HTTP header');
      const digest = hash.digest('hex');
      end({ page: { digest, status, bodyLength, contentLength, microseconds: elapsed() } });
    };
    const enter = (next: Stage) => {
      stage = next;
      if (request.timed === 'step') limit.refresh();
    };
    const target = {
      ...server,
      bindAddress: undefined,
      bindPort: undefined,
      bindInterface: undefined,
      mark: fwmark,
    };
    const session = tls ? { ...noFiles, serverName: sni ? virtualHost : undefined } : undefined;
    const connection = dial(
      { transport: 'tcp', target, tls: session },
      event => {
        switch (event.kind) {
          case 'connected':
            enter('wait');
            connection.send(encodeRequest({ path: url, protocol, virtualHost, server }));
            return;
          case 'data':
            enter('read');
            if (!readReply(reply, event.bytes, listener))
              missing('endless', `no HTTP header within ${longestHeader} bytes`);
            return;
          case 'ended':
            return finish();
          case 'failed':
            if (tls && event.errno === 'ECONNRESET' && isComplete(reply)) finish();
            else missing('failure', event.reason);
        }
      },
      tls ? () => enter('handshake') : undefined,
    );
    const limit = setTimeout(() => {
      const stands = stage === 'wait' || stage === 'read';
      missing('timeout', `no ${stands ? 'complete reply' : 'connection'} within ${timeout} s`);
    }, timeout * 1_000);
  });
}
