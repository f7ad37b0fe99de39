// The one screen of `lvskit status`: what is wrong, then instances, services, scripts and processes, then what differs from the file.
// Spec: docs/status.md shows each part. Every text of files and peers goes through `visible`.

import { isContended, longestSilence, type Status } from '../../control/index.ts';
import { visible } from '../../visible.ts';
import { columns, paint } from '../ipvs/columns.ts';
import { between, brief, counted, megabytes, shownKey, span } from './words.ts';
import { wrapped } from './wrap.ts';

export interface ScreenOptions {
  readonly width: number;
  /** Everything, however long. */
  readonly all: boolean;
}

/** So many of a kind are all shown; of more, those that are not as they should be. */
const mostShown = { instances: 12, servers: 24, scripts: 8, problems: 6, notActedOn: 2 } as const;

type Instance = Status['instances'][number];
type Server = Status['servers'][number];

/** A part of the screen; '' when there is nothing to say. */
type Part = (status: Status, options: ScreenOptions) => string;

const header: Part = ({ daemon, time }) => {
  const { host, pid, since, file, readAt, instance } = daemon;
  const name = instance === undefined ? '' : ` (instance ${visible(instance)})`;
  const up = span(between(since, time));
  return `${visible(host)}: lvskit ${pid}${name}, up ${up}; ${visible(file)} read ${span(between(readAt, time))} ago\n`;
};

export function problemLines(shown: Status['problems']): string {
  const colour = paint();
  return shown
    .map(({ severity, message }) => {
      const text = visible(message);
      return `${severity === 'critical' ? colour.red(`CRITICAL ${text}`) : colour.yellow(`WARNING  ${text}`)}\n`;
    })
    .join('');
}

const problems: Part = ({ problems: found }, { all }) => {
  if (found.length === 0) return `${paint().green('Healthy.')}\n`;
  const shown = all ? found : found.slice(0, mostShown.problems);
  const more = found.length - shown.length;
  return `${problemLines(shown)}${more > 0 ? `... and ${counted(more, 'more problem')} (--all)\n` : ''}`;
};

function masterText(instance: Instance, time: string): string {
  const { state, master } = instance;
  if (state === 'MASTER') return 'this router';
  if (master === undefined) return 'none heard';
  return `${master.address} (${master.priority}), ${span(between(master.at, time))} ago`;
}

/** What tracking adds and takes: `98 = 100 - 2 script chk (exited with status 1)`. */
function priorityText({ priority, tracked }: Instance): string | undefined {
  const { configured, effective, override } = priority;
  if (override !== undefined) return `priority ${effective} by an operator (file: ${configured})`;
  const shares = tracked.filter(({ contribution }) => contribution !== 0);
  if (shares.length === 0) return undefined;
  const terms = shares.map(({ kind, name, contribution, detail }) => {
    const sign = contribution < 0 ? '-' : '+';
    const cause = detail === undefined ? '' : ` (${visible(detail)})`;
    return `${sign} ${Math.abs(contribution)} ${kind} ${visible(name)}${cause}`;
  });
  return `priority ${effective} = ${configured} ${terms.join(' ')}`;
}

/** Counters of packets that were not accepted: two routers that refuse each other's are both MASTER. */
const refusalCounters = [
  'packet_len_err',
  'advert_interval_err',
  'ip_ttl_err',
  'vers_err',
  'chk_err',
  'invalid_type_rcvd',
  'addr_list_err',
  'invalid_authtype',
  'authtype_mismatch',
  'auth_failure',
  'peer_unknown',
] as const satisfies readonly (keyof Instance['counters'])[];

