// What `lvskit genhash` does: one GET as HTTP_GET and SSL_GET send it, and the MD5 digest they compare.
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
import { exitCodes, FaultError } from '../../fault.ts';
import { dial } from '../../host/index.ts';
import { type Endpoint, parseAddress, parsePort, printEndpoint } from '../../net/index.ts';
import { verboseOutput } from './genhash-verbose.ts';

/** The flags as given; texts are checked here. */
export interface GenhashOptions {
  readonly server: string;
  readonly port: string;
  readonly url: string;
  readonly tls: boolean;
  readonly sni: boolean;
  readonly virtualHost: string | undefined;
  readonly fwmark: number;
  readonly protocol: '1.0' | '1.0c' | '1.0C' | '1.1';
  /** Seconds for everything together. */
  readonly timeout: string;
  /** Exit 0 whatever the HTTP status is. */
  readonly anyStatus: boolean;
  readonly verbose: boolean;
  readonly json: boolean;
}

interface Answer {
  readonly digest: string;
  /** 0: no readable status line. */
  readonly status: number;
  /** Bytes behind the header, those beyond Content-Length included. */
  readonly bodyLength: number;
  readonly contentLength: number | undefined;
  readonly microseconds: number;
}

/** Resolves with the exit code: 0 for a digest of a page with status 2xx, 1 for anything that gave none. */
export async function runGenhash(options: GenhashOptions): Promise<number> {
  const server = endpointOf(options);
  const answer = await fetchDigest(options, server, secondsOf(options.timeout));
  if (typeof answer === 'string') {
    process.stderr.write(`lvskit: ${printEndpoint(server)} ${options.url}: ${answer}\n`);
    return exitCodes.failure;
  }
  process.stdout.write(options.json ? printJson(options, server, answer) : printText(options, answer));
  if (options.anyStatus || (answer.status >= 200 && answer.status <= 299)) return exitCodes.ok;
  const status = answer.status === 0 ? 'no readable HTTP status' : `HTTP status ${answer.status}`;
  process.stderr.write(
    `lvskit: ${printEndpoint(server)} ${options.url}: ${status}: this is the digest of an error page (--any-status accepts it)\n`,
  );
  return exitCodes.failure;
}

const usage = (message: string) => new FaultError({ code: 'usage', message });

function endpointOf({ server, port, url, virtualHost }: GenhashOptions): Endpoint {
  const address = parseAddress(server);
  if (address === undefined) throw usage(`--server: ${server} is no IP address`);
  const number = parsePort(port);
  if (number === undefined || number === 0) throw usage(`--port: ${port} is no port 1..65535`);
  // Whatever ends a line would end the request, too.
  if (/[\r\n\0]/.test(url + (virtualHost ?? ''))) throw usage('--url, --use-virtualhost: one line only');
  return { address, port: number };
}

/** keepalived's timers are microseconds in 32 bits. */
const longestTimeout = 4_294;

function secondsOf(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds > 0 && seconds <= longestTimeout) return seconds;
  throw usage(`--timeout: ${text} is no number of seconds above 0 and up to ${longestTimeout}`);
}

/** The answer, or why there is none. */
function fetchDigest(options: GenhashOptions, server: Endpoint, seconds: number): Promise<Answer | string> {
  const { url, tls, sni, virtualHost, fwmark } = options;
  const protocol = options.protocol === '1.0c' ? '1.0C' : options.protocol;
  // Pages of any size: what is hashed is not kept.
  const reply = createReply(false);
  const hash = createHash('md5');
  const shown =
    options.verbose && !options.json ? verboseOutput(text => process.stdout.write(text)) : undefined;
  const listener: ReplyListener = {
    header: bytes => shown?.header(bytes),
    body(bytes) {
      hash.update(bytes);
      shown?.body(bytes);
    },
  };
  const started = process.hrtime.bigint();
  let connected = false;
  return new Promise(resolve => {
    const end = (result: Answer | string) => {
      clearTimeout(limit);
      connection.close();
      resolve(result);
    };
    const answer = (): Answer | string => {
      const { status, bodyLength, contentLength } = reply;
      if (status === undefined) return 'the server sent no complete HTTP header';
      const microseconds = Number((process.hrtime.bigint() - started) / 1_000n);
      return { digest: hash.digest('hex'), status, bodyLength, contentLength, microseconds };
    };
    const target = {
      ...server,
      bindAddress: undefined,
      bindPort: undefined,
      bindInterface: undefined,
      mark: fwmark,
    };
    const files = {
      clientKey: undefined,
      clientCertificate: undefined,
      authority: undefined,
      password: undefined,
    };
    const session = tls ? { ...files, serverName: sni ? virtualHost : undefined } : undefined;
    const connection = dial({ transport: 'tcp', target, tls: session }, event => {
      switch (event.kind) {
        case 'connected':
          connected = true;
          connection.send(encodeRequest({ path: url, protocol, virtualHost, server }));
          return;
        case 'data':
          if (!readReply(reply, event.bytes, listener)) end(`no HTTP header within ${longestHeader} bytes`);
          return;
        case 'ended':
          end(answer());
          return;
        case 'failed':
          end(tls && event.errno === 'ECONNRESET' && isComplete(reply) ? answer() : event.reason);
      }
    });
    const limit = setTimeout(() => {
      end(connected ? `no complete reply within ${seconds} s` : `no connection within ${seconds} s`);
    }, seconds * 1_000);
  });
}

function printText({ verbose, url }: GenhashOptions, { digest, status, microseconds }: Answer): string {
  if (!verbose) return `${digest}\n`;
  const out: string[] = [];
  verboseOutput(text => out.push(text)).digest(digest, status, url, microseconds);
  return out.join('');
}

function printJson({ url, tls }: GenhashOptions, server: Endpoint, answer: Answer): string {
  const { digest, status, bodyLength, contentLength, microseconds } = answer;
  const value = {
    server: server.address,
    port: server.port,
    url,
    tls,
    digest,
    status: status === 0 ? null : status,
    bytes: bodyLength,
    contentLength: contentLength ?? null,
    microseconds,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
