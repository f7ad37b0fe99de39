// Signals that must not end a daemon or open Node's debugger in it.
// Spec: signal(7); Node opens its inspector for SIGUSR1 until a listener stands, and in a thread of its own before that.

import { close, url } from 'node:inspector';
import { loadLibc } from './libc.ts';

/**
 * Those whose default is to end the process and that people and programs send to daemons by habit. SIGPIPE is ignored by Node and must stay
 * so: with a listener, each write to a peer that has closed its connection would raise it.
 */
const harmless = ['SIGUSR1', 'SIGUSR2', 'SIGQUIT', 'SIGALRM', 'SIGVTALRM', 'SIGIO'] as const;

/** Milliseconds for which the debugger must have stayed closed, and between two looks. */
const quiet = 1_000;
const pause = 20;

/** Milliseconds in which one signal is reported once. */
const damping = 1_000;

/**
 * Listens to them; `heard` is called at most once a second for each, with the number of times. Closes the debugger that a SIGUSR1 before
 * this call has opened: one close does not hold while Node's signal thread still works, so it is repeated until nothing was open for a second.
 */
export function survive(heard: (signal: NodeJS.Signals, times: number) => void): void {
  for (const signal of harmless) {
    let times = 0;
    process.on(signal, () => {
      if (times++ > 0) return;
      heard(signal, 1);
      setTimeout(() => {
        if (times > 1) heard(signal, times - 1);
        times = 0;
      }, damping).unref();
    });
  }
  closeDebugger();
  void ignoreRealTimeSignals();
}

function closeDebugger(): void {
  let closedSince = performance.now();
  const look = () => {
    if (url() !== undefined) {
      close();
      closedSince = performance.now();
    }
    if (performance.now() - closedSince < quiet) setTimeout(look, pause).unref();
  };
  look();
}

/** First and last of the real-time signals that the C library leaves to programs: keepalived takes 36, 63 and 64. */
const realTime = { first: 34, last: 64 } as const;
/** SIG_IGN. */
const ignore = 1n;

/** Node cannot listen to them and their default is to end the process. */
async function ignoreRealTimeSignals(): Promise<void> {
  const libc = await loadLibc();
  if (!libc.ok) return;
  for (let signal = realTime.first; signal <= realTime.last; signal++) libc.value.signal(signal, ignore);
}

/**
 * Node's flags for a child that SIGUSR1 must never make debuggable: the switch where Node knows it, else an address that no
 * host may have, so that the debugger cannot listen in the time before the child's own handlers stand.
 */
export const undebuggable: readonly string[] = process.allowedNodeEnvironmentFlags.has('--disable-sigusr1')
  ? ['--disable-sigusr1']
  : ['--inspect-port=240.0.0.1:9229'];
