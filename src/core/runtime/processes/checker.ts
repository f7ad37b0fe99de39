// The checker process: joins daemon/checker-process.ts to connections, programs, IPVS and the supervisor.
// Spec: net(7) sockets, generic netlink family IPVS, rtnetlink for the addresses ha_suspend looks at.

import type { CheckInput } from '../../check/index.ts';
import {
  type CheckerProcess,
  type CheckerProcessEffect,
  type CheckerProcessInput,
  checkerProcessDeadline,
  createCheckerProcess,
  stepCheckerProcess,
} from '../../daemon/index.ts';
import { exitCodes, type Fault, type FaultCode, remedyOf } from '../../fault.ts';
import { drive, forgetAccounts, forgetClientContexts, openNetlink } from '../../host/index.ts';
import { createIpvsClient } from '../../ipvs/index.ts';
import { createCheckConnections } from '../check-connections.ts';
import { createCheckPrograms } from '../check-programs.ts';
import { becomeChild } from '../child.ts';
import { createIpvsKernel } from '../ipvs-kernel.ts';
import { watchLocalAddresses } from '../local-addresses.ts';
import { runScript } from '../run-script.ts';

const child = becomeChild('checker');
const { logger } = child;
/** Annotated, so that the compiler knows that nothing follows a call. */
const die: (fault: Fault) => never = child.die;

/** What a fresh process would meet again. */
const hopeless: readonly FaultCode[] = ['ipvs-missing', 'native-missing', 'not-permitted'];

/** The kernel cannot be talked to: for the supervisor to start this process anew, unless that cannot help. */
function giveUp(fault: Fault): never {
  if (hopeless.includes(fault.code)) die(fault);
  logger.log({ level: 'error', message: `${fault.message}. ${remedyOf(fault)}` });
  process.exit(exitCodes.internal);
}

const tell = (checker: string, input: CheckInput): void => driver.post({ kind: 'check', checker, input });
const connections = createCheckConnections(tell);
const programs = createCheckPrograms(tell);

/** Not awaited here: a stop that comes meanwhile must be heard. */
const socket = openNetlink('generic').then(opened => (opened.ok ? opened.value : giveUp(opened.fault)));
const kernel = createIpvsKernel({
  client: createIpvsClient(async requests => (await socket).ask(requests)),
  post: input => driver.post(input),
  complain: message => logger.log({ level: 'error', message }),
  broken: giveUp,
});

const driver = drive<CheckerProcess, CheckerProcessInput, CheckerProcessEffect>({
  machine: { step: stepCheckerProcess, deadline: checkerProcessDeadline, wake: { kind: 'wake' } },
  initial: createCheckerProcess(),
  perform,
});

let watching = false;
child.onMessage(message => {
  // Users and certificates may have changed with the configuration.
  forgetAccounts();
  forgetClientContexts();
  if (!watching && message.config.checkers.some(checker => checker.suspendWithoutAddress !== undefined)) {
    watching = true;
    void watchLocalAddresses(addresses => driver.post({ kind: 'local-addresses', addresses }), giveUp);
  }
  driver.post(message);
});
child.onStop(() => driver.post({ kind: 'stop' }));

function perform(effect: CheckerProcessEffect): void {
  switch (effect.kind) {
    case 'check': {
      const { checker, effect: wanted } = effect;
      if (wanted.kind === 'spawn' || wanted.kind === 'kill') programs.perform(checker, wanted);
      else connections.perform(checker, wanted);
      return;
    }
    case 'flush':
    case 'set-timeouts':
    case 'program':
    case 'read-kernel':
      kernel.perform(effect);
      return;
    case 'run-notify':
      runScript(effect.command, undefined, ({ success, detail }) =>
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

async function finish(): Promise<void> {
  await kernel.idle();
  driver.stop();
  (await socket).close();
  child.exit(0);
}

kernel.perform({ kind: 'read-kernel' });
