// What ends a drain before its time: INT, TERM, and HUP when the session is lost.
// Spec: signal(7); nohup(1) ignores HUP, and a listener of ours would undo that.

import { readFileSync } from 'node:fs';

/** SigIgn of proc(5): a bit for each signal, HUP is the lowest. */
function ignoresHangUp(): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    return mask !== undefined && (Number.parseInt(mask.slice(-1), 16) & 1) === 1;
  } catch {
    // Without /proc nothing is known, and nohup is rare.
    return false;
  }
}

export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back their defaults. */
  release(): void;
}

export function awaitInterruption(): Interruption {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  const signals: readonly NodeJS.Signals[] = ignoresHangUp()
    ? ['SIGINT', 'SIGTERM']
    : ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, interrupt);
  return {
    signal: stop.signal,
    release() {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}
