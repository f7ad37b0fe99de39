// Turns a checker draft into what the check room runs: target, schedule and inheritance applied.
// Spec: keepalived.conf(5); defaults go checker, real server, virtual server, then the kind's own.

import type { CheckerConfig, CheckKind, HttpUrl, Target } from '../../check/config.ts';
import { type Address, familyOf, isLinkLocal } from '../../net/index.ts';
import { type Duration, seconds } from '../../time.ts';
import type { InstanceConfig, SyncGroupConfig } from '../../vrrp/config.ts';
import type { SslValues } from '../blocks/ssl.ts';
import type { CheckerDraft, UrlDraft } from './checkers.ts';
import type { Context } from './context.ts';
import type { RealServerDraft, VirtualServerDraft } from './server-draft.ts';

/** What a runtime can do, asked while loading so that what it cannot is told with its place: a clause, or undefined. */
export interface Capabilities {
  missingForCheck(check: CheckKind): string | undefined;
  missingForInstance(instance: InstanceConfig, group: SyncGroupConfig | undefined): string | undefined;
}

/** What the checkers of one virtual server share. */
export interface CheckerPlace {
  readonly virtualServer: VirtualServerDraft;
  readonly virtualServerKey: string;
  readonly delayLoop: Duration;
  readonly suspendWithoutAddress: Address | undefined;
  readonly tls: SslValues | undefined;
  readonly logAllFailures: boolean;
  readonly capabilities: Capabilities | undefined;
  /** Whether somebody wants the typed configuration, or only what is wrong with it. */
  readonly wanted: boolean;
}

/** The real server a checker belongs to. */
export interface CheckerOwner {
  readonly draft: RealServerDraft;
  readonly key: string;
  /** The port it is reached at. */
  readonly port: number;
  readonly alpha: boolean;
}

const second = seconds(1);
const threeSeconds = seconds(3);
const fiveSeconds = seconds(5);

function targetOf(d: CheckerDraft, owner: CheckerOwner, at: CheckerPlace): Target {
  const timeout =
    d.connectTimeout ?? owner.draft.connectTimeout ?? at.virtualServer.connectTimeout ?? fiveSeconds;
  return {
    address: d.connectIp ?? owner.draft.address,
    port: d.connectPort ?? owner.port,
    timeout,
    bindAddress: d.bindAddress,
    bindPort: d.bindPort,
    bindInterface: d.bindInterface,
    mark: d.mark,
  };
}

function completeUrl(d: UrlDraft, c: Context, owner: CheckerDraft): HttpUrl {
  const { regexDraft, ...url } = d;
  const used = regexDraft.pattern !== '';
  const { options, invert, minOffset, maxOffset } = regexDraft;
  if (!used && (options.length > 0 || invert || minOffset > 0 || maxOffset !== undefined)) {
    c.warn('regex-missing', owner.statement, `the regex words of url ${d.path} have no effect without regex`);
  }
  if (used && maxOffset !== undefined && minOffset > maxOffset) {
    const message = `regex_min_offset ${minOffset} lies behind regex_max_offset ${maxOffset}: both are ignored`;
    c.warn('corrected', owner.statement, message);
    [regexDraft.minOffset, regexDraft.maxOffset] = [0, undefined];
  }
  return {
    ...url,
    statusCodes: d.statusCodes.length > 0 ? d.statusCodes : [[200, 299]],
    regex: used ? regexDraft : undefined,
  };
}

const kindWords = { HTTP_GET: 'http', SSL_GET: 'http' } as const;

