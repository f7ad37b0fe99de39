// Listings of real connections: masqueraded, routed, tunnelled, UDP, IPv6, persistent, of a firewall mark, with SIP data.
// Spec: ipvsadm 1.31 in the same namespace, before and after ours; for filters, ours without any.
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ensureBuilt } from '../lab/built.ts';
import { labResult, labTime } from '../lab/run-program.ts';
import { kinds } from './ipvs-connections-kinds.ts';
import type { LabResult } from './ipvs-connections-lab.ts';
import { schemaFaults } from './ipvs-schema.ts';

let result: LabResult;

beforeAll(async () => {
  ensureBuilt();
  result = await labResult({ script: 'test/kernel/ipvs-connections-lab.ts' });
}, labTime);

it('has every kind of connection to list', () => {
  expect(Object.values(result.alive)).toEqual([true, true, true, true, true]);
  const { before } = result.listings['-Lnc --persistent-conn'] ?? { before: '' };
  for (const kind of kinds) expect(before).toMatch(kind);
});

describe('lvskit ipvsadm', () => {
  /** Lines without their timers -> the timers in seconds. */
  const parts = (text = ''): Map<string, number> =>
    new Map(
      text.split('\n').map(line => {
        const [, protocol, minutes, seconds, rest] = /^(\w+ +)(\d+):(\d\d)(.*)$/.exec(line) ?? [];
        return protocol === undefined
          ? [line, Number.NaN]
          : [`${protocol}MM:SS${rest}`, Number(minutes) * 60 + Number(seconds)];
      }),
    );

  it.each(['-Lnc', '-Lnc --persistent-conn', '-L -c -n', '-Lc', '-lc --persistent-conn'])(
    'lists as ipvsadm does: %s',
    words => {
      const listing = result.listings[words];
      const [before, ours, after] = [
        parts(listing?.before),
        parts(listing?.ours.stdout),
        parts(listing?.after),
      ];
      expect(listing?.ours).toMatchObject({ code: 0, stderr: '' });
      expect(after.size).toBeGreaterThan(12);
      expectBetween([...before.keys()], [...ours.keys()], [...after.keys()]);
      // Nothing moves on these connections: a timer only runs down, and ours was read between the two others.
      for (const [line, value] of ours) {
        if (Number.isNaN(value)) continue;
        expect([line, value <= (before.get(line) ?? 0)]).toEqual([line, true]);
        expect([line, value >= (after.get(line) ?? 0)]).toEqual([line, true]);
      }
    },
  );
});

/** Connections only go while nobody makes new ones: ours has nothing that was not there before, and all that is there afterwards. */
function expectBetween(before: readonly string[], ours: readonly string[], after: readonly string[]): void {
  expect(ours).toEqual(before.filter(line => ours.includes(line)));
  expect(after).toEqual(ours.filter(line => after.includes(line)));
}

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
const read = (text: string): Entry[] => (JSON.parse(text) as { connections: Entry[] }).connections;
const filtered = (words: string) => {
  const found = result.filters[words];
  if (found === undefined) throw new Error(`conn list ${words} was not run`);
  return found;
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
    ['--state assured', ({ state }) => state === 'ASSURED'],
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
    const { before, ours, after } = filtered(`--json ${words}`);
    const [earlier, later] = [before, after].map(text => read(text).filter(wanted).map(told));
    expect(later?.length).toBeGreaterThan(0);
    expectBetween(earlier ?? [], read(ours.stdout).map(told), later ?? []);
  });

  it('has templates, marks and engine data in its document, by the schema', () => {
    const json = filtered('--json').ours.stdout;
    expect(schemaFaults(JSON.parse(json))).toEqual([]);
    expect(read(json).filter(({ engine }) => engine !== undefined)).toMatchObject([
      { template: true, engine: { name: 'sip' } },
      { template: true, engine: { name: 'sip' } },
    ]);
    const yaml = parse(filtered('--yaml').ours.stdout) as { connections: Entry[] };
    expect(yaml.connections.map(({ engine }) => engine?.data)).toContain('843817637684230@998sdasdh09');
  });

  it('shows a table for people', () => {
    const lines = filtered('').ours.stdout.split('\n');
    expect(lines[0]).toBe(
      'PROTOCOL  STATE        EXPIRES  CLIENT           SERVICE        SERVER         ENGINE',
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^ip +template +\d+ s +10\.0\.0\.1:0 +fwmark:5 +10\.0\.1\.11:0$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^udp +template .* sip 843817637684230@998sdasdh09$/));
  });

  it('shows nothing where nothing matches', () => {
    expect(filtered('--server 192.0.2.1').ours).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('refuses a word that is no state, and names those there are', () => {
    const { code, stdout, stderr } = filtered('--json --state open').ours;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^lvskit: --state open: .*\n {2}Known states: established, .*\.\n$/);
  });

  it('refuses a word that is no address', () => {
    const { code, stdout, stderr } = filtered('--json --client nonsense:x').ours;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("there is no host 'nonsense'");
  });
});
