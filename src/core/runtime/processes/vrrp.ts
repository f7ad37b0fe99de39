// The VRRP process: joins daemon/vrrp-process.ts to the performers of its effects and to the supervisor.
// Spec: netlink(7) for the mirror, raw(7) for adverts, packet(7) for gratuitous ARP and neighbour advertisements.

import {
  createVrrpProcess,
  itemName,
  rehearsal,
  stepVrrpProcess,
  type ToChild,
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
  rehearseTimer,
  returning,
} from '../../host/index.ts';
import type { Operation } from '../../link/index.ts';
import type { RouteNews } from '../../netlink/index.ts';
import type { Transport } from '../../vrrp/index.ts';
import { advertPacket } from '../../wire/index.ts';
import { becomeChild } from '../child.ts';
import { createFrames } from '../frames.ts';
import { workWhenIdle } from '../idle-work.ts';
import { type KernelInput, type KernelScope, openKernel } from '../kernel.ts';
import { type Performer, performAll } from '../performer.ts';
import { createScripts } from '../scripts.ts';
import { createTransports, type TransportEffect } from '../transports.ts';

const child = becomeChild('vrrp');
const { logger, programs } = child;
/** Annotated, so that the compiler knows that nothing follows a call. */
const die: (fault: Fault) => never = child.die;

const driver = drive<{ current: VrrpProcess }, VrrpProcessInput, VrrpProcessEffect>({
  machine: returning({ step: stepVrrpProcess, deadline: vrrpProcessDeadline, wake: { kind: 'wake' } }),
  initial: { current: createVrrpProcess },
  perform: effect => perform(effect),
  exact: ({ current }) => takeoverIsNear(current),
  prepare: ({ current }) => warmUp(current),
});

/** Lines are written when the step is done: a write must not hold up the address that is being taken over. */
const unwritten: LogEvent[] = [];
function logSoon(event: LogEvent): void {
  if (unwritten.push(event) === 1) setImmediate(writeLog);
}
function writeLog(): void {
  for (const event of unwritten.splice(0)) logger.log(event);
}

const packets = await openPacketSocket();
if (!packets.ok) die(packets.fault);
const packetSocket = packets.value;
const frames = createFrames(packetSocket, logSoon);
const transports = createTransports({ post: driver.post, log: logSoon, hopeless: die });
const opened = await openKernel({ post: hearKernel, log: logSoon, broken: die });
if (!opened.ok) die(opened.fault);
const kernel = opened.value;

/** What the kernel held last: the scene of rehearsals. */
let scene: readonly RouteNews[] = [];
/** Operations the kernel has not answered yet. */
const asked = new Map<number, Operation>();
let nextTicket = 1;

function hearKernel(input: KernelInput): void {
  if (input.kind === 'completions') {
    for (const { ticket, fault } of input.completions) complete(ticket, fault);
    return;
  }
  if (input.kind === 'kernel') scene = input.news;
  driver.post(input);
}

function complete(ticket: number, fault: Fault | undefined): void {
  const operation = asked.get(ticket);
  asked.delete(ticket);
  if (operation === undefined || fault === undefined) return;
  // Already so: a removal of what an interface took with it, an addition of what another run left behind.
  const done = operation.verb === 'remove' ? ['EADDRNOTAVAIL', 'ESRCH', 'ENODEV', 'ENOENT'] : ['EEXIST'];
  if (fault.errno !== undefined && done.includes(fault.errno)) return;
  const name = `to ${operation.verb} ${operation.object} ${operation.subject}`;
  const absent = operation.verb === 'add' ? { absent: itemName(operation) } : {};
  driver.post({ kind: 'refused', operation: name, fault, ...absent });
}

const applying: Performer<VrrpProcessEffect & { kind: 'apply' }> = {
  kinds: ['apply'],
  perform({ operations }) {
    const tickets = operations.map(operation => {
      const ticket = nextTicket++;
      asked.set(ticket, operation);
      return { ticket, request: operation.request };
    });
    kernel.perform({ kind: 'apply', operations: tickets });
  },
  close() {},
};

const reading: Performer<VrrpProcessEffect & { kind: 'read-kernel' }> = {
  kinds: ['read-kernel'],
  perform: effect => kernel.perform(effect),
  close() {},
};

const logging: Performer<VrrpProcessEffect & { kind: 'log' }> = {
  kinds: ['log'],
  perform: logSoon,
  close() {},
};

