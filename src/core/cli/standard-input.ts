// Standard input, read to its end, by the commands whose help says that they read it.
// Spec: pipe(7), tty(4); a pipe that another program made non-blocking answers a plain read with EAGAIN, so it is read as a stream.

import { fstatSync } from 'node:fs';
import { visible } from '../visible.ts';

/** All bytes of standard input. On a terminal, stderr says first what is awaited. Rejects with a system error (EISDIR for a directory). */
export async function readStandardInput(awaited: string): Promise<Buffer> {
  if (fstatSync(0).isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
  if (process.stdin.isTTY === true)
    process.stderr.write(
      `Reading ${visible(awaited)} from the terminal; end with Ctrl-D on a line of its own.\n`,
    );
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}
