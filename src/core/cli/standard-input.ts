// Standard input, read to its end, by the commands whose help says that they read it.
// Spec: pipe(7), tty(4); host/input-files.ts reads.

import { readInputToEnd } from '../host/index.ts';
import { visible } from '../visible.ts';

/** All bytes of standard input. On a terminal, stderr says first what is awaited. Rejects with a system error (EISDIR for a directory). */
export async function readStandardInput(awaited: string): Promise<Buffer> {
  if (process.stdin.isTTY === true)
    process.stderr.write(
      `Reading ${visible(awaited)} from the terminal; end with Ctrl-D on a line of its own.\n`,
    );
  return await readInputToEnd();
}
