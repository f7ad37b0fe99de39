// The VRRP process: joins daemon/vrrp-process.ts to the performers of its effects and to the supervisor.
// Spec: netlink(7) for the mirror, raw(7) for advertisements, packet(7) for gratuitous ARP and neighbour advertisements.

import {
  type Configure,
  createVrrpProcess,
  rehearsal,
  stepVrrpProcess,
  type VrrpProcess,
  type VrrpProcessEffect,
  type VrrpProcessInput,
  vrrpProcessDeadline,
} from '../../daemon/index.ts';
import type { Fault } from '../../fault.ts';
import {
  becomeRealTime,
  drive,
  type LogEvent,
  openPacketSocket,
  type PacketSocket,
  rehearseTimer,
} from '../../host/index.ts';
import { possessionsOf, refusedRecord } from '../../link/index.ts';
import type { RouteNews } from '../../netlink/index.ts';
import { interfaceRecord, type ResumedInstance, recordOf, takeoverIsNear } from '../../vrrp/index.ts';
import { createBacklog } from '../backlog.ts';
import { becomeChild } from '../child.ts';
import { createFrames } from '../frames.ts';
import { workWhenIdle } from '../idle-work.ts';
import { type KernelInput, type KernelPerformer, openKernel } from '../kernel.ts';
import { type Ledger, openLedger } from '../ledger.ts';
import { createOutlets } from '../outlets.ts';
import { performBy } from '../performer.ts';
import { createReporter } from '../reporting.ts';
import { createScripts } from '../scripts.ts';
import { createTransports, type Transports } from '../transports.ts';

/** Milliseconds: the predecessor of a process that dies meanwhile resumes as what it was before. */
const reportDelay = 5;

const child = becomeChild('vrrp');
const { logger, programs } = child;
/** Annotated, so that the compiler knows that nothing follows a call. Its exit code says whether a restart can help. */
const die: (fault: Fault) => never = child.die;

const driver = drive<VrrpProcess, VrrpProcessInput, VrrpProcessEffect>({
  machine: { step: stepVrrpProcess, deadline: vrrpProcessDeadline, wake: { kind: 'wake' } },
  initial: createVrrpProcess(),
  perform: effect => parts.perform(effect),
  // A takeover must not be late: poll instead of sleeping when a BACKUP's master down timer is the next to end.
  exact: ({ machine }) => machine !== undefined && takeoverIsNear(machine),
  drain: () => parts.transports.drain(),
  prepare: warmUp,
});
// Before anything is awaited, so that a stop that comes meanwhile is heard; it waits until its effects can be performed.
let isReady = (): void => {};
const ready = new Promise<void>(resolve => {
  isReady = resolve;
});
child.onStop(() => void ready.then(() => setImmediate(driver.post, { kind: 'stop' })));

/** Lines are written when the step is done: a write must not hold up the address that is being taken over. */
const unwritten: LogEvent[] = [];
function logSoon(event: LogEvent): void {
  if (unwritten.push(event) === 1) setImmediate(writeLog);
}
function writeLog(): void {
  for (const event of unwritten.splice(0)) logger.log(event);
}

/** Who is MASTER is for the supervisor: many takeovers at once are one message. */
const unreported: Omit<ResumedInstance, 'silence'>[] = [];
function reportSoon(instance: Omit<ResumedInstance, 'silence'>): void {
  if (unreported.push(instance) > 1) return;
  setTimeout(() => child.tell({ kind: 'masters', instances: unreported.splice(0) }), reportDelay);
}

/** What the kernel held last: the scene of rehearsals. */
let scene: readonly RouteNews[] = [];
function hearKernel(input: KernelInput): void {
  if (input.kind === 'kernel') scene = input.news;
  driver.post(input);
}

/** What this process has open; nothing is performed before it is there. */
interface Parts {
  readonly packets: PacketSocket;
  readonly kernel: KernelPerformer;
  readonly ledger: Ledger;
  readonly transports: Transports;
  readonly perform: (effect: VrrpProcessEffect) => void;
  close(): void;
}
let parts: Parts;

