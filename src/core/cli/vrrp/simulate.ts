// What `lvskit vrrp simulate` does: loads the files, plays a scenario or the standard ones, says what came of it.
// Spec: docs/simulate.md. Exit 0, or 1 where a scenario ends without exactly one MASTER.

import { basename } from 'node:path';
import { exitCodes, FaultError, unwrap } from '../../fault.ts';
import { placeAt, unwritableFile, writeBytes } from '../../host/index.ts';
import {
  type Fleet,
  type FleetMember,
  fleetOf,
  type Outcome,
  outcomeOf,
  shortSeconds,
  simulate,
  standardTroubles,
  type Trouble,
} from '../../simulate/index.ts';
import { inSeconds, instant } from '../../time.ts';
import { visible } from '../../visible.ts';
import { readInput } from '../commands/text-input.ts';
import { paint } from '../ipvs/columns.ts';
import { loadElsewhere } from '../load-elsewhere.ts';
import { createProgress } from '../progress.ts';
import { wrapped } from '../status/wrap.ts';
import { readScenario } from './scenario-file.ts';
import { nameOf, type Played, simulationPicture } from './simulation-picture.ts';
import { bars, changes, legend } from './timeline.ts';

export interface SimulateCommand {
  /** Files, each perhaps as NAME=FILE. */
  readonly words: readonly string[];
  readonly scenario: string | undefined;
  readonly seed: number;
  readonly timeline: boolean;
  readonly svg: string | undefined;
  readonly json: boolean;
}

interface NamedFile {
  readonly name: string;
  readonly file: string;
}

/** `lb1=FILE` names a node; else the file's name without its ending does, or its whole path where two are alike. */
function namedFiles(words: readonly string[]): readonly NamedFile[] {
  const split = words.map(word => /^([\w.-]+)=(.+)$/s.exec(word));
  const short = words.map((word, index) => split[index]?.[1] ?? basename(word).replace(/\.[^.]+$/, ''));
  const named = words.map((word, index) => {
    const given = split[index];
    if (given != null) return { name: given[1] ?? '', file: given[2] ?? '' };
    const name = short[index] ?? word;
    return { name: short.filter(each => each === name).length > 1 ? word : name, file: word };
  });
  const twice = named.find(({ name }, index) => named.findIndex(each => each.name === name) !== index);
  if (twice !== undefined)
    throw new FaultError({
      code: 'usage',
      message: `two nodes would be called '${visible(twice.name)}'`,
      remedy: 'Name them: lb1=FILE lb2=FILE.',
    });
  return named;
}

async function troublesOf(
  command: SimulateCommand,
  fleet: Fleet,
  files: readonly NamedFile[],
): Promise<readonly Trouble[]> {
  if (command.scenario === undefined) return standardTroubles(fleet, command.seed);
  const { name: title, bytes } = unwrap(await readInput(command.scenario, 'a scenario'));
  const written = unwrap(
    readScenario(title, bytes.toString('utf8'), {
      nodes: new Map(fleet.nodes.map(({ name, links }) => [name, links.map(link => link.name)])),
      loadConfiguration: file => loadElsewhere(files.find(each => each.name === file)?.file ?? file),
    }),
  );
  const { seed = command.seed, ...rest } = written;
  const fault = rest.actions[0]?.at ?? instant(0);
  const scenario = { seed, nodes: fleet.nodes, keep: ['action', 'state', 'kernel'] as const, ...rest };
  return [
    {
      title,
      end: undefined,
      scenario,
      fault,
      recovery: fault,
      node: undefined,
      tracked: undefined,
      isWhole: true,
    },
  ];
}

/** Resolves with the exit code; throws FaultError for files that are refused. */
export async function simulateFleet(command: SimulateCommand): Promise<number> {
  const files = namedFiles(command.words);
  const members: readonly FleetMember[] = files.map(({ name, file }) => ({
    name,
    config: loadElsewhere(file),
  }));
  const fleet = fleetOf(members);
  if (fleet.routers.length === 0)
    throw new FaultError({
      code: 'configuration-refused',
      message: 'no file has a vrrp_instance with an interface: there is nothing to simulate',
      remedy: 'Name the keepalived.conf of each node of the fleet.',
    });
  if (command.svg !== undefined) mustBePicture(command.svg);
  const troubles = await troublesOf(command, fleet, files);
  const progress = createProgress('scenarios', troubles.length);
  const played = troubles.map((trouble): Played => {
    progress.step(visible(trouble.title));
    const result = simulate(trouble.scenario);
    return { trouble, outcomes: fleet.routers.map(router => outcomeOf(trouble, router, result)) };
  });
  progress.end();
  if (command.svg !== undefined) writePicture(command.svg, simulationPicture(played));
  process.stdout.write(
    command.json
      ? `${JSON.stringify(jsonOf(fleet, files, played), null, 2)}\n`
      : textOf(fleet, played, command),
  );
  const bad = played.some(({ outcomes }) => outcomes.some(({ grade }) => grade === 'bad'));
  return bad ? exitCodes.failure : exitCodes.ok;
}