function checkOf(d: CheckerDraft, owner: CheckerOwner, at: CheckerPlace, c: Context): CheckKind | string {
  switch (d.keyword) {
    case 'TCP_CHECK':
      return { kind: 'tcp', target: targetOf(d, owner, at) };
    case 'PING_CHECK':
      return { kind: 'ping', target: targetOf(d, owner, at) };
    case 'HTTP_GET':
    case 'SSL_GET': {
      if (d.urls.length === 0) return 'it has no url';
      const { tls } = at;
      return {
        kind: kindWords[d.keyword],
        target: targetOf(d, owner, at),
        tls:
          d.keyword === 'HTTP_GET'
            ? undefined
            : {
                sni: d.sni,
                sniName: d.sniName,
                compliant: d.tlsCompliant,
                clientKey: tls?.key,
                clientCertificate: tls?.certificate,
                authority: tls?.ca,
                password: tls?.password,
              },
        protocol: d.protocol,
        urls: d.urls.map(url => completeUrl(url, c, d)),
        virtualHost: d.virtualHost ?? owner.draft.virtualHost ?? at.virtualServer.virtualHost,
        fastRecovery: d.fastRecovery,
      };
    }
    case 'SMTP_CHECK':
      return { kind: 'smtp', target: targetOf(d, owner, at), helo: d.helo ?? 'smtpchecker.keepalived.org' };
    case 'MISC_CHECK': {
      if (d.command === undefined) return 'it has no misc_path';
      const command =
        d.user === undefined ? d.command : { ...d.command, user: d.user.user, group: d.user.group };
      const line = d.statement.block?.findLast(({ keyword }) => keyword === 'misc_path');
      c.runs(command, line ?? d.statement);
      // The virtual server's interval counts even where a nearer one is given.
      const timeout =
        d.miscTimeout === undefined || d.miscTimeout === 0
          ? (at.virtualServer.delayLoop ?? seconds(60))
          : d.miscTimeout;
      return { kind: 'misc', command, timeout, dynamicWeight: d.dynamicWeight };
    }
    case 'DNS_CHECK':
      return { kind: 'dns', target: targetOf(d, owner, at), queryType: d.queryType, name: d.name ?? '' };
    case 'UDP_CHECK':
      if (d.minReply > d.maxReply)
        c.warn(
          'never-succeeds',
          d.statement,
          'min_reply_length is above max_reply_length: the check always fails',
        );
      return {
        kind: 'udp',
        target: targetOf(d, owner, at),
        payload: d.payload,
        requireReply: d.requireReply,
        reply: d.reply,
        minReplyLength: d.minReply,
        maxReplyLength: d.maxReply,
      };
    case 'FILE_CHECK':
      return d.name === undefined
        ? 'it has no track_file'
        : { kind: 'file', trackFile: d.name, weight: d.weight, reverse: d.reverse };
    case 'BFD_CHECK':
      return d.name === undefined ? 'it has no name' : { kind: 'bfd', session: d.name };
    default:
      return `${d.keyword} is no checker`;
  }
}

/** Attempts after the first failure, and the pause between them, of kinds that differ from `1` and one second. */
const kindRetry: Readonly<Record<string, number>> = { MISC_CHECK: 0, DNS_CHECK: 3 };

/**
 * A checker with all it inherits; undefined where it is refused or nobody wants it. A checker keepalived drops is an
 * error: its server would go unchecked. `index` counts the real server's checkers.
 */
export function completeChecker(
  d: CheckerDraft,
  index: number,
  owner: CheckerOwner,
  at: CheckerPlace,
  c: Context,
): CheckerConfig | undefined {
  const check = checkOf(d, owner, at, c);
  if (typeof check === 'string') {
    c.conclude(
      c.causes.of(d.statement, ['url', 'path', 'misc_path', 'track_file', 'name']),
      'error',
      'checker-dropped',
      d.statement,
      `${d.keyword} would be dropped: ${check}; the server would go unchecked`,
    );
    return undefined;
  }
  if ('target' in check) {
    const { address, bindInterface } = check.target;
    if (bindInterface === undefined && familyOf(address) === 'inet6' && isLinkLocal(address)) {
      c.error(
        'checker-dropped',
        d.statement,
        `${d.keyword} to the link-local ${address} needs bind_if and would be dropped`,
      );
      return undefined;
    }
  }
  const missing = at.capabilities?.missingForCheck(check);
  if (missing !== undefined)
    c.warn('not-supported', d.statement, `${missing}; the real server is held down until it is`);
  if (!at.wanted) return undefined;
  const { virtualServer } = at;
  const realServer = owner.draft;
  const delayLoop = d.delayLoop ?? realServer.delayLoop ?? at.delayLoop;
  const ownDelay = d.keyword === 'DNS_CHECK' ? delayLoop : check.kind === 'http' ? threeSeconds : second;
  return {
    id: `${at.virtualServerKey} / ${owner.key} / ${d.keyword} / ${index}`,
    keyword: d.keyword,
    virtualServer: at.virtualServerKey,
    realServer: owner.key,
    check,
    retry: d.retry ?? realServer.retry ?? virtualServer.retry ?? kindRetry[d.keyword] ?? 1,
    delayBeforeRetry:
      d.delayBeforeRetry ?? realServer.delayBeforeRetry ?? virtualServer.delayBeforeRetry ?? ownDelay,
    delayLoop,
    warmup: d.warmup ?? realServer.warmup ?? virtualServer.warmup ?? delayLoop,
    alpha: d.alpha ?? owner.alpha,
    logAllFailures: d.logAllFailures ?? at.logAllFailures,
    suspendWithoutAddress: at.suspendWithoutAddress,
  };
}
