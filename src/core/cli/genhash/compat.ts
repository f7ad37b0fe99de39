// genhash as scripts call it: its options, messages and exit codes, for bin/genhash and `lvskit genhash --compat`.
// Spec: genhash(1) and the genhash of keepalived 2.2.7 as it answers (test/unit/cli-text/genhash-compat.test.ts); getopt_long(3).

import { parseArgs } from 'node:util';
import { type Address, parseAddress } from '../../net/index.ts';
import { visible } from '../../visible.ts';
import { endWithReader } from '../closed-pipe.ts';
import { fetchPage, longestTimeout, type NoPage, type PageRequest, type Stage } from './fetch.ts';
import { timeText, verboseOutput } from './verbose.ts';

interface Option {
  readonly short: string;
  readonly type: 'string' | 'boolean';
  readonly text: string;
}

const options = {
  'use-ssl': { short: 'S', type: 'boolean', text: 'connect with TLS; certificates are not verified' },
  'use-sni': { short: 'I', type: 'boolean', text: 'send the virtual host (-V) as TLS server name' },
  server: { short: 's', type: 'string', text: 'IP address of the server' },
  port: { short: 'p', type: 'string', text: 'port of the server, 1 to 65535' },
  url: { short: 'u', type: 'string', text: 'path to ask for' },
  'use-virtualhost': { short: 'V', type: 'string', text: 'Host header (default: the server and its port)' },
  verbose: { short: 'v', type: 'boolean', text: 'show header, body and the time it took' },
  help: { short: 'h', type: 'boolean', text: 'print this text' },
  fwmark: { short: 'm', type: 'string', text: 'firewall mark of the socket (default 0)' },
  protocol: {
    short: 'P',
    type: 'string',
    text: 'HTTP version: 1.0 (default), 1.1, or 1.0c for 1.0 with Connection: close',
  },
  timeout: {
    short: 't',
    type: 'string',
    text: 'seconds for each step: connection, first byte, next bytes (default 4294)',
  },
} as const satisfies Record<string, Option>;
type Name = keyof typeof options;
const names = Object.keys(options) as readonly Name[];

/** As `genhash -h` prints it, on stderr. */
export const usageText = `Usage: genhash [-S [-I]] -s SERVER -p PORT -u URL [OPTION]...
Prints the MD5 digest of a page, as HTTP_GET and SSL_GET compare it.

${names.map(name => `  -${options[name].short}, --${name.padEnd(17)}${options[name].text}\n`).join('')}`;

const most = 2n ** 64n - 1n;

/** A whole number as strtoul(3) reads it in base 10, which allows a plus; undefined: it is not one. */
function unsigned(text: string): bigint | undefined {
  const [, digits] = /^[ \t]*\+?(\d+)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = BigInt(digits);
  return value > most ? most : value;
}

const isMeant = (begin: string, name: Name): boolean =>
  begin === name || names.filter(each => each.startsWith(begin)).length === 1;

/**
 * Every spelling of a long name: getopt_long(3) takes each beginning that only one name has. A single letter is one of them only where it is
 * the short name too: parseArgs takes `--f` and `-f` for the same.
 */
const spellings: ReadonlyMap<string, Name> = new Map(
  names.flatMap(name =>
    Array.from(name, (_, index) => name.slice(0, index + 1))
      .filter(begin => isMeant(begin, name) && (begin.length > 1 || begin === options[name].short))
      .map(begin => [begin, name] as const),
  ),
);

/** As parseArgs takes them: the spellings, with the letter at the whole name. */
const accepted = Object.fromEntries(
  Array.from(spellings, ([spelling, name]) => {
    const { type, short } = options[name];
    return [spelling, spelling === name ? { type, short } : { type }];
  }),
);

/** What the options said; in the middle of reading, what they have said so far. */
interface Asked {
  address?: Address;
  port?: number;
  url?: string;
  virtualHost?: string;
  fwmark?: number;
  protocol?: PageRequest['protocol'];
  timeout?: number;
  readonly flags: Set<Name>;
}

const protocols = { '1.0': '1.0', '1.0c': '1.0C', '1.0C': '1.0C', '1.1': '1.1' } as const;

