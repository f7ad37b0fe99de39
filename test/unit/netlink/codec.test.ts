// Messages, attributes, verdicts and families. Second opinion: the codec of npm netlink 0.3.0 (pure part), and recorded kernel bytes.
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/core/fault.ts';
import {
  AttributeWriter,
  decodeFamily,
  decodeMessages,
  encodeMessages,
  errnoName,
  getFamily,
  type Message,
  messageFlags,
  readAttributes,
} from '../../../src/core/netlink/index.ts';
import { decodeVerdict, refusal } from '../../../src/core/netlink/verdict.ts';
import { errorMessage } from '../../fake/kernel.ts';
import { kernelAnswers } from '../ipvs/kernel-answers.ts';

interface Oracle {
  formatMessage(message: {
    type: number;
    flags: number;
    seq: number;
    port: number;
    data: Uint8Array;
  }): Buffer[];
  formatAttribute(attribute: { type: number; nested?: boolean; data: Uint8Array }): Buffer[];
  putString(text: string): Buffer;
}
const oracle = createRequire(import.meta.url)('netlink/dist/structs.js') as Oracle;

const message = (payload: Uint8Array, sequence = 1): Message => ({
  type: 28,
  flags: 5,
  sequence,
  port: 7,
  payload,
});

describe('messages', () => {
  it('have the bytes npm netlink gives them', () => {
    const payload = Buffer.from('0102030405060708', 'hex');
    const theirs = Buffer.concat(
      oracle.formatMessage({ type: 28, flags: 5, seq: 1, port: 7, data: payload }),
    );
    expect(Buffer.from(encodeMessages([message(payload)])).toString('hex')).toBe(theirs.toString('hex'));
  });

  it('stand behind each other padded to four bytes', () => {
    const bytes = encodeMessages([message(Uint8Array.of(1, 2, 3), 1), message(Uint8Array.of(9), 2)]);
    expect(bytes.length).toBe(40);
    const decoded = unwrap(decodeMessages(bytes));
    expect(decoded.map(one => [one.sequence, [...one.payload]])).toEqual([
      [1, [1, 2, 3]],
      [2, [9]],
    ]);
  });

  it('are refused at every truncation, never thrown at', () => {
    const bytes = encodeMessages([message(Uint8Array.of(1, 2, 3, 4))]);
    for (let length = 1; length < bytes.length; length++) {
      const cut = decodeMessages(bytes.subarray(0, length));
      expect(cut.ok ? 'accepted' : cut.fault.code).toBe('netlink-malformed');
    }
  });
});

describe('attributes', () => {
  it('have the bytes npm netlink gives them, nested ones included', () => {
    const text = Buffer.concat([...oracle.formatAttribute({ type: 2, data: oracle.putString('eth') })]);
    const theirs = Buffer.concat(oracle.formatAttribute({ type: 5, nested: true, data: text }));
    const ours = new AttributeWriter().nested(5, inner => inner.text(2, 'eth')).finish();
    expect(Buffer.from(ours).toString('hex')).toBe(theirs.toString('hex'));
  });

  it('survive the growth of the buffer', () => {
    const writer = new AttributeWriter(16);
    writer.raw(Uint8Array.of(1, 2, 3, 4));
    for (let type = 1; type <= 200; type++) writer.u32(type, type * 3);
    const values = unwrap(
      readAttributes(writer.finish().subarray(4), 'growth', reader => {
        const read: number[] = [];
        while (reader.next()) read.push(reader.u32());
        return read;
      }),
    );
    expect(values).toEqual(Array.from({ length: 200 }, (_, index) => (index + 1) * 3));
    expect([...writer.finish().subarray(0, 4)]).toEqual([1, 2, 3, 4]);
  });

  it('of the wrong size leave a fault that cannot be forgotten', () => {
    const bytes = new AttributeWriter().u16(3, 5).finish();
    const read = readAttributes(bytes, 'sizes', reader => (reader.next() ? reader.u32() : 0));
    expect(read).toMatchObject({ ok: false, fault: { message: 'sizes: attribute 3 has 2 bytes, not 4' } });
  });

  it('that break inside a nested one end the outer walk too', () => {
    const bytes = new AttributeWriter()
      .bytes(1, Uint8Array.of(99, 0, 1, 0))
      .u8(2, 1)
      .finish();
    let walked = 0;
    const read = readAttributes(bytes, 'nest', reader => {
      while (reader.next()) {
        walked++;
        reader.nested(inner => inner.next());
      }
    });
    expect(read.ok).toBe(false);
    expect(walked).toBe(1);
  });

  it('longer than 65535 bytes are refused when written', () => {
    expect(() => new AttributeWriter().bytes(1, new Uint8Array(65_532))).toThrow(RangeError);
  });
});

