// The one screen of `lvskit status`: what is wrong, then instances, services, scripts and processes, then what differs from the file.
// Spec: docs/status.md shows each part. Every text of files and peers goes through `visible`.

import type { Status } from '../../control/index.ts';
import { visible } from '../../visible.ts';
import { columns, paint } from '../ipvs/columns.ts';
import { doctorLines } from './doctor.ts';
import { groups, instances } from './instance-lines.ts';
import { mostShown, type Part, type ScreenOptions, stateColour } from './part.ts';
import { problemLines } from './problem-lines.ts';
import { processes, refused } from './process-lines.ts';
import { services } from './service-lines.ts';
import { between, counted, span } from './words.ts';
import { wrapped } from './wrap.ts';

const header: Part = ({ daemon, time }) => {
  const { host, pid, since, file, readAt, instance } = daemon;
  const name = instance === undefined ? '' : ` (instance ${visible(instance)})`;
  const up = span(between(since, time));
  return `${visible(host)}: lvskit ${pid}${name}, up ${up}; ${visible(file)} read ${span(between(readAt, time))} ago\n`;
};

const problems: Part = ({ problems: found }, { all }) => {
  if (found.length === 0) return `${paint().green('Healthy.')}\n`;
  const shown = all ? found : found.slice(0, mostShown.problems);
  const more = found.length - shown.length;
  return `${problemLines(shown)}${more > 0 ? `... and ${counted(more, 'more problem')} (--all)\n` : ''}`;
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

/** The file of today may be another one than was read, and a refused one is: nobody may read here that it is in force. */
const edited: Part = ({ daemon: { edited: paths } }) =>
  paths.length === 0
    ? ''
    : `Edited since it was read, in force after lvskit reload: ${paths.map(visible).join(', ')}\n`;

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

const parts: readonly Part[] = [instances, groups, services, doctorLines, scripts, processes];
const endings: readonly Part[] = [refused, edited, differences, notActedOn];

/** The screen, no line wider than the terminal. */
export function screenOf(status: Status, options: ScreenOptions): string {
  const blocks = [
    `${header(status, options)}${problems(status, options)}`,
    ...parts.map(part => part(status, options)),
    endings.map(part => part(status, options)).join(''),
  ].filter(block => block !== '');
  return wrapped(blocks.join('\n'), options.width);
}
