// Runs one command without oclif's start: no configuration, no plugins, no hooks; the build adds the table of commands.
// Spec: lean/oclif.ts; errors and exit codes as in src/main.ts.

import { complain, endWithReader } from '../closed-pipe.ts';
import { exitOf, printFailure } from '../failure.ts';

interface Runnable {
  run(): Promise<void>;
}

export type CommandTable = Readonly<
  Record<
    string,
    () => Promise<{
      readonly default: new (argv: string[], config: { root: string; bin: string }) => Runnable;
    }>
  >
>;

/** Runs the command of this id (`vs list`); resolves when it is done, with process.exitCode set. */
export async function start(
  table: CommandTable,
  root: string,
  id: string,
  argv: readonly string[],
): Promise<void> {
  // A daemon does not end because nobody reads what it says.
  if (id !== 'run') endWithReader();
  try {
    const load = table[id];
    if (load === undefined) throw new Error(`the lean bundle has no ${id}`);
    const { default: Command } = await load();
    await new Command([...argv], { root, bin: 'lvskit' }).run();
  } catch (error) {
    const text = printFailure(error, { id });
    if (text !== undefined) complain(`${text}\n`);
    process.exitCode = exitOf(error);
  }
}
