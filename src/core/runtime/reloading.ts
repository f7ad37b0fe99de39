// Reads the configuration again in a thread of its own, so that the supervisor goes on serving and supervising meanwhile.
// Spec: keepalived(8) reload; node:worker_threads. Requests that come while one is read are answered by the one after it.

import { Worker } from 'node:worker_threads';
import type { Loading, LoadOptions } from './configuration.ts';

export interface Reloading {
  /** Reads the file. Never rejects: a thread that fails is a refusal. */
  read(): Promise<Loading>;
  /** Nothing is read any more; what is being read is never answered. */
  close(): void;
}

/** Milliseconds: a file system that hangs must not keep a reload for ever. */
const patience = 120_000;

export function createReloading(entry: string, options: LoadOptions): Reloading {
  let running: Promise<Loading> | undefined;
  let waiting: Promise<Loading> | undefined;
  let worker: Worker | undefined;
  let closed = false;

  const refuse = (message: string): Loading => ({
    ok: false,
    fault: { code: 'configuration-refused', message },
    errors: [],
  });
  const once = (): Promise<Loading> =>
    new Promise(resolve => {
      const { file, configId } = options;
      const thread = new Worker(entry, { workerData: { file, configId }, stdout: false, stderr: false });
      worker = thread;
      const end = (loading: Loading) => {
        clearTimeout(timer);
        void thread.terminate();
        if (!closed) resolve(loading);
      };
      const timer = setTimeout(
        () => end(refuse(`${file} could not be read within ${patience / 1_000} s`)),
        patience,
      );
      thread.once('message', (loading: Loading) => end(loading));
      thread.once('error', ({ message }) => end(refuse(`reading ${file} failed: ${message}`)));
      thread.once('exit', code => end(refuse(`reading ${file} ended early (exit status ${code})`)));
    });
  const read = (): Promise<Loading> => {
    if (running === undefined) {
      running = once().finally(() => {
        running = undefined;
      });
      return running;
    }
    // The file may have changed since the running one opened it.
    waiting ??= running.then(() => {
      waiting = undefined;
      return read();
    });
    return waiting;
  };
  return {
    read,
    close() {
      closed = true;
      void worker?.terminate();
    },
  };
}