/** The lines under an instance: why it is what it is, as far as that is not plain. */
export function instanceNotes(instance: Instance, time: string): readonly string[] {
  const { cause, contender, counters } = instance;
  const priority = priorityText(instance);
  const other =
    contender !== undefined && isContended(instance, time)
      ? [
          `also MASTER: ${contender.address} (${contender.priority}), ${span(between(contender.at, time))} ago`,
        ]
      : [];
  const refusals = refusalCounters.filter(name => counters[name] > 0);
  const refused =
    refusals.length === 0
      ? []
      : [`refused packets: ${refusals.map(name => `${name} ${counters[name]}`).join(', ')}`];
  return [`why: ${visible(cause)}`, ...other, ...(priority === undefined ? [] : [priority]), ...refused];
}

const stateColour = (state: string): string => {
  const colour = paint();
  if (state === 'FAULT' || state === 'DOWN') return colour.red(state);
  return state === 'MASTER' ? colour.bold(state) : state;
};

const isOdd = (instance: Instance, time: string): boolean =>
  instance.state === 'FAULT' ||
  isContended(instance, time) ||
  instance.priority.effective !== instance.priority.configured;

const instances: Part = (status, { all }) => {
  const { time } = status;
  const few = all || status.instances.length <= mostShown.instances;
  const shown = few ? status.instances : status.instances.filter(each => isOdd(each, time));
  const table = columns(
    ['INSTANCE', 'STATE', 'FOR', 'PRIORITY', 'LAST MASTER', 'NEXT', 'LATE'].map(head => ({ head })),
    shown.map(each => [
      visible(each.name),
      stateColour(each.state),
      span(between(each.since, time)),
      String(each.priority.effective),
      masterText(each, time),
      each.next === undefined ? '' : span(between(time, each.next.at)),
      brief(each.lateness.worst),
    ]),
  );
  const [head = '', ...rows] = table.trimEnd().split('\n');
  const lines = rows.flatMap((row, index) => {
    const one = shown[index];
    return [row, ...(one === undefined ? [] : instanceNotes(one, time).map(note => `  ${note}`))];
  });
  const hidden = status.instances.length - shown.length;
  const rest = hidden > 0 ? [`... and ${counted(hidden, 'instance')} as it should be (--all)`] : [];
  return table === '' && rest.length === 0
    ? ''
    : `${[head, ...lines, ...rest].filter(line => line !== '').join('\n')}\n`;
};

/** `1`, `0 (file 1)`, `out (file 1)`. */
export const weightText = ({ weight }: Server): string => {
  const { configured, inForce } = weight;
  if (inForce === configured) return String(configured);
  return `${inForce ?? 'out'} (file ${configured})`;
};

const isPlain = ({ state, weight }: Server): boolean =>
  state === 'up' && weight.override === undefined && weight.inForce === weight.configured;

const services: Part = (status, { all }) => {
  const { time } = status;
  const few = all || status.servers.length + status.services.length <= mostShown.servers;
  const byService = new Map<string, Server[]>();
  let hidden = 0;
  for (const server of status.servers) {
    if (!few && isPlain(server)) hidden++;
    else {
      const list = byService.get(server.virtualServer);
      if (list === undefined) byService.set(server.virtualServer, [server]);
      else list.push(server);
    }
  }
  const shown = few
    ? status.services
    : status.services.filter(({ name, state }) => state === 'down' || byService.has(name));
  const rows = shown.flatMap(({ name, state, since, servers, quorum, serving }) => [
    [
      shownKey(name),
      stateColour(state === 'up' ? 'up' : 'DOWN'),
      span(between(since, time)),
      '',
      `${servers.up} of ${counted(servers.all, 'server')} up, quorum ${quorum}${serving === 'sorry server' ? ', sorry server in use' : ''}`,
    ],
    ...(byService.get(name) ?? []).map(server => [
      `  ${shownKey(server.name)}`,
      stateColour(server.state === 'up' ? 'up' : 'DOWN'),
      span(between(server.since, time)),
      weightText(server),
      server.state === 'up' && server.weight.override === undefined
        ? ''
        : server.weight.override === undefined
          ? visible(server.cause)
          : 'weight by an operator',
    ]),
  ]);
  const table = columns(
    ['SERVICE / SERVER', 'STATE', 'FOR', 'WEIGHT', 'WHY'].map(head => ({ head })),
    rows,
  );
  const quiet = status.services.length - shown.length;
  const rest =
    hidden + quiet > 0
      ? `... and ${counted(hidden, 'server')}${quiet > 0 ? ` and ${counted(quiet, 'service')}` : ''} up (--all)\n`
      : '';
  return `${table}${rest}`;
};