describe('verdicts', () => {
  const request = message(new Uint8Array(8), 42);

  it('carry errno name and extended-ack text', () => {
    const verdict = decodeVerdict(errorMessage(request, 22, 'Invalid weight'), 'error');
    expect(verdict).toMatchObject({ errno: 22, text: 'Invalid weight' });
    if ('code' in verdict) throw new Error('malformed');
    expect(refusal('IPVS_CMD_NEW_DEST', verdict).fault).toEqual({
      code: 'netlink-refused',
      message: 'IPVS_CMD_NEW_DEST: EINVAL, Invalid weight',
      operation: 'IPVS_CMD_NEW_DEST',
      errno: 'EINVAL',
      kernelText: 'Invalid weight',
    });
  });

  // Truth: linux/netlink.h NLMSGERR_ATTR_OFFS: bytes from the beginning of the request's header.
  it('say at which byte of the request the refused attribute stands', () => {
    const head = Buffer.alloc(4 + 16);
    head.writeInt32LE(-34, 0);
    const attributes = new AttributeWriter().raw(head).text(1, 'integer out of range').u32(2, 36).finish();
    const flags = messageFlags.ackAttributes | messageFlags.capped;
    const verdict = decodeVerdict({ type: 2, flags, sequence: 42, port: 0, payload: attributes }, 'error');
    if ('code' in verdict) throw new Error('malformed');
    expect(refusal('RTM_NEWADDR', verdict).fault).toMatchObject({
      message: 'RTM_NEWADDR: ERANGE, integer out of range (attribute at byte 36)',
      offset: 36,
    });
    expect(refusal('RTM_NEWADDR', { ...verdict, text: undefined }).fault.message).toBe(
      'RTM_NEWADDR: ERANGE (attribute at byte 36)',
    );
  });

  it('of EPERM are not-permitted', () => {
    expect(refusal('X', { errno: 1, text: undefined, offset: undefined }).fault.code).toBe('not-permitted');
    expect(errnoName(4000)).toBe('E4000');
  });

  it('find the text behind a request echoed in full', () => {
    const head = Buffer.alloc(4 + 16 + 8);
    head.writeInt32LE(-17, 0);
    head.writeUInt32LE(16 + 8, 4);
    const payload = new AttributeWriter().raw(head).text(1, 'there').u32(2, 20).finish();
    const full: Message = { type: 2, flags: messageFlags.ackAttributes, sequence: 1, port: 0, payload };
    expect(decodeVerdict(full, 'error')).toEqual({ errno: 17, text: 'there', offset: 20 });
  });

  it('cut short are malformed', () => {
    expect(decodeVerdict({ ...request, type: 2, payload: new Uint8Array(19) }, 'error')).toMatchObject({
      code: 'netlink-malformed',
    });
    expect(decodeVerdict({ ...request, type: 3, payload: new Uint8Array(0) }, 'done')).toMatchObject({
      errno: 0,
    });
  });
});

describe('generic families', () => {
  it('are read from what a kernel answered', () => {
    const payload = Buffer.from(kernelAnswers.family, 'hex');
    expect(unwrap(decodeFamily([message(payload)]))).toMatchObject({ id: 28, name: 'IPVS', version: 1 });
  });

  it('are asked for by name with a final NUL', () => {
    expect(Buffer.from(getFamily('IPVS').payload).toString('hex')).toBe('03010000090002004950565300000000');
  });

  it('without an answer are a fault', () => {
    expect(decodeFamily([]).ok).toBe(false);
    expect(decodeFamily([message(Uint8Array.of(1))]).ok).toBe(false);
  });
});
