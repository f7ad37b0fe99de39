// Listings of real connections: masqueraded, routed, tunnelled, UDP, IPv6, persistent, of a firewall mark, with SIP data.
// Stands behind it: ipvsadm 1.31 in the same namespace, before and after ours; for filters, ours without any.
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ensureBuilt } from '../lab/built.ts';
import { runWithIpvs } from '../lab/run-program.ts';
import type { LabResult } from './ipvs-connections-lab.ts';
import { schemaFaults } from './ipvs-schema.ts';

let result: LabResult;

beforeAll(async () => {
  ensureBuilt();
  const run = await runWithIpvs({ script: 'test/kernel/ipvs-connections-lab.ts', timeout: 200_000 });
  if (run.status !== 0)
    throw new Error(`the lab did not finish${run.timedOut ? ' in time' : ''}:\n${run.console}`);
  result = run.result as LabResult;
});

it('has every kind of connection to list', () => {
  expect(Object.values(result.alive)).toEqual([true, true, true, true, true]);
  const { before } = result.listings['-Lnc --persistent-conn'] ?? { before: '' };
  for (const expected of [
    /^TCP .*ESTABLISHED 10\.0\.0\.2:\d+ +10\.0\.0\.1:80 +10\.0\.1\.11:80$/m,
    /^TCP .*ESTABLISHED 10\.0\.0\.2:\d+ +10\.0\.0\.1:81 +10\.0\.1\.11:81$/m,
    /^TCP .*ESTABLISHED 10\.0\.0\.2:\d+ +10\.0\.0\.1:82 +10\.0\.1\.12:82$/m,
    /^TCP .*TIME_WAIT /m,
    /^TCP .*10\.0\.0\.2:0 +10\.0\.0\.1:83 /m,
    /^TCP .*\[fd00::2\]:\d+ +\[fd00::1\]:80 +\[fd01::11\]:80$/m,
    /^UDP .*\[fd00::2\]:\d+ +\[fd00::1\]:80 +\[fd01::12\]:80$/m,
    /^IP .*NONE +10\.0\.0\.1:0 +0\.0\.0\.5:0 +10\.0\.1\.11:0$/m,
    /^UDP .* sip +843817637684230@998sdasdh09$/m,
    /^UDP .* sip +short@1$/m,
  ])
    expect(before).toMatch(expected);
});

describe('lvskit ipvsadm', () => {
  /** Lines without their timers, and the timers in seconds. */
  const parts = (text: string) => {
    const seconds: number[] = [];
    const lines = text.split('\n').map(line =>
      line.replace(/^(\w+ +)(\d\d):(\d\d)/, (_, protocol: string, minutes: string, rest: string) => {
        seconds.push(Number(minutes) * 60 + Number(rest));
        return `${protocol}MM:SS`;
      }),
    );
    return { lines, seconds };
  };

  it.each(['-Lnc', '-Lnc --persistent-conn', '-L -c -n', '-Lc', '-lc --persistent-conn'])(
    'lists as ipvsadm does: %s',
    words => {
      const listing = result.listings[words];
      const [before, ours, after] = [listing?.before, listing?.ours.stdout, listing?.after].map(text =>
        parts(text ?? ''),
      );
      expect(listing?.ours).toMatchObject({ code: 0, stderr: '' });
      expect(before?.seconds.length).toBeGreaterThan(12);
      expect(after?.lines).toEqual(before?.lines);
      expect(ours?.lines).toEqual(before?.lines);
      // Nothing moves on these connections: a timer only runs down, and ours was read between the two others.
      for (const [index, value] of (ours?.seconds ?? []).entries()) {
        expect(value).toBeLessThanOrEqual(before?.seconds[index] ?? 0);
        expect(value).toBeGreaterThanOrEqual(after?.seconds[index] ?? 0);
      }
    },
  );
});

