// Runs where a kernel has IPVS: the built listings while another process takes services away and brings them back, without a pause.
// Spec: ipvsadm 1.31 -R for the churn; returns what the listings said of it, judges nothing.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labRun, startIn } from '../lab/processes.ts';
import { program, whenDone } from '../lab/program.ts';
import { lvskitWords, start } from './ipvs-stage.ts';

export interface Listing {
  readonly words: string;
  readonly code: number | null;
  readonly stderr: string;
  /** Services listed, those listed twice, and lines or entries that no one put there. */
  readonly services: number;
  readonly twice: readonly string[];
  readonly torn: readonly string[];
}

export interface LabResult {
  readonly listings: readonly Listing[];
  /** Whole rounds of changes while the listings ran. */
  readonly changed: number;
}

const count = 10_000;
const rounds = 2;
const address = (at: number) => `10.1.${at >> 8}.${at & 255}`;
/** What a service looks like when it is whole: the weight tells which server belongs to which service. */
const lineOf = (at: number, verb: 'A' | 'a' | 'D') =>
  verb === 'a'
    ? `-a -t ${address(at)}:80 -r 10.2.${at >> 8}.${at & 255}:80 -m -w ${at + 1}`
    : `-${verb} -t ${address(at)}:80${verb === 'A' ? ' -s rr' : ''}`;

interface Found {
  readonly service: string;
  readonly servers: readonly string[];
}

/** `10.2.x.y:80 weight` of the service with the same x.y. */
const belongs = ({ service, servers }: Found): boolean => {
  const [, tail = ''] = /^10\.1\.(\d+\.\d+):80$/.exec(service) ?? [];
  const [high = 0, low = 0] = tail.split('.').map(Number);
  const [server, ...others] = servers;
  return (
    tail !== '' &&
    others.length === 0 &&
    (server === undefined || server === `10.2.${tail}:80 ${high * 256 + low + 1}`)
  );
};

function fromRules(text: string): Found[] {
  const found: { service: string; servers: string[] }[] = [];
  for (const line of text.split('\n').filter(Boolean)) {
    const words = line.split(' ');
    if (words[0] === '-A' && /^-A -t \S+ -s rr$/.test(line))
      found.push({ service: words[2] ?? '', servers: [] });
    else if (/^-a -t \S+ -r \S+ -m -w \d+$/.test(line) && found.at(-1)?.service === words[2])
      found.at(-1)?.servers.push(`${words[4]} ${words[7]}`);
    else found.push({ service: `torn: ${line}`, servers: [] });
  }
  return found;
}

function fromListing(text: string): Found[] {
  const found: { service: string; servers: string[] }[] = [];
  for (const line of text.split('\n').slice(3).filter(Boolean)) {
    const service = /^TCP {2}(\S+) rr$/.exec(line)?.[1];
    const server = /^ {2}-> (\S+) +Masq +(\d+) +0 +0 +$/.exec(line);
    if (service !== undefined) found.push({ service, servers: [] });
    else if (server !== null) found.at(-1)?.servers.push(`${server[1]} ${server[2]}`);
    else found.push({ service: `torn: ${line}`, servers: [] });
  }
  return found;
}

interface Document {
  readonly services: readonly {
    readonly address: string;
    readonly port: number;
    readonly destinations: readonly {
      readonly address: string;
      readonly port: number;
      readonly weight: number;
    }[];
  }[];
}
const fromDocument = (text: string): Found[] =>
  (JSON.parse(text) as Document).services.map(({ address: host, port, destinations }) => ({
    service: `${host}:${port}`,
    servers: destinations.map(one => `${one.address}:${one.port} ${one.weight}`),
  }));

const readers: Readonly<Record<string, (text: string) => Found[]>> = {
  'ipvsadm -Ln': fromListing,
  'ipvsadm -Sn': fromRules,
  'vs save': fromRules,
  'vs list --json': fromDocument,
  'vs export --format json': fromDocument,
};

await program(async (): Promise<LabResult> => {
  const space = 'churn';
  execFileSync('ip', ['netns', 'add', space]);
  whenDone(() => execFileSync('ip', ['netns', 'del', space]));
  // Without any local address the kernel takes every destination for a broadcast address.
  execFileSync('ip', ['-n', space, 'link', 'set', 'lo', 'up']);
  const all = Array.from({ length: count }, (_, at) => at);
  // Half of them go and come back, scattered over the table; the first rounds already run while the listings begin.
  const moving = all.filter(at => at % 2 === 0).sort((a, b) => ((a * 7919) % count) - ((b * 7919) % count));
  const fill = all.flatMap(at => [lineOf(at, 'A'), lineOf(at, 'a')]);
  const change = moving.flatMap(at => [lineOf(at, 'D'), lineOf(at, 'A'), lineOf(at, 'a')]);
  const file = join(labRun(), 'change');
  const log = join(labRun(), 'rounds');
  writeFileSync(file, `${change.join('\n')}\n`);
  writeFileSync(log, '');
  execFileSync('nsenter', [`--net=/run/netns/${space}`, 'ipvsadm', '-R'], { input: `${fill.join('\n')}\n` });
  const churn = startIn(space, 'churn', 'sh', [
    '-c',
    `while :; do ipvsadm -R <${file} && echo . >>${log}; done`,
  ]);
  const listings: Listing[] = [];
  const changed = () => readFileSync(log, 'utf8').split('\n').length - 1;
  // However slow the machine is, the table is changed from end to end at least once.
  for (let round = 0; round < rounds || changed() === 0; round++) {
    for (const [words, read] of Object.entries(readers)) {
      const { code, stdout, stderr } = await start(space, lvskitWords(...words.split(' '))).ended;
      const found = read(stdout);
      const seen = new Set<string>();
      const twice = found.filter(({ service }) => seen.size === seen.add(service).size);
      listings.push({
        words,
        code,
        stderr,
        services: found.length,
        twice: twice.map(({ service }) => service),
        torn: found.filter(one => !belongs(one)).map(one => JSON.stringify(one)),
      });
    }
  }
  churn.killTree();
  return { listings, changed: changed() };
});
