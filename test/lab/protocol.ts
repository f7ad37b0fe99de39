// What a program in the lab and the one who started it say to each other: arguments and result as JSON files, events as console lines.
// test/lab/guest-init.sh writes the same marker and the status file.
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from './bundle.mjs';

/** One thing that happened in the lab; `event` names it, the rest depends on the name. */
export interface LabEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Lines that carry an event begin so; the kernel's own noise does not. */
export const marker = '@lab ';

/** Fills `folder` with the bundled program and its argument. */
export async function scriptFolder(folder: string, script: string, args: unknown): Promise<void> {
  await bundle(script, join(folder, 'script.mjs'));
  writeFileSync(join(folder, 'args.json'), JSON.stringify(args ?? null));
}

/** The program's exit status and what it returned; undefined where it left none. */
export function readResult(folder: string): { status: number | undefined; result: unknown } {
  const status = readText(join(folder, 'status'));
  const result = readText(join(folder, 'result.json'));
  return {
    status: status === undefined ? undefined : Number(status.trim()),
    result: result === undefined ? undefined : JSON.parse(result),
  };
}

/** Collects a child's lines in the returned list and hands each event over as it comes. */
export function collectLines(
  child: ChildProcess,
  onEvent: ((event: LabEvent) => void) | undefined,
): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', raw => {
      const line = raw.replace(/\r$/, '');
      lines.push(line);
      if (onEvent !== undefined && line.startsWith(marker))
        onEvent(JSON.parse(line.slice(marker.length)) as LabEvent);
    });
  }
  return lines;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
