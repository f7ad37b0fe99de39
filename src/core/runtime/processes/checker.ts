// The checker process: joins daemon/checker-process.ts to connections, programs, IPVS and the supervisor.
// Spec: net(7) sockets, generic netlink family IPVS, rtnetlink for the addresses ha_suspend looks at.

import type { CheckEffect, CheckInput } from '../../check/index.ts';
import {
  type CheckerProcess,
  type CheckerProcessEffect,
  type CheckerProcessInput,
  checkerProcessDeadline,
  createCheckerProcess,
  stepCheckerProcess,
} from '../../daemon/index.ts';
import type { Fault } from '../../fault.ts';
import {
  type Connection,
  dial,
  drive,
  forgetClientContexts,
  openNetlink,
  type RunningProcess,
  returning,
} from '../../host/index.ts';
import { createIpvsClient, type Operation, subjectOf } from '../../ipvs/index.ts';
import { becomeChild } from '../child.ts';
import { watchLocalAddresses } from '../local-addresses.ts';
import { runScript } from '../run-script.ts';

const child = becomeChild('checker');
const { logger, programs } = child;
/** Annotated, so that the compiler knows that nothing follows a call. */
const die: (fault: Fault) => never = child.die;

/** What one checker has open. Events of anything but the current one are dropped. */
const connections = new Map<string, Connection>();
const running = new Map<string, RunningProcess>();
/** Kernel dialogues that are not answered yet: a stop waits for them, and each waits for the one before. */
let kernelWork: Promise<void> = Promise.resolve();

const driver = drive<{ current: CheckerProcess }, CheckerProcessInput, CheckerProcessEffect>({
  machine: returning({ step: stepCheckerProcess, deadline: checkerProcessDeadline, wake: { kind: 'wake' } }),
  initial: { current: createCheckerProcess() },
  perform,
});
let watching = false;
child.onMessage(message => {
  // Certificates may have changed with the configuration.
  forgetClientContexts();
  if (!watching && message.config.checkers.some(checker => checker.suspendWithoutAddress !== undefined)) {
    watching = true;
    void watchLocalAddresses(addresses => driver.post({ kind: 'local-addresses', addresses }), die);
  }
  driver.post(message);
});
child.onStop(() => driver.post({ kind: 'stop' }));

const opened = await openNetlink('generic');
if (!opened.ok) die(opened.fault);
const socket = opened.value;
const ipvs = createIpvsClient(requests => socket.ask(requests));

async function readKernel(): Promise<void> {
  const services = await ipvs.observe();
  if (!services.ok) die(services.fault);
  const timeouts = await ipvs.timeouts();
  driver.post({
    kind: 'kernel',
    services: services.value,
    ...(timeouts.ok ? { timeouts: timeouts.value } : {}),
  });
}

async function program(operations: readonly Operation[]): Promise<void> {
  const outcomes = await ipvs.apply(operations);
  for (const [i, outcome] of outcomes.entries()) {
    const operation = operations[i];
    if (outcome.ok || operation === undefined) continue;
    driver.post({ kind: 'refused', operation: subjectOf(operation), fault: outcome.fault });
  }
}

function inOrder(work: () => Promise<void>): void {
  kernelWork = kernelWork.then(work);
}

function performCheck(checker: string, effect: Exclude<CheckEffect, { kind: 'verdict' | 'log' }>): void {
  const tell = (input: CheckInput) => driver.post({ kind: 'check', checker, input });
  switch (effect.kind) {
    case 'connect': {
      connections.get(checker)?.close();
      connections.set(checker, dial(effect, tell));
      return;
    }
    case 'send':
      connections.get(checker)?.send(effect.bytes);
      return;
    case 'close':
      connections.get(checker)?.close();
      connections.delete(checker);
      return;
    case 'spawn': {
      const started = programs.start(effect.command, exit => {
        if (running.get(checker) !== started) return;
        running.delete(checker);
        tell({ kind: 'exited', ...exit });
      });
      running.set(checker, started);
      return;
    }
    case 'kill':
      running.get(checker)?.terminate();
      return;
  }
}

function perform(effect: CheckerProcessEffect): void {
  switch (effect.kind) {
    case 'check':
      performCheck(effect.checker, effect.effect);
      return;
    case 'flush':
      inOrder(async () => complain('flush', await ipvs.flush()));
      return;
    case 'set-timeouts':
      inOrder(async () => complain('set timeouts', await ipvs.setTimeouts(effect.timeouts)));
      return;
    case 'program':
      inOrder(() => program(effect.operations));
      return;
    case 'read-kernel':
      inOrder(readKernel);
      return;
    case 'run-notify':
      runScript(programs, effect.command, undefined, ({ success, detail }) =>
        driver.post({ kind: 'ended', ticket: effect.ticket, success, detail }),
      );
      return;
    case 'log':
      logger.log(effect);
      return;
    case 'ready':
    case 'configured':
      child.tell({ kind: effect.kind });
      return;
    case 'finish':
      void finish();
      return;
  }
}

function complain(operation: string, outcome: { ok: true } | { ok: false; fault: Fault }): void {
  if (!outcome.ok)
    logger.log({ level: 'error', message: `The kernel refused to ${operation}: ${outcome.fault.message}` });
}

async function finish(): Promise<void> {
  await kernelWork;
  driver.stop();
  socket.close();
  child.exit(0);
}

await readKernel();
