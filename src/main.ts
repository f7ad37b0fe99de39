// The program's entry: hands argv to oclif and turns whatever escapes into one line and an exit code.
// Spec: @oclif/core 4 (commands, help, parsing); exit codes from core/fault.ts.

import { Config, run } from '@oclif/core';

export { exitCodes, exitMeanings } from './core/fault.ts';

import { exitOf, printFailure } from './core/cli/index.ts';

/** Runs the command named by argv; resolves when it is done, with process.exitCode set. */
export async function main(root: string, argv: readonly string[]): Promise<void> {
  try {
    await run([...argv], root);
  } catch (error) {
    const text = printFailure(error);
    if (text !== undefined) process.stderr.write(`${text}\n`);
    process.exitCode = exitOf(error);
  }
}

/** What oclif.manifest.json holds: every command's flags and texts, so that none need be loaded to find one. */
export async function createManifest(root: string): Promise<unknown> {
  const config = await Config.load({ root });
  return (config.plugins.get('lvskit') as { manifest?: unknown } | undefined)?.manifest;
}
