// Reads an HTTP reply as keepalived does: header in the first 4095 bytes, then everything until the peer closes.
// Spec: keepalived.conf(5), HTTP_GET: digest is MD5 (RFC 1321) of the body as received, neither unchunked nor uncompressed.

import { createHash } from 'node:crypto';

/** A reply while it comes in: plain data, changed in place by `readReply` at linear cost. */
export interface HttpReply {
  /** What came before the header was complete, at most 4095 bytes; empty afterwards. */
  head: Uint8Array;
  /** Three digits between the first two spaces; 0 when there are no such. Undefined until the header is complete. */
  status: number | undefined;
  /** Upper limit of the hashed bytes. */
  contentLength: number | undefined;
  /** Body bytes received, hashed or not. */
  bodyLength: number;
  /** The bytes to be hashed, if they are: the first `keptLength` of `kept`, which grows by doubling. */
  kept: Uint8Array | undefined;
  keptLength: number;
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

/** A reply of which nothing has come yet. The body is kept only for a digest: a hash object is not plain data. */
export const createReply = (hashed: boolean): HttpReply => ({
  head: new Uint8Array(0),
  status: undefined,
  contentLength: undefined,
  bodyLength: 0,
  kept: hashed ? new Uint8Array(0) : undefined,
  keptLength: 0,
});

/** Takes the next bytes in. False: no header can come any more, the reply counts as no data. */
export function readReply(reply: HttpReply, bytes: Uint8Array, listener?: ReplyListener): boolean {
  if (reply.status !== undefined) {
    readBody(reply, bytes, listener);
    return true;
  }
  const known = reply.head.length;
  const taken = Math.min(bytes.length, longestHeader - known);
  const joined = new Uint8Array(known + taken);
  joined.set(reply.head);
  joined.set(bytes.subarray(0, taken), known);
  const head = Buffer.from(joined.buffer);
  const end = head.indexOf(headerEnd, Math.max(0, known - headerEnd.length + 1), 'latin1');
  if (end < 0) {
    reply.head = joined;
    return head.length < longestHeader;
  }
  const bodyStart = end + headerEnd.length;
  reply.status = statusOf(head);
  reply.contentLength = contentLengthOf(head);
  reply.head = new Uint8Array(0);
  listener?.header(head.subarray(0, bodyStart));
  readBody(reply, head.subarray(bodyStart), listener);
  readBody(reply, bytes.subarray(taken), listener);
  return true;
}

function readBody(reply: HttpReply, bytes: Uint8Array, listener: ReplyListener | undefined): void {
  const left = (reply.contentLength ?? Number.POSITIVE_INFINITY) - reply.bodyLength;
  reply.bodyLength += bytes.length;
  if (left <= 0 || bytes.length === 0) return;
  const hashed = left < bytes.length ? bytes.subarray(0, left) : bytes;
  if (reply.kept !== undefined) keep(reply, reply.kept, hashed);
  listener?.body(hashed);
}

function keep(reply: HttpReply, kept: Uint8Array, bytes: Uint8Array): void {
  const length = reply.keptLength + bytes.length;
  if (length > kept.length) {
    const larger = new Uint8Array(Math.max(length, 2 * kept.length));
    larger.set(kept.subarray(0, reply.keptLength));
    reply.kept = larger;
  }
  reply.kept?.set(bytes, reply.keptLength);
  reply.keptLength = length;
}

/** A status line without a space after its code gives 0. */
function statusOf(head: Buffer): number {
  const space = head.indexOf(0x20);
  const match = /^(\d{3}) /.exec(head.toString('latin1', space + 1, space + 5));
  return space >= 0 && match !== null ? Number(match[1]) : 0;
}

/**
 * Searched by its exact case in all that has come so far, and read as strtoul(3) reads it: digests made with genhash stay valid. Blanks of every
 * kind, line ends among them, may come before the number; what follows it must be a line end. undefined: the body has no limit.
 */
function contentLengthOf(head: Buffer): number | undefined {
  const name = 'Content-Length:';
  const nul = head.indexOf(0);
  const text = head.toString('latin1', 0, nul < 0 ? head.length : nul);
  const at = text.indexOf(name);
  if (at < 0) return undefined;
  const rest = text.slice(at + name.length);
  const [whole, sign, digits = ''] = /^[\t-\r ]*([+-]?)(\d+)/.exec(rest) ?? [''];
  if (!/^[\r\n]?$/.test(rest.charAt(whole.length))) return undefined;
  const value = Number(digits);
  // A negative number is a huge one, as one beyond 64 bits is.
  return (sign === '-' && value > 0) || value > Number.MAX_SAFE_INTEGER ? undefined : value;
}

/** All that Content-Length announces has come. */
export const isComplete = ({ contentLength, bodyLength }: HttpReply): boolean =>
  contentLength !== undefined && bodyLength >= contentLength;

/** MD5 of the body in 32 lower-case hexadecimal digits. Undefined when it was not kept. */
export const replyDigest = ({ kept, keptLength }: HttpReply): string | undefined =>
  kept === undefined ? undefined : createHash('md5').update(kept.subarray(0, keptLength)).digest('hex');
