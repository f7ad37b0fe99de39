// The part of the status screen about services and their real servers.
// Spec: docs/status.md.

import type { Status } from '../../control/index.ts';
import { visible } from '../../visible.ts';
import { columns } from '../ipvs/columns.ts';
import { mostShown, type Part, stateColour } from './part.ts';
import { between, counted, shownKey, span } from './words.ts';

type Server = Status['servers'][number];

/** `1`, `0 (file 1)`, `out (file 1)`. */
export const weightText = ({ weight }: Server): string => {
  const { configured, inForce } = weight;
  if (inForce === configured) return String(configured);
  return `${inForce ?? 'out'} (file ${configured})`;
};

const isPlain = ({ state, weight }: Server): boolean =>
  state === 'up' && weight.override === undefined && weight.inForce === weight.configured;

export const services: Part = (status, { all }) => {
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
