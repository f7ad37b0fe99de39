// How a drain tells what happened: a sentence, a document, an exit code; and its progress on stderr.
// Spec: docs/ipvs-table.schema.json, drain.

import { exitCodes } from '../../../fault.ts';
import { type ObservedDestination, type ServiceId, schemaName } from '../../../ipvs/index.ts';
import type { Shown } from '../present.ts';
import { serverWord, serviceWord } from '../words.ts';
import type { Ending } from './verdict.ts';

export interface Drained {
  readonly service: ServiceId;
  /** As it was seen last. */
  readonly server: ObservedDestination;
  readonly ending: Ending;
  readonly weightBefore: number;
  /** Whether the drain deleted it. */
  readonly deleted: boolean;
}

const { ok, failure, conflict } = exitCodes;
const exits = {
  drained: ok,
  undone: ok,
  deadline: failure,
  interrupted: failure,
  'weight-changed': conflict,
  'server-gone': conflict,
  'service-gone': conflict,
} as const satisfies Record<Ending, number>;

/** `1 active, 0 templates, 2 inactive`. */
export const countsOf = (server: ObservedDestination): string =>
  `${server.activeConnections} active, ${server.persistentConnections} templates, ${server.inactiveConnections} inactive`;

function sentenceOf({ service, server, ending, weightBefore, deleted }: Drained): string {
  const left = `${countsOf(server)} left`;
  const kept =
    weightBefore === 0
      ? 'kept with weight 0'
      : `kept with weight 0 (--undo sets weight ${weightBefore} again)`;
  const seen = `the last look showed ${countsOf(server)}`;
  const sentences = {
    drained: `drained, ${deleted ? 'deleted' : kept}`,
    deadline: `deadline passed, ${left}; ${deleted ? 'deleted (--force)' : kept}`,
    interrupted: `interrupted, ${left}; ${kept}`,
    undone: `weight ${weightBefore} again`,
    'weight-changed': `somebody else set weight ${server.weight} during the drain; left in service, ${left}`,
    'server-gone': `somebody else deleted the server during the drain; ${seen}`,
    'service-gone': `somebody else deleted the service during the drain; ${seen}`,
  } as const satisfies Record<Ending, string>;
  return `${serviceWord(service)} ${serverWord(server)}: ${sentences[ending]}.\n`;
}

export const answerOf = (drained: Drained): Shown => {
  const { service, server, ending, weightBefore, deleted } = drained;
  return {
    document: {
      schema: schemaName,
      service: serviceWord(service),
      server: serverWord(server),
      ending,
      deleted,
      weightBefore,
      activeConnections: server.activeConnections,
      persistentConnections: server.persistentConnections,
      inactiveConnections: server.inactiveConnections,
    },
    exit: exits[ending],
    text: () => sentenceOf(drained),
  };
};

export interface Progress {
  show(text: string, secondsLeft: number): void;
  end(): void;
}

/** A line on stderr: on a terminal rewritten, with the seconds that are left; elsewhere a line for each change. */
export function showProgress(): Progress {
  const { stderr } = process;
  const terminal = stderr.isTTY === true;
  let last = '';
  // A lost session takes the terminal away: the drain goes on to its own end.
  stderr.on('error', () => {});
  return {
    show(text, secondsLeft) {
      if (!terminal && text !== last) stderr.write(`${text}\n`);
      // A line that wraps cannot be erased.
      const line = `${text}, ${Math.ceil(secondsLeft)} s left`.slice(0, (stderr.columns ?? 80) - 1);
      if (terminal) stderr.write(`\r\x1b[K${line}`);
      last = text;
    },
    end() {
      if (terminal && last !== '') stderr.write('\r\x1b[K');
    },
  };
}
