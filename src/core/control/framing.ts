// Bytes of one client into requests: one JSON-RPC 2.0 object a line, bounded, judged before anybody acts on it.
// Spec: JSON-RPC 2.0 (https://www.jsonrpc.org/specification); a request ends with a line feed; batches are not taken.

/** Longest line of a client. */
export const longestLine = 64 * 1024;

/** Plain data. Bytes that wait are at most one line and what came in one read. */
export interface LineBuffer {
  parts: Uint8Array[];
  length: number;
  /** A line was too long: nothing more is read. */
  broken: boolean;
}

export const createLineBuffer = (): LineBuffer => ({ parts: [], length: 0, broken: false });

const lineFeed = 10;

export function addBytes(buffer: LineBuffer, bytes: Uint8Array): void {
  if (buffer.broken || bytes.length === 0) return;
  buffer.parts.push(bytes);
  buffer.length += bytes.length;
}

function joined({ parts, length }: LineBuffer): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The next whole line; `too-long`: it has passed every bound; undefined: it has not come whole yet. */
export function takeLine(buffer: LineBuffer): Uint8Array | 'too-long' | undefined {
  if (buffer.broken) return undefined;
  // Only the last part can hold the end of a line that was not whole before.
  const last = buffer.parts.at(-1);
  const isWhole = buffer.parts.length === 1 || last?.includes(lineFeed) === true;
  if (!isWhole) return buffer.length > longestLine ? breakOff(buffer) : undefined;
  const whole = joined(buffer);
  const end = whole.indexOf(lineFeed);
  if (end > longestLine || (end < 0 && whole.length > longestLine)) return breakOff(buffer);
  if (end < 0) {
    buffer.parts = [whole];
    return undefined;
  }
  const rest = whole.subarray(end + 1);
  buffer.parts = rest.length === 0 ? [] : [rest];
  buffer.length = rest.length;
  return whole.subarray(0, end);
}

function breakOff(buffer: LineBuffer): 'too-long' {
  Object.assign(buffer, { parts: [], length: 0, broken: true });
  return 'too-long';
}

export type RequestId = string | number | null;

/** What JSON-RPC calls an error object. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
}

/** JSON-RPC's own codes, and ours from -32001 on. */
export const rpcCodes = {
  parse: -32_700,
  request: -32_600,
  method: -32_601,
  params: -32_602,
  notPermitted: -32_001,
  failed: -32_002,
  busy: -32_003,
} as const;

export type Received =
  /** `id` undefined: a notification, which is carried out and not answered. */
  | {
      readonly kind: 'request';
      readonly id: RequestId | undefined;
      readonly method: string;
      readonly params: unknown;
    }
  /** `last`: nothing more can be read of this client. */
  | { readonly kind: 'refused'; readonly id: RequestId; readonly error: RpcError; readonly last: boolean };

const refused = (code: number, message: string, id: RequestId = null, last = false): Received => ({
  kind: 'refused',
  id,
  error: { code, message },
  last,
});

/** The next request of a client; undefined: none has come whole yet. Never throws. */
export function nextRequest(buffer: LineBuffer): Received | undefined {
  for (;;) {
    const line = takeLine(buffer);
    if (line === undefined) return undefined;
    if (line === 'too-long')
      return refused(rpcCodes.request, `a request has at most ${longestLine} bytes`, null, true);
    const request = readRequest(line);
    if (request !== undefined) return request;
  }
}

/** One line as a request; an empty line is none. */
export function readRequest(line: Uint8Array): Received | undefined {
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(line);
    if (text.trim() === '') return undefined;
    value = JSON.parse(text);
  } catch {
    return refused(rpcCodes.parse, 'the line is not JSON in UTF-8');
  }
  if (Array.isArray(value)) return refused(rpcCodes.request, 'a request is an object; batches are not taken');
  if (typeof value !== 'object' || value === null) return refused(rpcCodes.request, 'a request is an object');
  const { jsonrpc, id, method, params } = value as Readonly<Record<string, unknown>>;
  if (!isId(id))
    return refused(rpcCodes.request, 'id must be a string of at most 64 characters, an integer or null');
  if (jsonrpc !== '2.0') return refused(rpcCodes.request, 'jsonrpc must be "2.0"', id ?? null);
  if (typeof method !== 'string') return refused(rpcCodes.request, 'method must be a string', id ?? null);
  return { kind: 'request', id, method, params: params ?? {} };
}

const isId = (id: unknown): id is RequestId | undefined =>
  id === undefined || id === null || Number.isSafeInteger(id) || (typeof id === 'string' && id.length <= 64);

/** `result` is JSON text already: many clients may get the same. */
export const replyLine = (id: RequestId, result: string): string =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}\n`;

export const errorLine = (id: RequestId, error: RpcError): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`;

export const notificationLine = (method: string, params: unknown): string =>
  `${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`;