/** `--svg lb1.conf` in place of another name must not cost the file. */
function mustBePicture(path: string): void {
  let place: ReturnType<typeof placeAt>;
  try {
    place = placeAt(path);
  } catch (error) {
    throw new FaultError(unwritableFile(path, error));
  }
  if (place.kind === 'file' && place.text !== '' && !place.text.startsWith('<svg '))
    throw new FaultError({
      code: 'usage',
      message: `${path} is there and is not an SVG picture: not overwritten`,
      remedy: 'Give another name, or remove the file.',
    });
}

function writePicture(path: string, svg: string): void {
  try {
    writeBytes(path, svg);
  } catch (error) {
    throw new FaultError(unwritableFile(path, error));
  }
}

function textOf(fleet: Fleet, played: readonly Played[], command: SimulateCommand): string {
  const colour = paint();
  const width = process.stdout.columns ?? 80;
  const long = command.timeline || command.scenario !== undefined;
  const marks = { good: colour.green('✓'), note: colour.yellow('!'), bad: colour.red('✗') } as const;
  const parts = fleet.notes.map(note => `note: ${visible(note)}\n`);
  for (const { trouble, outcomes } of played) {
    const head = trouble.end === undefined ? trouble.title : `${trouble.title}, then ${trouble.end}`;
    parts.push(`${colour.bold(visible(head))}\n`);
    const groups = alike(outcomes);
    for (const group of long ? groups : groups.slice(0, mostGroups)) {
      const [first] = group as [Outcome];
      const names = shortened(group.map(nameOf));
      parts.push(
        `  ${marks[first.grade]} ${visible(names)}: ${first.verdict.map(visible).join('; ')}${times(first)}\n`,
      );
      if (!long) continue;
      for (const outcome of group)
        parts.push(
          `${group.length > 1 ? `  ${visible(nameOf(outcome))}\n` : ''}${bars(outcome, trouble, width)}${command.timeline ? '' : changes(outcome, trouble)}`,
        );
    }
    const hidden = groups.length - mostGroups;
    if (!long && hidden > 0) parts.push(`  ... and ${hidden} more outcomes (--timeline, --json)\n`);
  }
  if (long) parts.push(`${legend}\n`);
  const bad = played.filter(({ outcomes }) => outcomes.some(({ grade }) => grade === 'bad')).length;
  const count = `${played.length} ${played.length === 1 ? 'scenario' : 'scenarios'}`;
  parts.push(
    bad === 0
      ? `${count}: each ends with one MASTER for each virtual router.\n`
      : `${count}, ${bad} of them ${bad === 1 ? 'ends' : 'end'} without exactly one MASTER (✗).\n`,
  );
  return wrapped(parts.join(''), width);
}

/** With hundreds of routers and packets that are lost, each has a story of its own. */
const mostGroups = 10;
const mostNames = 6;
const shortened = (names: readonly string[]): string =>
  names.length <= mostNames
    ? names.join(', ')
    : `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`;

/** Microseconds below which nobody notices. */
const noticeable = 20_000;
function times({ withoutHolder, twoMasters }: Outcome): string {
  const parts = [
    ...(withoutHolder >= noticeable ? [`${shortSeconds(withoutHolder)} without the address`] : []),
    ...(twoMasters >= noticeable ? [`two MASTERs for ${shortSeconds(twoMasters)}`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** Routers of which the same is said, together; the worst first. */
function alike(outcomes: readonly Outcome[]): readonly (readonly Outcome[])[] {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const key = JSON.stringify([outcome.grade, outcome.verdict, times(outcome)]);
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  return [...groups.values()].sort(([a], [b]) => rank[a?.grade ?? 'good'] - rank[b?.grade ?? 'good']);
}

const rank = { bad: 0, note: 1, good: 2 } as const;

const inOrder = (moment: Outcome['before']) => ({
  masters: moment.masters,
  nodes: Object.fromEntries(
    [...moment.nodes].map(([node, { state = null, priority, cause }]) => [node, { state, priority, cause }]),
  ),
});
const secondsAt = (at: number): number => inSeconds(at as never);

function jsonOf(fleet: Fleet, files: readonly NamedFile[], played: readonly Played[]): unknown {
  return {
    nodes: fleet.nodes.map(({ name, links }) => ({
      name,
      file: files.find(each => each.name === name)?.file,
      interfaces: links.map(link => ({
        name: link.name,
        segment: link.segment.replace('\0', ' '),
        addresses: link.addresses,
      })),
    })),
    notes: fleet.notes,
    scenarios: played.map(({ trouble, outcomes }) => ({
      title: trouble.title,
      end: trouble.end ?? null,
      seed: trouble.scenario.seed,
      faultAt: secondsAt(trouble.fault),
      recoveryAt: secondsAt(trouble.recovery),
      until: secondsAt(trouble.scenario.until),
      routers: outcomes.map(outcome => ({
        vrid: outcome.router.vrid,
        family: outcome.router.family,
        instances: Object.fromEntries([...outcome.router.instances].map(([node, { name }]) => [node, name])),
        grade: outcome.grade,
        verdict: outcome.verdict,
        before: inOrder(outcome.before),
        during: inOrder(outcome.during),
        after: inOrder(outcome.after),
        withoutAddress: inSeconds(outcome.withoutHolder),
        twoMasters: inSeconds(outcome.twoMasters),
        states: outcome.states.map(({ node, state = null, from, to }) => ({
          node,
          state,
          from: secondsAt(from),
          to: secondsAt(to),
        })),
      })),
    })),
  };
}
