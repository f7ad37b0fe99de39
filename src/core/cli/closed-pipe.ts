// What becomes of a command whose output cannot be written: `lvskit vs list | head -n 1`, `lvskit vs export > /dev/full`.
// Spec: signal(7) SIGPIPE, which Node ignores; shells show its death as status 141. A full disk is a failure, told once.

import { exitCodes } from '../fault.ts';

const deathBySigpipe = 141;

const end = (error: NodeJS.ErrnoException): void => {
  // A command that listens too ends itself when its reader has gone; nobody else says that the disk is full.
  const listeners = process.stdout.listeners('error').filter(one => one !== end && one !== swallowedByOclif);
  if (error.code === 'EPIPE') {
    if (listeners.length === 0) process.exit(deathBySigpipe);
    return;
  }
  complain(
    `lvskit: standard output cannot be written: ${error.message.replace(/, write$/, '')}\n  What was written before is not complete.\n`,
  );
  process.exit(exitCodes.failure);
};

/** oclif's own listener, which would throw what this one reports. */
let swallowedByOclif: unknown;

/** Writes to stderr. A reader of it that went away changes nothing: the exit code still tells. */
export function complain(text: string): void {
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {});
  process.stderr.write(text);
}

/** Ends the process without a word where the reader went away, as SIGPIPE ends other programs, and with one line where writing fails. */
export function endWithReader(): void {
  if (process.stdout.listeners('error').includes(end)) return;
  [swallowedByOclif] = process.stdout.listeners('error');
  process.stdout.prependListener('error', end);
}
