// `lvskit status NAME`: one instance, service, server or script with everything that is known of it, and its last transitions.
// Spec: docs/status.md.

import type { Status } from '../../control/index.ts';
import { visible } from '../../visible.ts';
import { columns } from '../ipvs/columns.ts';
import { instanceNotes } from './instance-lines.ts';
import { problemLines } from './problem-lines.ts';
import { weightText } from './service-lines.ts';
import { between, brief, shownKey, span } from './words.ts';
import { wrapped } from './wrap.ts';

type Line = readonly [label: string, value: string];

const block = (title: string, lines: readonly Line[]): string => {
  const wide = Math.max(...lines.map(([label]) => label.length));
  return `${title}\n${lines.map(([label, value]) => `  ${label.padEnd(wide)}  ${value}\n`).join('')}`;
};

function instanceBlock(instance: Status['instances'][number], time: string): string {
  const { name, state, since, family, vrid, version, master, next, lateness, addresses, counters } = instance;
  const count = Object.entries(counters).filter(([, value]) => value > 0);
  const lines: Line[] = [
    [
      'router',
      `VRID ${vrid}, version ${version}, ${family}, interface ${visible(instance.interface ?? 'any')}`,
    ],
    ['state', `${state} for ${span(between(since, time))}`],
    ...instanceNotes(instance, time).map((note): Line => ['', note]),
    ...(instance.group === undefined ? [] : [['sync group', visible(instance.group)] as const]),
    [
      'last master',
      master === undefined
        ? state === 'MASTER'
          ? 'this router'
          : 'none heard'
        : `${master.address}, priority ${master.priority}, ${span(between(master.at, time))} ago`,
    ],
    ['next', next === undefined ? 'no timer runs' : `${next.what} in ${span(between(time, next.at))}`],
    ['lateness', `${brief(lateness.last)} last, ${brief(lateness.worst)} at worst`],
    [
      'addresses',
      `${addresses.held} of ${addresses.configured} held: ${addresses.list.join(' ')}${addresses.list.length < addresses.configured ? ' ...' : ''}`,
    ],
    ...instance.tracked.map(
      ({ kind, name: tracked, condition, weight, reverse, detail }): Line => [
        `${kind} ${visible(tracked)}`,
        `${condition}, weight ${weight}${reverse ? ' reverse' : ''}${detail === undefined ? '' : `: ${visible(detail)}`}`,
      ],
    ),
    ['counters', count.length === 0 ? 'none' : count.map(([key, value]) => `${key} ${value}`).join(', ')],
  ];
  return block(`Instance ${visible(name)}`, lines);
}

const serviceBlock = (
  {
    name,
    displayName,
    state,
    since,
    cause,
    serving,
    sum,
    quorum,
    hysteresis,
    servers,
  }: Status['services'][number],
  time: string,
): string =>
  block(`Service ${shownKey(name)}`, [
    ['in logs', visible(displayName)],
    ['state', `${state} for ${span(between(since, time))}: ${visible(cause)}`],
    ['served by', serving],
    [
      'servers',
      `${servers.up} of ${servers.all} up, weight ${sum}; quorum ${quorum}, hysteresis ${hysteresis}`,
    ],
  ]);

const serverBlock = (server: Status['servers'][number], time: string): string =>
  block(`Server ${shownKey(server.name)} of ${shownKey(server.virtualServer)}`, [
    ['state', `${server.state} for ${span(between(server.since, time))}: ${visible(server.cause)}`],
    [
      'weight',
      `${weightText(server)}${server.weight.override === undefined ? '' : ', by an operator until the next reload'}`,
    ],
    ['checks', `${server.checks.failing} of ${server.checks.all} failing`],
  ]);

function checkBlock(check: Status['checks'][number], time: string): string {
  const { up, since, cause, phase, nextAt, last, attempts, retry, counters } = check;
  return block(
    `Check ${visible(check.keyword)} of ${shownKey(check.realServer)} in ${shownKey(check.virtualServer)}`,
    [
      ['says', `${up ? 'up' : 'down'} for ${span(between(since, time))}: ${visible(cause)}`],
      [
        'last run',
        last === undefined
          ? 'none yet'
          : `${last.result} ${span(between(last.at, time))} ago: ${visible(last.cause)}; took ${brief(last.latency)}, began ${brief(last.lateness)} late`,
      ],
      ['next run', nextAt === undefined ? phase : `in ${span(between(time, nextAt))}`],
      ['failures in a row', `${attempts} (retry ${retry})`],
      [
        'runs',
        `${counters.runs}: ${counters.successes} good, ${counters.failures} bad, ${counters.untried} not tried`,
      ],
    ],
  );
}

const scriptBlock = (
  { name, condition, since, cause, running, command, interval }: Status['scripts'][number],
  time: string,
): string =>
  block(`Script ${visible(name)}`, [
    ['state', `${condition} for ${span(between(since, time))}`],
    ['last run', `${visible(cause)}${running ? '; runs now' : ''}`],
    ['command', `${visible(command)}, every ${span(interval)}`],
  ]);

const groupBlock = (
  { name, state, since, cause, members, states }: Status['groups'][number],
  time: string,
): string =>
  block(`Sync group ${visible(name)}`, [
    ['state', `${state} for ${span(between(since, time))}`],
    ['why', visible(cause)],
    ...members.map((member, index): Line => [`member ${visible(member)}`, states[index] ?? '']),
  ]);

/** Short enough for a column: whose service it is the blocks above have said. */
function subjectText(kind: string, name: string): string {
  const [, realServer, keyword] = name.split(' / ');
  if (kind === 'check' && realServer !== undefined && keyword !== undefined)
    return `${visible(keyword)} of ${shownKey(realServer)}`;
  return `${kind} ${shownKey(name.split(' > ').at(-1) ?? name)}`;
}

function historyTable({ history = [], time }: Status): string {
  const table = columns(
    ['AGO', 'SUBJECT', 'FROM', 'TO', 'WHY'].map(head => ({ head })),
    history.map(({ at, kind, name, from, to, cause }) => [
      span(between(at, time)),
      subjectText(kind, name),
      visible(from),
      visible(to),
      visible(cause),
    ]),
  );
  return table === '' ? 'No transition since the daemon started.\n' : table;
}

export function explanationOf(status: Status, width: number): string {
  const { time, problems } = status;
  const text = [
    // What the exit code speaks of, a silent process too: the blocks are as old as its last word.
    ...(problems.length === 0 ? [] : [problemLines(problems)]),
    ...status.instances.map(each => instanceBlock(each, time)),
    ...status.groups.map(each => groupBlock(each, time)),
    ...status.scripts.map(each => scriptBlock(each, time)),
    ...status.services.map(each => serviceBlock(each, time)),
    ...status.servers.map(each => serverBlock(each, time)),
    ...status.checks.map(each => checkBlock(each, time)),
    historyTable(status),
  ].join('\n');
  return wrapped(text, width);
}
