// The surroundings of `vs apply --watch`: the file, signals, the time between looks, and how drift is written.
// Spec: signal(7); keep.ts.

import { fail, type Outcome, succeed } from '../../fault.ts';
import { fileIdentity, pauseFor } from '../../host/index.ts';
import { visible } from '../../visible.ts';
import type { ApplyOptions } from './apply.ts';
import { keep } from './keep.ts';
import { type OutputFlags, print, type Shown, withIpvs } from './present.ts';
import { readTable } from './table-file.ts';

export interface KeepOptions extends ApplyOptions {
  /** Seconds between looks; 5 where it is undefined. */
  readonly interval: number | undefined;
}

/** Longest time between looks while something fails. */
const longest = 60;

/** An object a line, a YAML document, or the report with its time. */
async function written(flags: OutputFlags, shown: Shown, time: string): Promise<string> {
  if (flags.json === true) return `${JSON.stringify({ time, ...(shown.document as object) })}\n`;
  if (flags.yaml === true) return `---\n${await print(flags, shown)}`;
  return `${time}\n${await shown.text()}`;
}

/** Runs until SIGINT, SIGTERM or SIGHUP, or until nobody reads its output; 0 then. A file that cannot be read at the start is a fault. */
export async function keepFile(options: KeepOptions, flags: OutputFlags): Promise<Outcome<number>> {
  const { file, format, prune, dryRun, allowEmpty, interval = 5 } = options;
  if (file === '-')
    return fail({ code: 'usage', message: '--watch needs a file: standard input does not change' });
  const identity = fileIdentity(file);
  const first = await readTable(file, format, allowEmpty === true);
  if (!first.ok) return first;
  const stop = new AbortController();
  const end = () => stop.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, end);
  process.stdout.once('error', end);
  const time = () => new Date().toISOString();
  try {
    return await withIpvs(async client => {
      const surroundings = {
        ...{ client, prune, dryRun },
        identity: () => fileIdentity(file),
        read: () => readTable(file, format, true),
        async pause(failures: number) {
          const seconds = failures === 0 ? interval : Math.min(longest, interval * 2 ** failures);
          await pauseFor(seconds * 1000, stop.signal);
          return !stop.signal.aborted;
        },
        async show(shown: Shown) {
          process.stdout.write(await written(flags, shown, time()));
        },
        complain: (line: string) => process.stderr.write(`${time()} ${file}: ${visible(line)}\n`),
      };
      await keep(surroundings, first.value, identity);
      return succeed(0);
    });
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}
