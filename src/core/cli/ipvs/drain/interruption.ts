// What ends a drain before its time: INT, TERM, and HUP when the session is lost.
// Spec: signal(7). Node gives every signal its default at its start, so a HUP that nohup(1) ignored cannot be told from another.

export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back their defaults. */
  release(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function awaitInterruption(): Interruption {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  for (const signal of signals) process.on(signal, interrupt);
  return {
    signal: stop.signal,
    release() {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}
