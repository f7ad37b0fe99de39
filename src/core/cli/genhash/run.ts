// What `lvskit genhash` does: the digest of a page, for people, for scripts, or as the block that checks it.
// Spec: genhash(1); fetch.ts asks.

import { exitCodes, FaultError } from '../../fault.ts';
import { type Endpoint, parseAddress, parsePort, printEndpoint } from '../../net/index.ts';
import { fetchPage, longestTimeout, type Page } from './fetch.ts';
import { snippetOf } from './snippet.ts';
import { verboseOutput } from './verbose.ts';

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
  /** Print the block of keepalived.conf that checks this page. */
  readonly snippet: boolean;
}

/** Resolves with the exit code: 0 for a digest of a page with status 2xx, 1 for anything that gave none. */
export async function runGenhash(options: GenhashOptions): Promise<number> {
  const server = endpointOf(options);
  const protocol = options.protocol === '1.0c' ? '1.0C' : options.protocol;
  const request = {
    ...options,
    server,
    protocol,
    timeout: secondsOf(options.timeout),
    timed: 'whole',
  } as const;
  const isPlain = !options.json && !options.snippet;
  const shown = options.verbose && isPlain ? verboseOutput(text => process.stdout.write(text)) : undefined;
  const fetched = await fetchPage(request, shown);
  if ('missing' in fetched) {
    const { reason } = fetched.missing;
    process.stderr.write(`lvskit: ${printEndpoint(server)} ${options.url}: ${reason}\n`);
    return exitCodes.failure;
  }
  const { page } = fetched;
  process.stdout.write(
    options.json
      ? printJson(options, server, page)
      : options.snippet
        ? snippetOf(request, page)
        : printText(options, page),
  );
  if (options.anyStatus || (page.status >= 200 && page.status <= 299)) return exitCodes.ok;
  const status = page.status === 0 ? 'no readable HTTP status' : `HTTP status ${page.status}`;
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

function secondsOf(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds > 0 && seconds <= longestTimeout) return seconds;
  throw usage(`--timeout: ${text} is no number of seconds above 0 and up to ${longestTimeout}`);
}

function printText({ verbose, url }: GenhashOptions, { digest, status, microseconds }: Page): string {
  if (!verbose) return `${digest}\n`;
  const out: string[] = [];
  verboseOutput(text => out.push(text)).digest(digest, url, microseconds);
  return `${out.join('')}HTTP status ${status === 0 ? 'unreadable' : status}\n`;
}

function printJson({ url, tls }: GenhashOptions, server: Endpoint, page: Page): string {
  const { digest, status, bodyLength, contentLength, microseconds } = page;
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
