// One line for a monitoring system: verdict, words, performance data; the exit code is the verdict.
// Spec: Monitoring Plugins Development Guidelines (0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; `label=value[unit];warn;crit;min;max`).

import type { Status } from '../../control/index.ts';
import { visible } from '../../visible.ts';
import { counted } from './words.ts';

export interface PluginLine {
  readonly text: string;
  readonly exit: 0 | 1 | 2 | 3;
}

/** A bar would begin the performance data. */
const safe = (text: string): string => visible(text).replaceAll('|', '/');

function performance({ instances, services, servers, processes }: Status): string {
  const masters = instances.filter(({ state }) => state === 'MASTER').length;
  const faults = instances.filter(({ state }) => state === 'FAULT').length;
  const up = (list: readonly { readonly state: string }[]) =>
    list.filter(({ state }) => state === 'up').length;
  return [
    `instances=${instances.length};;;0`,
    `masters=${masters};;;0;${instances.length}`,
    `faults=${faults};;0;0;${instances.length}`,
    `services_up=${up(services)};;;0;${services.length}`,
    `servers_up=${up(servers)};;;0;${servers.length}`,
    ...processes.flatMap(({ name, lateness, memory }) => [
      ...(lateness === undefined ? [] : [`${name}_late=${lateness.worst.toFixed(6)}s;;;0`]),
      ...(memory === undefined ? [] : [`${name}_memory=${memory}B;;;0`]),
    ]),
  ].join(' ');
}

/** Named on the line; the others are counted. */
const mostNamed = 3;

export function pluginLine(status: Status): PluginLine {
  const { problems, instances, servers } = status;
  const critical = problems.some(({ severity }) => severity === 'critical');
  const [word, exit] = critical
    ? (['CRITICAL', 2] as const)
    : problems.length > 0
      ? (['WARNING', 1] as const)
      : (['OK', 0] as const);
  const more = problems.length - mostNamed;
  const words =
    problems.length === 0
      ? `${counted(instances.length, 'instance')}, ${counted(servers.length, 'server')}, all in order`
      : `${problems
          .slice(0, mostNamed)
          .map(({ message }) => safe(message))
          .join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
  return { text: `LVSKIT ${word} - ${words} | ${performance(status)}\n`, exit };
}

export const unknownLine = (message: string): PluginLine => ({
  text: `LVSKIT UNKNOWN - ${safe(message)}\n`,
  exit: 3,
});
