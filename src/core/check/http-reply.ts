// Reads an HTTP reply as keepalived does: header in the first 4095 bytes, then everything until the peer closes, hashed and not kept.
// Spec: keepalived.conf(5), HTTP_GET: digest is MD5 (RFC 1321) of the body as received, neither unchunked nor uncompressed.

import { createHash, type Hash } from 'node:crypto';

/** A reply while it comes in. Changed in place by `readReply`; the cost is linear and the body is not kept. */
export interface HttpReply {
  /** What came before the header was complete, at most 4095 bytes; empty afterwards. */
  head: Buffer;
  /** Three digits between the first two blanks; 0 when there are no such. Undefined until the header is complete. */
  status: number | undefined;
  /** Upper limit of the hashed bytes. */
  contentLength: number | undefined;
  /** Body bytes received, hashed or not. */
  bodyLength: number;
  readonly hash: Hash | undefined;
}

/** What a listener of the pieces is shown, for verbose output. */
export interface ReplyListener {
  /** Header with its closing empty line. */
  header(bytes: Uint8Array): void;
  /** A piece of the body that was hashed. */
  body(bytes: Uint8Array): void;
}

/** The header must end within this many bytes. */
export const longestHeader = 4095;

const headerEnd = '\r\n\r\n';

/** A reply of which nothing has come yet. Hashing costs; without it the body is only counted. */
export const createReply = (hashed: boolean): HttpReply => ({
  head: Buffer.alloc(0),
  status: undefined,
  contentLength: undefined,
  bodyLength: 0,
  hash: hashed ? createHash('md5') : undefined,
});

/** Takes the next bytes in. False: no header can come any more, the reply counts as no data. */
export function readReply(reply: HttpReply, bytes: Uint8Array, listener?: ReplyListener): boolean {
  if (reply.status !== undefined) {
    readBody(reply, bytes, listener);
    return true;
  }
  const known = reply.head.length;
  const taken = Math.min(bytes.length, longestHeader - known);
  const head = Buffer.concat([reply.head, bytes.subarray(0, taken)]);
  const end = head.indexOf(headerEnd, Math.max(0, known - headerEnd.length + 1), 'latin1');
  if (end < 0) {
    reply.head = head;
    return head.length < longestHeader;
  }
  const bodyStart = end + headerEnd.length;
  reply.status = statusOf(head);
  reply.contentLength = contentLengthOf(head);
  reply.head = Buffer.alloc(0);
  listener?.header(head.subarray(0, bodyStart));
  readBody(reply, head.subarray(bodyStart), listener);
  readBody(reply, bytes.subarray(taken), listener);
  return true;
}

function readBody(reply: HttpReply, bytes: Uint8Array, listener: ReplyListener | undefined): void {
  const left = (reply.contentLength ?? Number.POSITIVE_INFINITY) - reply.bodyLength;
  reply.bodyLength += bytes.length;
  if (reply.hash === undefined || left <= 0 || bytes.length === 0) return;
  const hashed = left < bytes.length ? bytes.subarray(0, left) : bytes;
  reply.hash.update(hashed);
  listener?.body(hashed);
}

/** A status line without a blank behind its code gives 0. */
function statusOf(head: Buffer): number {
  const blank = head.indexOf(0x20);
  const match = /^(\d{3}) /.exec(head.toString('latin1', blank + 1, blank + 5));
  return blank >= 0 && match !== null ? Number(match[1]) : 0;
}

/** Searched by its exact case in all that has come so far, as keepalived does: digests made with genhash stay valid. */
function contentLengthOf(head: Buffer): number | undefined {
  const name = 'Content-Length:';
  const at = head.indexOf(name, 0, 'latin1');
  if (at < 0) return undefined;
  const match = /^[ \t]*(\d+)/.exec(head.toString('latin1', at + name.length, at + name.length + 40));
  return match === null ? undefined : Number(match[1]);
}

/** MD5 of the body in 32 lower-case hexadecimal digits; to be asked once, at the end. Undefined when it was not hashed. */
export const replyDigest = (reply: HttpReply): string | undefined => reply.hash?.digest('hex');
