// The program's entry: hands argv to oclif and turns whatever escapes into one line and an exit code.
// Spec: @oclif/core 4 (commands, help, parsing); exit codes from core/fault.ts.

import { Config, run } from '@oclif/core';

export { exitCodes, exitMeanings } from './core/fault.ts';

import { complain, endWithReader, exitOf, printFailure } from './core/cli/index.ts';

/**
 * Without the plugins that oclif would look for in the caller's home (or LVSKIT_DATA_DIR, XDG_DATA_HOME): under sudo that is code of
 * another user which would run as root.
 */
const configurationOf = (root: string): Promise<Config> =>
  Config.load({ root, userPlugins: false, devPlugins: false });

/** The command that the first words name; undefined where they name none. */
const commandOf = (argv: readonly string[], ids: readonly string[]): string | undefined =>
  [2, 1].map(count => argv.slice(0, count).join(' ').replaceAll(':', ' ')).find(id => ids.includes(id));

/** Runs the command named by argv; resolves when it is done, with process.exitCode set. */
export async function main(root: string, argv: readonly string[]): Promise<void> {
  // A daemon does not end because nobody reads what it says.
  if (argv[0] !== 'run') endWithReader();
  let config: Config | undefined;
  try {
    config = await configurationOf(root);
    await run([...argv], config);
  } catch (error) {
    const ids = config?.commandIDs.map(id => id.replaceAll(':', ' ')) ?? [];
    const text = printFailure(error, { id: commandOf(argv, ids), ids });
    if (text !== undefined) complain(`${text}\n`);
    process.exitCode = exitOf(error);
  }
}

/** What oclif.manifest.json holds: every command's flags and texts, so that none need be loaded to find one. */
export async function createManifest(root: string): Promise<unknown> {
  const config = await configurationOf(root);
  return (config.plugins.get('lvskit') as { manifest?: unknown } | undefined)?.manifest;
}