interface End {
  readonly address: string;
  readonly port: number;
}
interface Entry {
  readonly protocol: string;
  readonly client: End;
  readonly virtual: End;
  readonly destination: End;
  readonly state: string;
  readonly template: boolean;
  readonly fwmark?: number;
  readonly engine?: { readonly name: string; readonly data: string };
}
const entries = (words: string): Entry[] => {
  const { stdout } = result.filters[words] ?? { stdout: '{}' };
  return (JSON.parse(stdout) as { connections: Entry[] }).connections;
};
const at = ({ address, port }: End, wanted: string) =>
  wanted === address || wanted === `${address}:${port}` || wanted === `[${address}]:${port}`;

describe('conn list', () => {
  it.each<[string, (entry: Entry) => boolean]>([
    ['--client 10.0.0.2', ({ client }) => at(client, '10.0.0.2')],
    ['--client fd00::2', ({ client }) => at(client, 'fd00::2')],
    ['--service 10.0.0.1', ({ virtual }) => at(virtual, '10.0.0.1')],
    ['--service 10.0.0.1:83', ({ virtual }) => at(virtual, '10.0.0.1:83')],
    ['--service tcp:10.0.0.1:80', entry => entry.protocol === 'tcp' && at(entry.virtual, '10.0.0.1:80')],
    ['--service udp:10.0.0.1:80', entry => entry.protocol === 'udp' && at(entry.virtual, '10.0.0.1:80')],
    ['--service [fd00::1]:80', ({ virtual }) => at(virtual, '[fd00::1]:80')],
    ['--service fwmark:5', ({ fwmark }) => fwmark === 5],
    ['--server 10.0.1.12', ({ destination }) => at(destination, '10.0.1.12')],
    ['--server 10.0.1.12:82', ({ destination }) => at(destination, '10.0.1.12:82')],
    ['--server [fd01::11]:80', ({ destination }) => at(destination, '[fd01::11]:80')],
    ['--protocol udp', ({ protocol }) => protocol === 'udp'],
    ['--protocol ip', ({ protocol }) => protocol === 'ip'],
    ['--state established', ({ state }) => state === 'ESTABLISHED'],
    [
      '--state ESTABLISHED --protocol tcp --server 10.0.1.11',
      entry =>
        entry.state === 'ESTABLISHED' && entry.protocol === 'tcp' && at(entry.destination, '10.0.1.11'),
    ],
    ['--templates only', ({ template }) => template],
    ['--templates without', ({ template }) => !template],
  ])('%s', (words, wanted) => {
    const told = ({ client, virtual, destination, protocol }: Entry) =>
      JSON.stringify([protocol, client, virtual, destination]);
    const expected = entries('--json').filter(wanted).map(told);
    expect(expected.length).toBeGreaterThan(0);
    expect(entries(`--json ${words}`).map(told)).toEqual(expected);
  });

  it('has templates, marks and engine data in its document, by the schema', () => {
    expect(schemaFaults(JSON.parse(result.filters['--json']?.stdout ?? ''))).toEqual([]);
    expect(entries('--json').filter(({ engine }) => engine !== undefined)).toMatchObject([
      { template: true, engine: { name: 'sip' } },
      { template: true, engine: { name: 'sip' } },
    ]);
    const yaml = parse(result.filters['--yaml']?.stdout ?? '') as { connections: Entry[] };
    expect(yaml.connections.map(({ engine }) => engine?.data)).toContain('843817637684230@998sdasdh09');
  });

  it('shows a table for people', () => {
    const lines = (result.filters['']?.stdout ?? '').split('\n');
    expect(lines[0]).toBe(
      'PROTOCOL  STATE        EXPIRES  CLIENT           SERVICE        SERVER         ENGINE',
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^ip +template +\d+ s +10\.0\.0\.1:0 +fwmark:5 +10\.0\.1\.11:0$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^udp +template .* sip 843817637684230@998sdasdh09$/));
  });

  it('shows nothing where nothing matches', () => {
    expect(result.filters['--server 192.0.2.1']).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('refuses a word that is no address', () => {
    expect(result.filters['--json --client nonsense:x']).toMatchObject({ code: 2, stdout: '' });
    expect(result.filters['--json --client nonsense:x']?.stderr).toContain('nonsense: no such host');
  });
});