const scripts: Part = (status, { all }) => {
  const few = all || status.scripts.length <= mostShown.scripts;
  const shown = few ? status.scripts : status.scripts.filter(({ condition }) => condition !== 'up');
  const table = columns(
    ['SCRIPT', 'STATE', 'FOR', 'LAST RUN'].map(head => ({ head })),
    shown.map(({ name, condition, since, cause }) => [
      visible(name),
      stateColour(condition === 'down' ? 'DOWN' : condition),
      span(between(since, status.time)),
      visible(cause),
    ]),
  );
  const hidden = status.scripts.length - shown.length;
  return `${table}${hidden > 0 ? `... and ${counted(hidden, 'script')} up (--all)\n` : ''}`;
};

const processes: Part = ({ processes: found, time }) => {
  const colour = paint();
  return columns(
    ['PROCESS', 'PID', 'STATE', 'FOR', 'MEMORY', 'LATE', 'LAST WORD'].map(head => ({ head })),
    found.map(({ name, pid, state, since, memory, lateness, silence, pending = 0, restarts }) => [
      name,
      pid === undefined ? '-' : String(pid),
      restarts === 0 ? state : `${state} (start ${restarts + 1})`,
      span(between(since, time)),
      memory === undefined ? '-' : megabytes(memory),
      lateness === undefined ? '-' : brief(lateness.worst),
      silence === undefined
        ? '-'
        : silence > longestSilence
          ? colour.red(`silent for ${span(silence)}`)
          : `${span(silence)} ago${pending > 0 ? `, ${counted(pending, 'record')} to come` : ''}`,
    ]),
  );
};

const refused: Part = ({ interfaces }) =>
  interfaces
    .map(({ name, refused: counts }) => ({
      name,
      parts: Object.entries(counts).filter(([, count]) => count > 0),
    }))
    .filter(({ parts }) => parts.length > 0)
    .map(
      ({ name, parts }) =>
        `${visible(name)}: packets for no instance: ${parts.map(([cause, count]) => `${cause} ${count}`).join(', ')}\n`,
    )
    .join('');

/** The file of today may be another one than was read, and a refused one is: nobody may read here that it is in force. */
const differences: Part = ({ differences: found }) =>
  found.length === 0
    ? 'Nothing differs from the file as it was read.\n'
    : `Differs from the file until the next reload:\n${found.map(line => `  ${visible(line)}\n`).join('')}`;

const notActedOn: Part = ({ daemon: { notActedOn: found } }, { all }) => {
  if (found.length === 0) return '';
  const shown = all ? found : found.slice(0, mostShown.notActedOn);
  const more = found.length - shown.length;
  const rest = more > 0 ? `  ... and ${more} more (--all)\n` : '';
  return `Not acted on:\n${shown.map(line => `  ${visible(line)}\n`).join('')}${rest}`;
};

const parts: readonly Part[] = [instances, services, scripts, processes];
const endings: readonly Part[] = [refused, differences, notActedOn];

/** The screen, no line wider than the terminal. */
export function screenOf(status: Status, options: ScreenOptions): string {
  const blocks = [
    `${header(status, options)}${problems(status, options)}`,
    ...parts.map(part => part(status, options)),
    endings.map(part => part(status, options)).join(''),
  ].filter(block => block !== '');
  return wrapped(blocks.join('\n'), options.width);
}
