// The lines read at a glance: the command is the one the reader of all lines makes of them, or they are left to it.
// Truth: readCommand, which test/kernel/ipvsadm.test.ts holds against ipvsadm 1.31.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSavedLine } from '../../../src/core/ipvs/fast/saved-line.ts';
import { readCommand } from '../../../src/core/ipvs/index.ts';
import { wordsOf } from '../../../src/core/ipvs/ipvsadm/reader.ts';

const noNames = { host: () => undefined, port: () => undefined };
const read = (line: string) => readCommand(wordsOf(line), noNames);

const octet = fc.nat({ max: 255 });
const address = fc.tuple(octet, octet, octet, octet).map(parts => parts.join('.'));
const place = fc.tuple(address, fc.integer({ min: 1, max: 65_535 })).map(([host, port]) => `${host}:${port}`);
const service = fc.tuple(fc.constantFrom('-t', '-u'), place).map(words => words.join(' '));
const saved = fc.oneof(
  fc.tuple(service, fc.constantFrom('rr', 'wrr', 'wlc', 'sh')).map(([id, name]) => `-A ${id} -s ${name}`),
  fc
    .tuple(service, place, fc.constantFrom('-m', '-g'), fc.nat({ max: 999_999_999 }))
    .map(([id, server, way, weight]) => `-a ${id} -r ${server} ${way} -w ${weight}`),
);
/** Lines with one piece changed: nearly what is read at a glance. */
const near = fc
  .tuple(
    saved,
    fc.nat({ max: 80 }),
    fc.nat({ max: 3 }),
    fc.constantFrom(
      '',
      ' ',
      '-',
      '0',
      '9',
      '.',
      ':',
      'x',
      '[::1]',
      ' -p',
      ' -x 5',
      ' -6',
      '99999',
      '\t',
      '\r',
      'ipvsadm ',
    ),
  )
  .map(([line, at, removed, added]) => line.slice(0, at) + added + line.slice(at + removed));

describe('a saved line', () => {
  it('is read at a glance', () => {
    fc.assert(
      fc.property(saved, line => {
        expect({ kind: 'command', command: readSavedLine(line) }).toEqual(read(line));
      }),
    );
  });

  it('that is only nearly one means the same or is left to the other reader', () => {
    fc.assert(
      fc.property(near, line => {
        const command = readSavedLine(line);
        if (command !== undefined) expect({ kind: 'command', command }).toEqual(read(line));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    '-A -t 10.0.0.1:0 -s rr',
    '-A -t 10.0.0.1:65536 -s rr',
    '-A -t 010.0.0.1:80 -s rr',
    '-A -t 10.0.0.256:80 -s rr',
    '-a -t 10.0.0.1:80 -r 10.0.0.2:80 -i -w 1 --tun-type ipip',
    '-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 9999999999',
    '-a -t 10.0.0.1:80 -r 10.0.0.2 -m -w 1',
  ])('that needs a closer look is left to the other reader: %s', line => {
    expect(readSavedLine(line)).toBeUndefined();
  });
});
