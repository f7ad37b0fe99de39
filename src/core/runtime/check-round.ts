// Every checker of a configuration beside no kernel: what the daemon would serve, asked from here, without changing anything.
// Spec: daemon/checker-process.ts decides; effects on the kernel and on outlets are not performed.

import type { Config } from '../conf/config.ts';
import {
  type CheckerProcess,
  type CheckerProcessEffect,
  type CheckerProcessInput,
  checkerProcessDeadline,
  createCheckerProcess,
  stepCheckerProcess,
} from '../daemon/index.ts';
import { drive, learnAccounts } from '../host/index.ts';
import { createCheckConnections } from './check-connections.ts';
import { createCheckPrograms } from './check-programs.ts';
import { createPrograms, ownersIn } from './programs.ts';

export interface CheckRound {
  readonly process: CheckerProcess;
  /** Resolves with true when each checker has found something, with false when it was closed before. `told` hears how many have. */
  complete(told: (done: number) => void): Promise<boolean>;
  /** Breaks off what runs, ends programs. */
  close(): Promise<void>;
}

/** So many are asked at once: each takes a descriptor or a process. */
const mostAtOnce = 256;
/** Milliseconds between two looks at those that were asked. */
const look = 10;

/** Starts the checkers of a configuration that was loaded, with the schedule of the file. Addresses of the director do not matter here. */
export async function startChecks(config: Config): Promise<CheckRound> {
  await learnAccounts(ownersIn(config));
  const programs = createPrograms();
  programs.demandSecurity(config.global.scriptSecurity);
  const tell = (checker: string, input: Extract<CheckerProcessInput, { kind: 'check' }>['input']) =>
    driver.post({ kind: 'check', checker, input });
  const connections = createCheckConnections(tell);
  const checkPrograms = createCheckPrograms(tell, programs);
  const driver = drive<CheckerProcess, CheckerProcessInput, CheckerProcessEffect>({
    machine: { step: stepCheckerProcess, deadline: checkerProcessDeadline, wake: { kind: 'wake' } },
    initial: createCheckerProcess(),
    perform(effect) {
      if (effect.kind !== 'check') return;
      const { checker, effect: wanted } = effect;
      if (wanted.kind === 'spawn' || wanted.kind === 'kill') checkPrograms.perform(checker, wanted);
      else connections.perform(checker, wanted);
    },
  });
  const checkers = config.checkers.map(checker => ({ ...checker, suspendWithoutAddress: undefined }));
  driver.post({ kind: 'kernel', services: [] });
  driver.post({ kind: 'configure', config: { ...config, checkers } });
  let stopped = false;

  const isDone = (id: string): boolean => {
    const standing = driver.state.checkers.get(id)?.standing;
    return standing === undefined || standing.hasResult || standing.last?.result === 'untried';
  };
  return {
    process: driver.state,
    async complete(told) {
      const total = checkers.length;
      const waiting = checkers.map(({ id }) => id).reverse();
      const asked = new Set<string>();
      while (!stopped && waiting.length + asked.size > 0) {
        for (const id of asked) if (isDone(id)) asked.delete(id);
        while (asked.size < mostAtOnce && waiting.length > 0) asked.add(waiting.pop() ?? '');
        // One with several urls runs once for each: it is hurried on until it has found something.
        if (asked.size > 0) driver.post({ kind: 'check-now', checkers: [...asked] });
        told(total - waiting.length - asked.size);
        if (asked.size > 0) await new Promise(done => setTimeout(done, look));
      }
      return !stopped;
    },
    async close() {
      stopped = true;
      for (const id of driver.state.checkers.keys())
        driver.post({ kind: 'check', checker: id, input: { kind: 'suspend' } });
      driver.stop();
      await programs.end();
    },
  };
}
