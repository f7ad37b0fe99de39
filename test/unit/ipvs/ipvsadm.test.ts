// ipvsadm's words and listings without a kernel. Truth: what ipvsadm 1.31 said on Linux 6.1; test/kernel/ipvsadm.test.ts asks it afresh.
import { describe, expect, it } from 'vitest';
import { printConnections, readCommand, requestOf, restoreLines } from '../../../src/core/ipvs/index.ts';
import { looseAddress, ntop } from '../../../src/core/ipvs/ipvsadm/numbers.ts';
import { sortServices } from '../../../src/core/ipvs/ipvsadm/order.ts';
import { wordsOf } from '../../../src/core/ipvs/ipvsadm/reader.ts';
import type { Address } from '../../../src/core/net/index.ts';

const names = { host: () => undefined, port: () => undefined };
const read = (line: string) => readCommand(line.split(' '), names);

describe('a command line', () => {
  it.each([
    ['-Lq', 255, '-Lq: unknown option\n'],
    ['-A -t', 255, '-t: missing argument\n'],
    ['-AC', 2, "invalid option `-AC'\n"],
    ['-A -6 -f 3', 2, '-6 used before -f\n\n'],
    ['-D', 2, "You need to supply the 'service-address' option for the 'delete-service' command\n"],
    [
      '-L -t 10.0.0.1:80 -c',
      2,
      "The option 'service-address' conflicts with the 'connection' option in the 'list' command\n",
    ],
    [
      '-a -t 10.0.0.1:80 -r 10.0.0.7 -i --tun-type gue',
      2,
      "You need to supply the 'tun-port' option for the 'gue' tunnel type\n",
    ],
    ['-A -b nosuch', 2, "invalid scheduler flag `nosuch'\n"],
  ])('%s exits %i', (line, status, complaint) => {
    expect(read(line)).toMatchObject({ kind: 'refused', status, complaint });
  });

  it.each(['foo', '-n -L', '-t 10.0.0.1:80'])(
    'that begins with no command is answered with a hint: %s',
    line => {
      expect(read(line)).toEqual({ kind: 'try-help' });
    },
  );

  it('takes bundles, attached and optional arguments', () => {
    expect(read('-At10.0.0.1:80 -p -s rr')).toMatchObject({
      command: { rule: { service: { scheduler: 'rr', persistence: { timeout: 360, maskLength: 32 } } } },
    });
    expect(read('-at 10.0.0.2:80 -mr 10.0.1.1:81 -w=5')).toMatchObject({
      command: { rule: { destination: { port: 81, weight: 5, forwarding: 'NAT' } } },
    });
  });

  it('takes the port of the service that stands before the server', () => {
    const portOf = (line: string) =>
      (read(line) as { command: { rule: { destination: { port: number } } } }).command.rule.destination.port;
    expect(portOf('-a -t 10.0.0.1:80 -r 10.0.1.1 -m')).toBe(80);
    expect(portOf('-a -r 10.0.1.1 -t 10.0.0.1:80 -m')).toBe(0);
  });
});

describe('a restore', () => {
  it('parts words at blanks only and loses what the original loses', () => {
    const text = '-A\t-t x\r\n\n ipvsadm -Z\n# c\n-C';
    for (const pieces of [[text], [...text], [text.slice(0, 9), text.slice(9)]]) {
      expect([...restoreLines(pieces)].map(wordsOf)).toEqual([
        ['-A', '-t', 'x'],
        [],
        ['-Z'],
        ['#', 'c'],
        ['-C'],
      ]);
    }
    expect([...restoreLines(['-C\n-Z  '])]).toEqual(['-C']);
  });
});

describe('addresses of the C library', () => {
  it.each([
    ['10.1', '10.0.0.1'],
    ['0x0a000003', '10.0.0.3'],
    ['012.0.0.4', '10.0.0.4'],
    ['10.0.0.1 junk', '10.0.0.1'],
    ['1.2.3.4.5', undefined],
    ['256.1.1.1', undefined],
    ['08.0.0.1', undefined],
    ['', undefined],
  ])('%j is %s', (text, address) => {
    expect(looseAddress(text)).toBe(address);
  });

  it('prints ::/96 with a dotted tail', () => {
    expect(ntop('::a01:203' as Address)).toBe('::10.1.2.3');
    expect(ntop('::1' as Address)).toBe('::1');
    expect(ntop('2001:db8::1' as Address)).toBe('2001:db8::1');
  });
});

it('sorts addresses far apart the wrong way round, as ipvsadm does', () => {
  const service = (address: string) => ({
    id: { kind: 'address' as const, protocol: 'tcp' as const, address: address as Address, port: 80 },
  });
  const sorted = sortServices([service('10.0.0.1'), service('192.168.0.1')]);
  expect(sorted.map(({ id }) => id.address)).toEqual(['192.168.0.1', '10.0.0.1']);
});

it('lists connections with engine data in narrower columns than its title', () => {
  const text =
    'Pro\nUDP 0A000001 0000 0A000002 13C4 0A000003 13C4 NONE             60 sip abc@h\nTCP 0A000001 0FA0 0A000002 0050 0A000003 0050 ESTABLISHED    3725\n';
  expect(printConnections(text, true, undefined).split('\n')).toEqual([
    'IPVS connection entries',
    'pro expire state       source             virtual            destination        pe name          pe_data',
    'UDP 01:00  NONE        10.0.0.1:0         10.0.0.2:5060      10.0.0.3:5060    sip                abc@h',
    'TCP 62:05  ESTABLISHED 10.0.0.1:4000      10.0.0.2:80        10.0.0.3:80',
    '',
  ]);
});

describe('a mask without persistence', () => {
  const netmaskOf = (line: string) => {
    const reading = read(line);
    if (reading.kind !== 'command') throw new Error(line);
    const { payload } = requestOf(reading.command, 29) ?? {};
    if (payload === undefined) throw new Error('no request');
    const bytes = Buffer.from(payload);
    // IPVS_SVC_ATTR_NETMASK is 9: length 8, type 9, four bytes; inside of IPVS_CMD_ATTR_SERVICE.
    return bytes.subarray(bytes.indexOf(Buffer.from([8, 0, 9, 0])) + 4).subarray(0, 4);
  };

  it.each([
    ['-A -t 10.0.0.1:80', [255, 255, 255, 255]],
    ['-A -t 10.0.0.1:80 -M 255.255.255.0', [255, 255, 255, 0]],
    ['-E -t 10.0.0.1:80 -M 255.0.255.0', [255, 0, 255, 0]],
    ['-A -t 10.0.0.1:80 -M 255.255.0.0 -p', [255, 255, 0, 0]],
    ['-A -f 5 -M 255.0.0.0', [255, 0, 0, 0]],
  ])('is sent as it was given: %s', (line, mask) => {
    expect([...netmaskOf(line)]).toEqual(mask);
  });
});