async function openParts(): Promise<Parts> {
  const opened = await openPacketSocket();
  const packets = opened.ok ? opened.value : die(opened.fault);
  const joined = await openKernel({ post: hearKernel, log: logSoon, broken: die });
  const kernel = joined.ok ? joined.value : die(joined.fault);
  const ledger = await openLedger(logSoon);
  const transports = createTransports({ post: driver.post, log: logSoon, hopeless: die });
  const frames = createFrames(packets, logSoon);
  const scripts = createScripts(programs, driver.post);
  const backlog = createBacklog(() => vrrpProcessDeadline(driver.state));
  const outlets = createOutlets(programs, backlog, driver.post);
  const reporter = createVrrpReporter(transports);
  return {
    packets,
    kernel,
    ledger,
    transports,
    perform: performBy<VrrpProcessEffect>({
      advertise: effect => transports.perform(effect),
      'open-transport': effect => transports.perform(effect),
      'close-transport': effect => transports.perform(effect),
      'listen-for': effect => transports.perform(effect),
      record: effect => ledger.perform(effect),
      apply: effect => kernel.perform(effect),
      'watch-kernel': effect => kernel.perform(effect),
      'read-kernel': effect => kernel.perform(effect),
      'send-frames': effect => frames.perform(effect),
      'run-script': effect => scripts.perform(effect),
      deliver: effect => outlets.perform(effect),
      cancel: effect => outlets.perform(effect),
      log: logSoon,
      master: ({ instance }) => reportSoon(instance),
      configured: ({ kind }) => child.inForce(kind),
      ready({ kind }) {
        child.inForce(kind);
        prepareTakeover();
      },
      finish: () => void finish(),
    }),
    close() {
      for (const part of [reporter, transports, ledger, kernel, frames, scripts, outlets]) part.close();
    },
  };
}

/** Tells the supervisor what has changed, between deadlines. */
function createVrrpReporter({ strays, news }: Transports) {
  /** One record for an interface: what the machine counted there, and what the sockets dropped before it. */
  const strayRecord = (key: string) => {
    const name = key.slice('interface '.length);
    const counted = driver.state.machine?.strayCounters.get(name);
    return { kind: 'interface', record: interfaceRecord(name, counted, strays.get(name) ?? {}) } as const;
  };
  return createReporter({
    sources: [
      {
        news: () => driver.state.machine?.news,
        recordOf(key) {
          const { machine } = driver.state;
          if (key.startsWith('interface ')) return strayRecord(key);
          return machine === undefined ? undefined : recordOf(machine, key);
        },
      },
      { news: () => news, recordOf: strayRecord },
      {
        news: () => driver.state.holdings.news,
        recordOf(key) {
          const record = refusedRecord(driver.state.holdings, key);
          return record === undefined ? undefined : { kind: 'refused', record };
        },
      },
    ],
    send: child.tell,
    lateness: () => driver.lateness,
    deadline: () => vrrpProcessDeadline(driver.state),
    most: 64,
    // 255 instances that count with every advert are known anew every two seconds.
    // With every advert heard one moves, and its record costs as much as ten adverts.
    mostCounted: 16,
  });
}

async function finish(): Promise<void> {
  const { kernel, ledger, close } = parts;
  await kernel.settled();
  driver.stop();
  writeLog();
  const { machine, holdings } = driver.state;
  // A process that never started has not looked at what its predecessor left, and the kernel may have refused a removal.
  if (machine !== undefined && possessionsOf(holdings).length === 0) ledger.remove();
  close();
  child.exit(0);
}

/** What of a takeover can be performed without touching anything. */
function rehearse(effect: VrrpProcessEffect): void {
  if (effect.kind !== 'send-frames') return;
  // No interface has the index 0.
  for (const { frame } of effect.frames.slice(0, 1)) parts.packets.send(0, frame);
}

function* takeover(config: Configure['config']): Generator<undefined, void, void> {
  let slice = 0;
  for (const _ of rehearsal(config, scene, rehearse)) {
    if (slice++ % 50 === 0) parts.kernel.rehearse();
    yield;
  }
  yield void rehearseTimer();
}

/** The process is up; what it may have to do in a hurry is now done once in peace. */
function prepareTakeover(): void {
  void becomeRealTime().then(real => {
    const message =
      'Real-time scheduling is not permitted (CAP_SYS_NICE): on a busy machine advertisements may be late';
    if (!real) logSoon({ level: 'warning', message });
    const { config } = driver.state;
    if (config !== undefined) workWhenIdle(takeover(config), () => vrrpProcessDeadline(driver.state));
  });
}

/** A takeover is near: what it will run was compiled long ago, but has left the processor's caches since. */
function warmUp({ config }: VrrpProcess): void {
  if (config === undefined || scene.length === 0) return;
  const rounds = rehearsal(config, scene, rehearse, 2);
  while (rounds.next().done !== true);
  parts.kernel.rehearse();
}

void openParts().then(opened => {
  parts = opened;
  const { left } = parts.ledger;
  if (left.length > 0) driver.post({ kind: 'inherit', possessions: left });
  child.onMessage(
    message => driver.post(message),
    order => {
      if (order.kind === 'override-priority') driver.post(order);
    },
  );
  isReady();
});
