// The frame of a program that runs in the lab: argument in, events while it runs, result out, everything it started ended.
// Spec: protocol.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentMain } from './agent-main.ts';
import type { Role } from './agents.ts';
import { type LabEvent, marker } from './protocol.ts';

const atEnd: (() => void)[] = [];

/** Registers what must be undone when the program ends, however it ends; last registered, first undone. */
export function whenDone(undo: () => void): void {
  atEnd.push(undo);
}

/** Tells the one who started the program that something happened. */
export function tell(event: LabEvent): void {
  process.stdout.write(`${marker}${JSON.stringify(event)}\n`);
}

/** Runs `main` with the program's argument, writes its result, undoes what was built, sets the exit code. The same script is every agent. */
export async function program<Args>(main: (args: Args) => Promise<unknown>): Promise<void> {
  const role = process.env['LAB_AGENT'];
  if (role !== undefined) return agentMain(JSON.parse(role) as Role);
  const folder = process.env['LAB_DIR'];
  if (folder === undefined) throw new Error('this program is started by test/lab/run-program.ts');
  process.once('SIGTERM', () => process.exit(143));
  process.once('exit', undoAll);
  let code = 0;
  try {
    const args = JSON.parse(readFileSync(join(folder, 'args.json'), 'utf8')) as Args;
    const result = await main(args);
    writeFileSync(join(folder, 'result.json'), JSON.stringify(result ?? null));
  } catch (error) {
    code = 1;
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  process.exit(code);
}

function undoAll(): void {
  for (const undo of atEnd.splice(0).reverse()) {
    try {
      undo();
    } catch (error) {
      process.stderr.write(`while clearing up: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}