const channel: Performer<VrrpProcessEffect & { kind: 'masters' | 'ready' | 'configured' }> = {
  kinds: ['masters', 'ready', 'configured'],
  perform(effect) {
    child.tell(effect);
    if (effect.kind === 'ready') prepareTakeover();
  },
  close() {},
};

const ending: Performer<VrrpProcessEffect & { kind: 'finish' }> = {
  kinds: ['finish'],
  perform: () => void finish(),
  close() {},
};

/** VRIDs of the instances that may hear packets on a transport; all others need not reach the machine. */
function vridsOn({ family, interface: name }: Transport): number[] {
  const instances = driver.state.current.config?.vrrp.instances ?? [];
  return instances.flatMap(each => (each.family === family && each.interface === name ? [each.vrid] : []));
}

const openTransports = new Map<string, Transport>();
const speaking: Performer<TransportEffect> = {
  kinds: transports.kinds,
  perform(effect) {
    if (effect.kind === 'close-transport') openTransports.delete(effect.transport.key);
    if (effect.kind !== 'open-transport') {
      transports.perform(effect);
      return;
    }
    openTransports.set(effect.transport.key, effect.transport);
    transports.perform({ ...effect, vrids: vridsOn(effect.transport) });
  },
  close: () => transports.close(),
};

const scripts = createScripts(programs, driver.post);
const performers = [speaking, frames, applying, reading, scripts, logging, channel, ending];
const perform = performAll<VrrpProcessEffect>(performers);

async function finish(): Promise<void> {
  await kernel.settled();
  driver.stop();
  for (const performer of [...performers, kernel]) performer.close();
  writeLog();
  child.exit(0);
}

/** A takeover must not be late: poll instead of sleeping when a BACKUP's master down timer is the next to end. */
function takeoverIsNear(state: VrrpProcess): boolean {
  const deadline = vrrpProcessDeadline(state);
  for (const instance of state.machine?.instances.values() ?? []) {
    if (instance.state === 'BACKUP' && instance.timer === deadline) return true;
  }
  return false;
}

/** Everything a takeover runs through, without touching anything. */
function rehearse(effect: VrrpProcessEffect): void {
  if (effect.kind === 'advertise') advertPacket(effect.source, effect.source, effect.ttl, effect.bytes);
  if (effect.kind !== 'send-frames') return;
  // No interface has the index 0.
  for (const { frame } of effect.frames.slice(0, 1)) packetSocket.send(0, frame);
}

function* takeover(config: ToChild['config']): Generator<undefined, void, void> {
  let slice = 0;
  for (const _ of rehearsal(config, scene, rehearse)) {
    if (slice++ % 50 === 0) kernel.rehearse();
    yield;
  }
  yield void rehearseTimer();
}

/** The process is up; what it may have to do in a hurry is now done once in peace. */
function prepareTakeover(): void {
  void becomeRealTime().then(real => {
    const message =
      'Real-time scheduling is not permitted (CAP_SYS_NICE): on a busy machine adverts may be late';
    if (!real) logSoon({ level: 'warning', message });
    const { config } = driver.state.current;
    if (config !== undefined) workWhenIdle(takeover(config), () => vrrpProcessDeadline(driver.state.current));
  });
}

/** A takeover is near: what it will run was compiled long ago, but has left the processor's caches since. */
function warmUp({ config }: VrrpProcess): void {
  if (config === undefined || scene.length === 0) return;
  const rounds = rehearsal(config, scene, rehearse, 2);
  while (rounds.next().done !== true);
  kernel.rehearse();
}

/** Routes and rules are watched from when something of the kind is configured; what a reload takes away is still to be removed. */
let scope: KernelScope | undefined;
function watchFor({ vrrp }: ToChild['config']): void {
  const { instances } = vrrp;
  const routes = vrrp.staticRoutes.length > 0 || instances.some(each => each.routes.length > 0);
  const rules = vrrp.staticRules.length > 0 || instances.some(each => each.rules.length > 0);
  const wanted = { routes: routes || scope?.routes === true, rules: rules || scope?.rules === true };
  if (wanted.routes === scope?.routes && wanted.rules === scope.rules) return;
  scope = wanted;
  kernel.perform({ kind: 'watch-kernel', scope });
}

child.onStop(() => driver.post({ kind: 'stop' }));
child.onMessage(message => {
  driver.post(message);
  watchFor(message.config);
  for (const [key, transport] of openTransports)
    transports.perform({ kind: 'listen-for', transport: key, vrids: vridsOn(transport) });
});