/** Reads the value of each option that has one. A returned complaint ends the reading of the command line. */
const readers: Readonly<Partial<Record<Name, (asked: Asked, text: string) => string | undefined>>> = {
  server(asked, text) {
    const address = parseAddress(text);
    if (address === undefined) return `server should be an IP, not ${text}`;
    asked.address = address;
    return undefined;
  },
  port(asked, text) {
    const port = unsigned(text);
    if (port === undefined || port === 0n || port > 65_535n) return `invalid port number '${text}'`;
    asked.port = Number(port);
    return undefined;
  },
  url(asked, text) {
    asked.url = text;
    return undefined;
  },
  'use-virtualhost'(asked, text) {
    asked.virtualHost = text;
    return undefined;
  },
  fwmark(asked, text) {
    const mark = text === '' ? 0n : unsigned(text);
    if (mark === undefined) return `invalid fwmark '${text}'`;
    asked.fwmark = Number(BigInt.asUintN(32, mark));
    return undefined;
  },
  protocol(asked, text) {
    if (!Object.hasOwn(protocols, text)) return `invalid HTTP protocol version '${text}'`;
    asked.protocol = protocols[text as keyof typeof protocols];
    return undefined;
  },
  timeout(asked, text) {
    const seconds = unsigned(text);
    if (seconds === undefined) return `invalid timeout '${text}'`;
    asked.timeout = Math.min(Number(seconds), longestTimeout);
    return undefined;
  },
};

/** Complaints in the order of the words: every unknown option, and the first wrong value. */
function readLine(argv: readonly string[]): {
  readonly asked: Asked;
  readonly complaints: readonly string[];
} {
  const { tokens } = parseArgs({
    args: [...argv],
    options: accepted,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const asked: Asked = { flags: new Set() };
  const complaints: string[] = [];
  const others: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') others.push(token.value);
    if (token.kind !== 'option') continue;
    const { rawName, value, inlineValue } = token;
    const name = spellings.get(token.name);
    const isFlag = name !== undefined && options[name].type === 'boolean';
    if (name === undefined || (isFlag && value !== undefined))
      complaints.push(`Unknown option ${rawName}${inlineValue === true ? `=${value}` : ''}`);
    else if (isFlag) asked.flags.add(name);
    else if (value === undefined) complaints.push(`Missing parameter for option ${rawName}`);
    else {
      const complaint = readers[name]?.(asked, value);
      if (complaint !== undefined) return { asked, complaints: [...complaints, complaint] };
    }
  }
  if (complaints.length === 0 && others.length > 0)
    complaints.push(`Unexpected argument(s): ${others.join(' ')}`);
  return { asked, complaints };
}

/** The request; undefined where one of the three options that it needs is missing. */
function requestOf({ address, port, url, flags, ...more }: Asked): PageRequest | undefined {
  if (address === undefined || port === undefined || url === undefined) return undefined;
  return {
    server: { address, port },
    url,
    tls: flags.has('use-ssl'),
    sni: flags.has('use-sni'),
    virtualHost: more.virtualHost,
    fwmark: more.fwmark ?? 0,
    protocol: more.protocol ?? '1.0',
    timeout: more.timeout ?? longestTimeout,
    timed: 'step',
  };
}

/** On stdout, and no failure: so scripts know it. */
const words = {
  connect: { timeout: 'Timeout connecting', failure: 'Connection failed' },
  handshake: {
    timeout: 'Timeout connecting',
    failure: 'SSL handshake/communication error connecting to',
  },
  wait: { timeout: 'Timeout WEB read', failure: 'Read error with' },
  read: { timeout: 'Timeout HTTP read', failure: 'Read error with' },
} as const satisfies Record<Stage, Record<'timeout' | 'failure', string>>;

function tellMissing({ cause, stage }: NoPage): void {
  if (cause === 'headless') process.stderr.write('no data received from remote webserver\n');
  else process.stdout.write(`${words[stage][cause === 'timeout' ? 'timeout' : 'failure']}\n`);
}

/** Returns the exit status: 1 for a command line that is wrong or asks for help, else 0, whatever came of it. */
export async function runGenhashCompat(argv: readonly string[]): Promise<number> {
  endWithReader();
  // A single word cannot be enough, and is not looked at.
  const { asked, complaints } = readLine(argv.length > 1 ? argv : []);
  const request = requestOf(asked);
  if (complaints.length > 0 || asked.flags.has('help') || request === undefined) {
    process.stderr.write(complaints.map(text => `${visible(text)}\n`).join('') + usageText);
    return 1;
  }
  const isVerbose = asked.flags.has('verbose');
  const shown = isVerbose ? verboseOutput(text => process.stdout.write(text)) : undefined;
  const fetched = await fetchPage(request, shown);
  if ('missing' in fetched) {
    tellMissing(fetched.missing);
    if (isVerbose) process.stdout.write(`\n${timeText(request.url, fetched.missing.microseconds)}`);
    return 0;
  }
  const { digest, microseconds } = fetched.page;
  if (shown === undefined) process.stdout.write(`${digest}\n`);
  else shown.digest(digest, request.url, microseconds);
  return 0;
}
