// The checker process: joins daemon/checker-process.ts to connections, programs, IPVS and the supervisor.
// Spec: net(7) sockets, generic netlink family IPVS, rtnetlink for the addresses ha_suspend looks at.

import type { CheckInput } from '../../check/index.ts';
import {
  type CheckerProcess,
  type CheckerProcessEffect,
  type CheckerProcessInput,
  checkerProcessDeadline,
  checkerRecordOf,
  createCheckerProcess,
  stepCheckerProcess,
} from '../../daemon/index.ts';
import type { Fault } from '../../fault.ts';
import { drive, forgetClientContexts, openNetlink } from '../../host/index.ts';
import { createIpvsClient } from '../../ipvs/index.ts';
import { createBacklog } from '../backlog.ts';
import { createCheckConnections } from '../check-connections.ts';
import { createCheckPrograms } from '../check-programs.ts';
import { becomeChild } from '../child.ts';
import { createIpvsKernel } from '../ipvs-kernel.ts';
import { watchLocalAddresses } from '../local-addresses.ts';
import { createOutlets } from '../outlets.ts';
import { createReporter } from '../reporting.ts';
import { claimConfigured } from '../service-claims.ts';

const child = becomeChild('checker');
const { logger, programs } = child;
/** Annotated, so that the compiler knows that nothing follows a call. Its exit code says whether a restart can help. */
const die: (fault: Fault) => never = child.die;

const tell = (checker: string, input: CheckInput): void => driver.post({ kind: 'check', checker, input });
const connections = createCheckConnections(tell);
const checkPrograms = createCheckPrograms(tell, programs);
const outlets = createOutlets(
  programs,
  createBacklog(() => undefined),
  input => driver.post(input),
);

/** Not awaited here: a stop that comes meanwhile must be heard. */
const socket = openNetlink('generic').then(opened => (opened.ok ? opened.value : die(opened.fault)));
const kernel = createIpvsKernel({
  client: createIpvsClient(async requests => (await socket).ask(requests)),
  post: input => driver.post(input),
  complain: message => logger.log({ level: 'error', message }),
  broken: die,
});

const driver = drive<CheckerProcess, CheckerProcessInput, CheckerProcessEffect>({
  machine: { step: stepCheckerProcess, deadline: checkerProcessDeadline, wake: { kind: 'wake' } },
  initial: createCheckerProcess(),
  perform,
});

const claims = claimConfigured(message => logger.log({ level: 'warning', message }));

let watching = false;
child.onMessage(
  message => {
    // Certificates may have changed with the configuration.
    forgetClientContexts();
    if (!watching && message.config.checkers.some(checker => checker.suspendWithoutAddress !== undefined)) {
      watching = true;
      void watchLocalAddresses(addresses => driver.post({ kind: 'local-addresses', addresses }), die);
    }
    claims.configure(message.config.virtualServers);
    driver.post(message);
  },
  order => {
    if (order.kind === 'check-now' || order.kind === 'override-weight') driver.post(order);
  },
);
child.onStop(() => driver.post({ kind: 'stop' }));

function perform(effect: CheckerProcessEffect): void {
  switch (effect.kind) {
    case 'check': {
      const { checker, effect: wanted } = effect;
      if (wanted.kind === 'spawn' || wanted.kind === 'kill') checkPrograms.perform(checker, wanted);
      else connections.perform(checker, wanted);
      return;
    }
    case 'flush':
    case 'set-timeouts':
    case 'program':
    case 'read-kernel':
      kernel.perform(effect);
      return;
    case 'deliver':
    case 'cancel':
      outlets.perform(effect);
      return;
    case 'log':
      logger.log(effect);
      return;
    case 'ready':
    case 'configured':
      child.inForce(effect.kind);
      return;
    case 'finish':
      void finish();
      return;
  }
}

const ofProcess = (key: string) => checkerRecordOf(driver.state, key);
const reporter = createReporter({
  sources: [
    // A check comes before what it makes of its server: transitions are told in this order.
    { news: () => driver.state.news, recordOf: ofProcess },
    { news: () => driver.state.pool.news, recordOf: ofProcess },
  ],
  send: child.tell,
  lateness: () => driver.lateness,
  deadline: () => checkerProcessDeadline(driver.state),
  most: 512,
  mostCounted: 512,
});

async function finish(): Promise<void> {
  await kernel.idle();
  await claims.remove();
  reporter.close();
  driver.stop();
  (await socket).close();
  child.exit(0);
}

kernel.perform({ kind: 'read-kernel' });
