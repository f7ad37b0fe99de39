// HTTP replies as keepalived reads them: header limit, status, Content-Length, digest; however the bytes are cut.
// Truth: keepalived.conf(5) HTTP_GET; MD5 test values of RFC 1321 A.5; the genhash comparison stands in test/unit/host/check-servers.test.ts.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createReply, longestHeader, readReply, replyDigest } from '../../../src/core/check/index.ts';

const md5 = (text: string | Uint8Array) => createHash('md5').update(text).digest('hex');

function read(...pieces: readonly (string | Uint8Array)[]) {
  const reply = createReply(true);
  const readable = pieces.map(piece => readReply(reply, Buffer.from(piece as string)));
  return { readable: readable.every(Boolean), reply, digest: replyDigest(reply) };
}

describe('status', () => {
  it.each([
    ['HTTP/1.0 200 OK', 200],
    ['HTTP/1.1 404 ', 404],
    ['HTTP/1.1 200', 0],
    ['HTTP/1.1 20 OK', 0],
    ['HTTP/1.1 2000 OK', 0],
    ['HTTP/1.1  200 OK', 0],
    ['ICY 200 OK', 200],
    ['HTTP/1.1 abc OK', 0],
    ['nothing', 0],
  ])('of %j is %i', (line, status) => {
    expect(read(`${line}\r\n\r\n`).reply.status).toBe(status);
  });
});

describe('header', () => {
  it('ends only with two CR LF', () => {
    expect(read('HTTP/1.0 200 OK\n\nbody').reply.status).toBeUndefined();
    expect(read('HTTP/1.0 200 OK\r\n\r\n').reply.status).toBe(200);
  });

  it('must be complete within 4095 bytes', () => {
    const start = 'HTTP/1.0 200 OK\r\nX: ';
    const fits = start + 'x'.repeat(longestHeader - start.length - 4) + '\r\n\r\n';
    expect(fits.length).toBe(4095);
    expect(read(fits, 'abc')).toMatchObject({ readable: true, digest: md5('abc') });
    expect(read(`${fits}abc`)).toMatchObject({ readable: true, digest: md5('abc') });
    const longer = fits.replace('X: ', 'X: x');
    expect(read(longer)).toMatchObject({ readable: false });
    expect(read(longer.slice(0, 4094), longer.slice(4094)).reply.status).toBeUndefined();
  });
});

describe('digest', () => {
  it.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  ])('of %j', (body, digest) => {
    expect(read(`HTTP/1.0 200 OK\r\n\r\n${body}`).digest).toBe(digest);
  });

  it('takes at most Content-Length bytes, found by its exact case, also in the body', () => {
    const head = 'HTTP/1.0 200 OK\r\n';
    expect(read(`${head}Content-Length: 3\r\n\r\nabcdef`).digest).toBe(md5('abc'));
    expect(read(`${head}Content-Length: 3\r\n\r\na`, 'b', 'cdef').digest).toBe(md5('abc'));
    expect(read(`${head}Content-Length: 9\r\n\r\nabc`).digest).toBe(md5('abc'));
    expect(read(`${head}content-length: 3\r\n\r\nabcdef`).digest).toBe(md5('abcdef'));
    expect(read(`${head}Content-Length: many\r\n\r\nabcdef`).digest).toBe(md5('abcdef'));
    expect(read(`${head}\r\nContent-Length: 4\r\nabc`).digest).toBe(md5('Cont'));
    expect(read(`${head}\r\n`, 'Content-Length: 4\r\nabc').digest).toBe(md5('Content-Length: 4\r\nabc'));
    expect(read(`${head}\r\nContent-Length: 4 abc`).digest).toBe(md5('Content-Length: 4 abc'));
  });

  it('keeps chunk lines and any bytes as they came', () => {
    const body = Buffer.from([...Array(256).keys()]);
    const head = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    expect(read(Buffer.concat([head, body])).digest).toBe(md5(body));
  });

  it('is the same wherever the bytes are cut', () => {
    const whole = 'HTTP/1.0 200 OK\r\nServer: x\r\n\r\nsome body\r\n\r\nwith more';
    for (let at = 1; at < whole.length; at++) {
      const { digest, reply } = read(whole.slice(0, at), whole.slice(at));
      expect({ at, digest, status: reply.status }).toEqual({
        at,
        digest: md5('some body\r\n\r\nwith more'),
        status: 200,
      });
    }
    expect(read(...whole).digest).toBe(md5('some body\r\n\r\nwith more'));
  });

  it('does not keep the body', () => {
    const reply = createReply(true);
    readReply(reply, Buffer.from('HTTP/1.0 200 OK\r\n\r\n'));
    const piece = Buffer.alloc(65_536, 1);
    for (let i = 0; i < 64; i++) readReply(reply, piece);
    expect(reply.head.length).toBe(0);
    expect(reply.bodyLength).toBe(64 * 65_536);
  });
});

describe('a listener', () => {
  it('is shown the header and each hashed piece', () => {
    const shown: string[] = [];
    const listener = {
      header: (bytes: Uint8Array) => shown.push(`header ${Buffer.from(bytes)}`),
      body: (bytes: Uint8Array) => shown.push(`body ${Buffer.from(bytes)}`),
    };
    const reply = createReply(true);
    readReply(reply, Buffer.from('HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nab'), listener);
    readReply(reply, Buffer.from('cdef'), listener);
    readReply(reply, Buffer.from('g'), listener);
    expect(shown).toEqual(['header HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n', 'body ab', 'body cde']);
  });
});
