// The part of the status screen about instances and sync groups: what they are, and why.
// Spec: docs/status.md.

import { isContended, isUnheard, type Status } from '../../control/index.ts';
import { visible } from '../../visible.ts';
import { columns } from '../ipvs/columns.ts';
import { mostShown, type Part, stateColour } from './part.ts';
import { between, brief, counted, span } from './words.ts';

type Instance = Status['instances'][number];

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
  const unsent = isUnheard(instance, time)
    ? [`adverts do not leave: ${visible(instance.unsent?.cause ?? '')}`]
    : [];
  return [
    `why: ${visible(cause)}`,
    ...unsent,
    ...other,
    ...(priority === undefined ? [] : [priority]),
    ...refused,
  ];
}

const isOdd = (instance: Instance, time: string): boolean =>
  instance.state === 'FAULT' ||
  isContended(instance, time) ||
  isUnheard(instance, time) ||
  instance.priority.effective !== instance.priority.configured;

export const instances: Part = (status, { all }) => {
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

/** A group is named where its members do not explain themselves: one holds the others, or nothing else is shown of it. */
export const groups: Part = ({ groups: found, time }, { all }) => {
  const shown =
    all || found.length <= mostShown.groups ? found : found.filter(({ state }) => state === 'FAULT');
  const table = columns(
    ['GROUP', 'STATE', 'FOR', 'MEMBERS', 'WHY'].map(head => ({ head })),
    shown.map(({ name, state, since, cause, members, states }) => [
      visible(name),
      stateColour(state),
      span(between(since, time)),
      states.every(each => each === state)
        ? `${members.length}, all ${state}`
        : states.map((each, index) => `${visible(members[index] ?? '')} ${each}`).join(', '),
      visible(cause),
    ]),
  );
  const hidden = found.length - shown.length;
  return `${table}${hidden > 0 ? `... and ${counted(hidden, 'group')} as it should be (--all)\n` : ''}`;
};
