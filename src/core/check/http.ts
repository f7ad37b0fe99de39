// HTTP_GET and SSL_GET: one URL a run, read until the server closes; then status and digest.
// Spec: keepalived.conf(5), HTTP_GET and SSL_GET; the walk through several URLs stands in health.ts.

import { after, type Instant } from '../time.ts';
import type { CheckKind, HttpUrl } from './config.ts';
import { connecting, timedOut } from './connection.ts';
import {
  alwaysSupported,
  broken,
  type DialogueInput,
  failed,
  type Move,
  nothing,
  type Over,
  type Protocol,
  succeeded,
} from './dialogue.ts';
import type { TlsRequest } from './events.ts';
import {
  createReply,
  type HttpReply,
  isComplete,
  longestHeader,
  readReply,
  replyDigest,
} from './http-reply.ts';
import { encodeRequest } from './http-request.ts';

type Http = Extract<CheckKind, { readonly kind: 'http' }>;

export interface HttpDialogue {
  readonly kind: 'http';
  readonly url: HttpUrl;
  /** Undefined while connecting. */
  reply: HttpReply | undefined;
  /** TLS: all reading together ends here. Plain HTTP counts each read anew. */
  limit: Instant;
  /** The page is right but for its regex, which is being looked for. */
  matching: boolean;
}

/** sni_name, else the virtualhost of the url or the checker; an IP address is not sent as server_name (RFC 6066 section 3). */
function tlsRequest({ tls, virtualHost }: Http, url: HttpUrl): TlsRequest | undefined {
  if (tls === undefined) return undefined;
  const { clientKey, clientCertificate, authority, password } = tls;
  const name = url.sniName ?? tls.sniName ?? url.virtualHost ?? virtualHost;
  const closeNotify = url.tlsCompliant ?? tls.compliant;
  return {
    serverName: tls.sni ? name : undefined,
    clientKey,
    clientCertificate,
    authority,
    password,
    closeNotify,
  };
}

export const http: Protocol<Http, HttpDialogue> = {
  uses: 'connection',
  unsupported: alwaysSupported,
  begin(check, index, now) {
    const url = check.urls[index] ?? check.urls[0];
    if (url === undefined) throw new RangeError('an HTTP check without url');
    const limit = after(now, check.target.timeout);
    const dialogue: HttpDialogue = { kind: 'http', url, reply: undefined, limit, matching: false };
    return connecting(dialogue, 'tcp', check.target, tlsRequest(check, url), now);
  },
  proceed(check, dialogue, input, now) {
    const { target } = check;
    const { url, reply } = dialogue;
    if (dialogue.matching) return matched(url, input);
    switch (input.kind) {
      case 'connected':
        return request(check, dialogue, now);
      case 'data':
        if (reply === undefined) return undefined;
        if (!readReply(reply, input.bytes))
          return failed(`GET ${url.path}: no header within ${longestHeader} bytes`);
        return {
          effects: nothing,
          deadline: check.tls === undefined ? after(now, target.timeout) : dialogue.limit,
        };
      case 'ended':
        return reply === undefined ? failed('closed before it stood') : conclude(check, dialogue, reply, now);
      case 'wake':
        return timedOut(
          reply === undefined ? 'no connection to' : `GET ${url.path}: no complete reply from`,
          target,
        );
      case 'failed':
        return isResetAtEnd(check, reply, input.errno)
          ? conclude(check, dialogue, reply, now)
          : broken(input);
      case 'exited':
      case 'matched':
        return undefined;
    }
  },
};

/** The connection stands: the request goes out, and the time of the reply begins. */
function request(check: Http, dialogue: HttpDialogue, now: Instant): Move {
  const { target, protocol } = check;
  const { url } = dialogue;
  const virtualHost = url.virtualHost ?? check.virtualHost;
  const bytes = encodeRequest({ path: url.path, protocol, virtualHost, server: target });
  dialogue.limit = after(now, target.timeout);
  dialogue.reply = createReply(url.digest !== undefined || url.regex !== undefined);
  return { effects: [{ kind: 'send', bytes }], deadline: dialogue.limit };
}

/** Many TLS servers close with a reset. keepalived takes any reply that TLS ends so; here all that Content-Length announces has to be there. */
const isResetAtEnd = (
  check: Http,
  reply: HttpReply | undefined,
  errno: string | undefined,
): reply is HttpReply =>
  check.tls !== undefined && errno === 'ECONNRESET' && reply !== undefined && isComplete(reply);

/** Status and digest first; what is right so far is searched for the regex. */
function conclude(check: Http, dialogue: HttpDialogue, reply: HttpReply, now: Instant): Move {
  const { url } = dialogue;
  const { regex } = url;
  const verdict = verdictOf(url, reply);
  if (regex === undefined || verdict.result.kind !== 'success') return verdict;
  dialogue.matching = true;
  const bytes = reply.kept?.subarray(0, reply.keptLength) ?? new Uint8Array(0);
  return { effects: [{ kind: 'match', pattern: regex, bytes }], deadline: after(now, check.target.timeout) };
}

function matched({ path, regex }: HttpUrl, input: DialogueInput): Move {
  if (input.kind === 'wake') return failed(`GET ${path}: the regex was not searched in time`);
  if (input.kind !== 'matched') return undefined;
  const { found, detail } = input;
  if (found === undefined)
    return { result: { kind: 'untried', cause: `GET ${path}: ${detail ?? 'the regex cannot be matched'}` } };
  const right = found !== regex?.invert;
  const what = `regex ${found ? 'found' : 'not found'}`;
  return right ? succeeded(`GET ${path}: ${what}`) : failed(`GET ${path}: ${what}`);
}

function verdictOf(url: HttpUrl, reply: HttpReply): Over {
  const { status } = reply;
  if (status === undefined) return failed(`GET ${url.path}: no data received`);
  if (!url.statusCodes.some(([low, high]) => status >= low && status <= high))
    return failed(`GET ${url.path}: status ${status === 0 ? 'unreadable' : status}`);
  const digest = replyDigest(reply);
  if (url.digest !== undefined && digest !== url.digest)
    return failed(`GET ${url.path}: digest ${digest} instead of ${url.digest}`);
  return succeeded(`GET ${url.path}: status ${status}${url.digest === undefined ? '' : ', digest right'}`);
}
