// The language of the checker transcripts: one text file holds a checker, timed inputs and the expected effects.
// Spec: test/golden/check/README.md documents each line; expectations are reviewed text, rewritten on request only.

import {
  type CheckEffect,
  type Checker,
  type CheckInput,
  type CheckKind,
  checkerDeadline,
  createChecker,
  stepChecker,
} from '../../../src/core/check/index.ts';
import { printEndpoint } from '../../../src/core/net/index.ts';
import { type Instant, instant, printSeconds, seconds } from '../../../src/core/time.ts';
import { encodeEcho } from '../../../src/core/wire/index.ts';
import { checker, http, misc, target, url } from '../../unit/check/sample.ts';

type Options = ReadonlyMap<string, string>;

const optionsOf = (words: readonly string[]): Options =>
  new Map(
    words.map(word => {
      const at = word.indexOf('=');
      return at < 0 ? [word, 'yes'] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );

const regexOf = (options: Options) => {
  const pattern = options.get('regex');
  return pattern === undefined
    ? undefined
    : { pattern, options: [], minOffset: 0, maxOffset: undefined, invert: options.has('no-match') };
};

function checkOf(kind: string, options: Options): CheckKind {
  switch (kind) {
    case 'tcp':
      return { kind, target: target() };
    case 'smtp':
      return { kind, target: target({ port: 25 }), helo: 'lb.example.org' };
    case 'misc':
      return misc(options.has('dynamic'));
    case 'dns':
      return {
        kind,
        target: target({ port: 53 }),
        queryType: options.get('type') ?? 'SOA',
        name: options.get('name') ?? '.',
      };
    case 'udp':
      return {
        kind,
        target: target({ port: 514 }),
        payload: undefined,
        requireReply: options.has('require-reply'),
        reply: undefined,
        minReplyLength: 0,
        maxReplyLength: 255,
      };
    case 'ping':
      return { kind: 'ping', target: target() };
    case 'http': {
      const plain = {
        clientKey: undefined,
        clientCertificate: undefined,
        authority: undefined,
        password: undefined,
      };
      const sniName = options.get('sni');
      return http({
        urls: (options.get('urls') ?? '/')
          .split(',')
          .map(path => url({ path, digest: options.get('digest'), regex: regexOf(options) })),
        protocol: (options.get('protocol') ?? '1.0') as '1.0' | '1.0C' | '1.1',
        fastRecovery: options.has('fast'),
        virtualHost: options.get('host'),
        tls: options.has('tls') ? { sni: true, sniName, compliant: false, ...plain } : undefined,
      });
    }
    default:
      throw new Error(`no such kind: ${kind}`);
  }
}

function create(words: readonly string[]): Checker {
  const [kind = '', ...rest] = words;
  const options = optionsOf(rest);
  const sample = checker(checkOf(kind, options));
  const span = (name: string, otherwise: typeof sample.delayLoop) =>
    options.has(name) ? seconds(Number(options.get(name))) : otherwise;
  const config = {
    ...sample,
    retry: Number(options.get('retry') ?? sample.retry),
    delayBeforeRetry: span('before-retry', sample.delayBeforeRetry),
    delayLoop: span('loop', sample.delayLoop),
    alpha: options.has('alpha'),
    logAllFailures: options.has('log-all'),
  };
  const initially = options.get('initially');
  const known = initially === undefined ? {} : { initiallyUp: initially === 'up' };
  return createChecker(config, { spread: span('spread', seconds(0)), ...known }, instant(0));
}

function inputOf(kind: string, rest: string): CheckInput {
  switch (kind) {
    case 'wake':
    case 'ended':
    case 'suspend':
    case 'resume':
      return { kind };
    case 'data':
      return { kind, bytes: Buffer.from(JSON.parse(`"${rest}"`) as string) };
    case 'bytes':
      return { kind: 'data', bytes: Buffer.from(rest, 'hex') };
    case 'refused':
      return { kind: 'failed', reason: 'connection refused', errno: 'ECONNREFUSED', local: false };
    case 'local':
      return { kind: 'failed', reason: 'bind: EADDRNOTAVAIL', errno: 'EADDRNOTAVAIL', local: true };
    case 'exit':
      return { kind: 'exited', code: Number(rest), signal: undefined, detail: undefined };
    case 'signal':
      return { kind: 'exited', code: undefined, signal: rest, detail: undefined };
    case 'echo': {
      const data = Buffer.alloc(128);
      const bytes = encodeEcho({ kind: 'reply', id: 9, sequence: Number(rest), data }, 'inet');
      return { kind: 'data', bytes };
    }
    case 'connected':
      return { kind: 'connected', nonce: rest === '' ? 1 : Number(rest) };
    case 'matched':
      return { kind: 'matched', found: rest === 'yes', detail: undefined };
    case 'unmatched':
      return { kind: 'matched', found: undefined, detail: 'the library libpcre2-8 is not here' };
    case 'unstarted':
      return { kind: 'exited', code: undefined, signal: undefined, detail: '/bin/check: ENOENT' };
    default:
      throw new Error(`no such input: ${kind}`);
  }
}

/** Text where it is text, hexadecimal digits where not. */
function show(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  return /^[\x20-\x7e\r\n]*$/.test(text) ? JSON.stringify(text) : Buffer.from(bytes).toString('hex');
}

function printEffect(effect: CheckEffect): string {
  switch (effect.kind) {
    case 'connect':
      return `connect ${effect.transport} ${printEndpoint(effect.target)}${effect.tls === undefined ? '' : ` tls ${effect.tls.serverName ?? 'unnamed'}`}`;
    case 'send':
      return `send ${show(effect.bytes)}`;
    case 'close':
    case 'kill':
      return effect.kind;
    case 'match': {
      const { pattern, minOffset, maxOffset = 'end' } = effect.pattern;
      return `match /${pattern}/ from ${minOffset} to ${maxOffset} in ${show(effect.bytes)}`;
    }
    case 'spawn':
      return `spawn ${effect.command.argv.join(' ')} timeout ${printSeconds(effect.timeout)}`;
    case 'verdict': {
      const weight = effect.weight === undefined ? '' : ` weight ${effect.weight}`;
      return `verdict ${effect.up ? 'UP' : 'DOWN'}${weight}${effect.first ? ' first' : ''}: ${effect.cause}`;
    }
    case 'log':
      return `log ${effect.level}: ${effect.message}`;
  }
}

const time = (at: Instant | undefined) => (at === undefined ? 'none' : String(at / 1_000_000));

function printState(state: Checker): string {
  const { up, weight } = state.standing;
  const asked = weight === undefined ? '' : ` weight ${weight}`;
  return `  = ${state.phase}, ${up ? 'up' : 'down'}${asked}, deadline ${time(checkerDeadline(state))}`;
}

/** Plays the inputs of a transcript and returns it with what comes out now. */
export function replay(transcript: string): string {
  const lines: string[] = [];
  let state: Checker | undefined;
  for (const line of transcript.split('\n')) {
    if (line.startsWith('  ')) continue;
    lines.push(line);
    if (line === '' || line.startsWith('#')) continue;
    const [, first = '', rest = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    if (first === 'checker') state = create(rest.split(' '));
    else if (state === undefined || !first.startsWith('@')) throw new Error(`not understood: ${line}`);
    else {
      const at =
        first === '@next' ? checkerDeadline(state) : instant(Math.round(Number(first.slice(1)) * 1_000_000));
      const [, kind = '', more = ''] = /^(\S+) ?(.*)$/.exec(rest) ?? [];
      if (at === undefined) throw new Error(`nothing is armed: ${line}`);
      const effects = stepChecker(state, inputOf(kind, more), at);
      lines.push(...effects.map(effect => `  ${printEffect(effect)}`));
    }
    lines.push(printState(state));
  }
  return lines.join('\n');
}
