// The one-shot checks, each made of its target and flags. The defaults are those of keepalived.conf.
// Spec: keepalived.conf(5), the checker blocks of real_server; check/config.ts.

import type { CheckKind } from '../../check/index.ts';
import { FaultError } from '../../fault.ts';
import { learnAccounts } from '../../host/index.ts';
import { printEndpoint } from '../../net/index.ts';
import { seconds } from '../../time.ts';
import { answerUnknown, ask, type OneShotOptions } from './one-shot.ts';
import { type FoundTarget, findTarget, type TargetOptions } from './target.ts';

type Options = TargetOptions & OneShotOptions;

const usage = (message: string) => new FaultError({ code: 'usage', message });

const question = (label: string, found: FoundTarget, check: CheckKind, more = '') => {
  const place = printEndpoint(found.target);
  const subject = `${found.name === undefined ? place : `${found.name} (${place})`}${more}`;
  return { label, subject, check, resolved: found.resolved };
};

export async function checkTcp(word: string, options: Options): Promise<number> {
  const found = await findTarget(word, undefined, options);
  if ('unknownHost' in found) return answerUnknown('TCP', found, options);
  return ask(question('TCP', found, { kind: 'tcp', target: found.target }), options);
}

export interface HttpOptions extends Options {
  readonly tls: boolean;
  readonly host: string | undefined;
  readonly status: string | undefined;
  readonly digest: string | undefined;
  readonly protocol: '1.0' | '1.0C' | '1.1';
  readonly sni: string | undefined;
  /** Patterns that the page must have, or must not have. */
  readonly regex: string | undefined;
  readonly noMatch: boolean;
}

/** `200-299`, `200,301,400-499`. */
function statusCodes(text: string): readonly (readonly [number, number])[] {
  return text.split(',').map(part => {
    const [, low = '', high = low] = /^(\d{3})(?:-(\d{3}))?$/.exec(part.trim()) ?? [];
    if (low === '' || Number(high) < Number(low))
      throw usage(`--status: '${part}' is neither a status code nor a range of them (200-299)`);
    return [Number(low), Number(high)] as const;
  });
}

export async function checkHttp(word: string, options: HttpOptions): Promise<number> {
  const { tls, host, status = '200-299', digest, protocol, sni, regex, noMatch } = options;
  if (digest !== undefined && !/^[0-9a-f]{32}$/i.test(digest))
    throw usage(`--digest: '${digest}' is not the 32 hexadecimal digits of an MD5 digest (lvskit genhash)`);
  const found = await findTarget(word, tls ? 443 : 80, options);
  const label = tls ? 'SSL' : 'HTTP';
  if ('unknownHost' in found) return answerUnknown(label, found, options);
  const { path, name, target } = found;
  // Whatever ends a line would end the request, too.
  if (/[\r\n\0]/.test(`${path}${host ?? ''}`)) throw usage('the path and --host are one line each');
  const serverName = sni ?? host ?? name;
  const check: CheckKind = {
    kind: 'http',
    target,
    tls: tls
      ? {
          ...{ sni: serverName !== undefined, sniName: serverName, compliant: false },
          ...{
            clientKey: undefined,
            clientCertificate: undefined,
            authority: undefined,
            password: undefined,
          },
        }
      : undefined,
    protocol,
    urls: [
      {
        path,
        digest: digest?.toLowerCase(),
        statusCodes: statusCodes(status),
        regex:
          regex === undefined
            ? undefined
            : { pattern: regex, options: [], minOffset: 0, maxOffset: undefined, invert: noMatch },
        ...{ virtualHost: undefined, sniName: undefined, tlsCompliant: undefined },
      },
    ],
    virtualHost: host ?? name,
    fastRecovery: false,
  };
  return ask(question(label, found, check, path), options);
}

export async function checkSmtp(word: string, options: Options & { readonly helo: string }): Promise<number> {
  const found = await findTarget(word, 25, options);
  if ('unknownHost' in found) return answerUnknown('SMTP', found, options);
  if (!/^[\x21-\x7e]+$/.test(options.helo)) throw usage('--helo is one word');
  return ask(question('SMTP', found, { kind: 'smtp', target: found.target, helo: options.helo }), options);
}

export async function checkDns(
  word: string,
  options: Options & { readonly name: string; readonly type: string },
): Promise<number> {
  const found = await findTarget(word, 53, options);
  if ('unknownHost' in found) return answerUnknown('DNS', found, options);
  const { name, type } = options;
  const check: CheckKind = { kind: 'dns', target: found.target, queryType: type, name };
  return ask(question('DNS', found, check, ` ${type} ${name === '' ? '.' : name}`), options);
}

export async function checkPing(word: string, options: Options): Promise<number> {
  // An echo request has no port; a word that names one is a mistake.
  if (/^(?:\[[^\]]*\]|[^:]*):[^:]+$/.test(word)) throw usage('check ping: a host has no port here');
  const found = await findTarget(word, 1, options);
  if ('unknownHost' in found) return answerUnknown('PING', found, options);
  const { address } = found.target;
  const subject = found.name === undefined ? address : `${found.name} (${address})`;
  const check: CheckKind = { kind: 'ping', target: found.target };
  return ask({ label: 'PING', subject, check, resolved: found.resolved }, options);
}

export async function checkUdp(
  word: string,
  options: Options & { readonly payload: string | undefined; readonly requireReply: boolean },
): Promise<number> {
  const found = await findTarget(word, undefined, options);
  if ('unknownHost' in found) return answerUnknown('UDP', found, options);
  const { payload = '', requireReply } = options;
  if (!/^(?:[0-9a-f]{2})*$/i.test(payload)) throw usage('--payload: pairs of hexadecimal digits');
  const check: CheckKind = {
    kind: 'udp',
    target: found.target,
    payload: payload === '' ? undefined : Buffer.from(payload, 'hex'),
    requireReply,
    ...{ reply: undefined, minReplyLength: 0, maxReplyLength: 255 },
  };
  return ask(question('UDP', found, check), options);
}

export async function checkMisc(
  argv: readonly string[],
  options: OneShotOptions & {
    readonly timeout: number;
    readonly user: string | undefined;
    readonly group: string | undefined;
    readonly dynamic: boolean;
  },
): Promise<number> {
  const { user, group, timeout, dynamic } = options;
  await learnAccounts([{ user, group }]);
  const command = { argv, user, group, shell: false };
  const check: CheckKind = { kind: 'misc', command, timeout: seconds(timeout), dynamicWeight: dynamic };
  return ask({ label: 'MISC', subject: argv.join(' '), check, resolved: undefined }, options);
}
