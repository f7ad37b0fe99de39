// Ends a test that hangs: a thread beside it that kills the process when no input was finished for a while.
// Truth: none; a hang in synchronous code stops every timer of its own thread, so another thread has to look.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Room for the input being worked on, to be kept when it hangs. */
const room = 256 * 1024;

const watcher = `
const { workerData: { shared, seconds, path } } = require('node:worker_threads');
const { writeFileSync } = require('node:fs');
const state = new Int32Array(shared, 0, 2);
let seen = -1;
setInterval(() => {
  const now = Atomics.load(state, 0);
  if (now !== seen) { seen = now; return; }
  writeFileSync(path, Buffer.from(shared, 8, Atomics.load(state, 1)));
  process.stderr.write('hangs for ' + seconds + ' s on the text in ' + path + '\\n');
  process.kill(process.pid, 'SIGKILL');
}, seconds * 1000);
`;

export interface Watchdog {
  /** The next input begins. */
  readonly begin: (input: Uint8Array) => void;
  readonly stop: () => Promise<number>;
}

/** Watches until stopped; the text that hangs is left in the directory for temporary files. */
export function createWatchdog(seconds: number): Watchdog {
  const shared = new SharedArrayBuffer(8 + room);
  const state = new Int32Array(shared, 0, 2);
  const text = new Uint8Array(shared, 8);
  const path = join(tmpdir(), `lvskit-hang-${process.pid}.conf`);
  const worker = new Worker(watcher, { eval: true, workerData: { shared, seconds, path } });
  return {
    begin(input) {
      const kept = input.subarray(0, room);
      text.set(kept);
      Atomics.store(state, 1, kept.length);
      Atomics.add(state, 0, 1);
    },
    stop: () => worker.terminate(),
  };
}
