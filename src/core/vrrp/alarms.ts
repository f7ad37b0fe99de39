// Every deadline of the machine by name, in one agenda: the only place where one is set, cancelled or read.
// Spec: RFC 9568 section 6.2 (timers); keepalived.conf(5) for preempt_delay, garp_*, vrrp_startup_delay, script intervals.

import { arm, nextDeadline, takeDue } from '../agenda.ts';
import type { Instant } from '../time.ts';
import type { VrrpMachine } from './state.ts';

/** The alarms of one instance, keyed by its serial. */
export const instanceAlarms = [
  /** BACKUP: Master_Down_Timer (Active_Down_Timer). MASTER: Adver_Timer. */
  'timer',
  /** End of preempt_delay. */
  'preempt',
  /** The burst after garp_master_delay. */
  'delayed',
  /** garp_master_refresh. */
  'refresh',
  /** The burst after garp_lower_prio_delay. */
  'lower',
  /** An address owner has defended itself for long enough: the conflict is over. */
  'owner',
  /** LEAVING: nobody has taken over until now, and nobody will. */
  'leave',
] as const;
export type InstanceAlarm = (typeof instanceAlarms)[number];

/** `startup`: vrrp_startup_delay, without key. `queue`: keyed by queue. `script`: by name. */
export type Alarm = InstanceAlarm | 'startup' | 'queue' | 'script';

type Alarms = Pick<VrrpMachine, 'alarms'>;
type Key = number | string;

/** An instance has its alarms at its serial times this. */
const span = 8;
const places = Object.fromEntries(instanceAlarms.map((alarm, place) => [alarm, place])) as Record<
  InstanceAlarm,
  number
>;

/** A number for an instance's alarm: each packet of a master arms one, and making a text of it costs more than arming it. */
const subjectOf = (alarm: Alarm, key: Key): string | number =>
  typeof key === 'number'
    ? key * span + places[alarm as InstanceAlarm]
    : key === ''
      ? alarm
      : `${alarm} ${key}`;

/** undefined cancels. */
export const setAlarm = (machine: Alarms, alarm: Alarm, key: Key, at: Instant | undefined): void =>
  arm(machine.alarms, subjectOf(alarm, key), at);

export const alarmAt = (machine: Alarms, alarm: Alarm, key: Key): Instant | undefined =>
  machine.alarms.entries.get(subjectOf(alarm, key))?.at;

export function cancelInstanceAlarms(machine: Alarms, serial: number): void {
  for (const alarm of instanceAlarms) setAlarm(machine, alarm, serial, undefined);
}

/** When the machine next wants a `wake`; undefined: never. May change after every step. */
export const deadline = (machine: Alarms): Instant | undefined => nextDeadline(machine.alarms);

/** `startup` has the key '', an instance's alarm its serial. */
export type Due =
  | { readonly alarm: InstanceAlarm; readonly key: number }
  | { readonly alarm: Exclude<Alarm, InstanceAlarm>; readonly key: string };

export function parseAlarm(subject: string | number): Due {
  if (typeof subject === 'number') {
    const place = subject % span;
    return { alarm: instanceAlarms[place] as InstanceAlarm, key: (subject - place) / span };
  }
  const end = subject.indexOf(' ');
  const alarm = (end < 0 ? subject : subject.slice(0, end)) as Exclude<Alarm, InstanceAlarm>;
  return { alarm, key: end < 0 ? '' : subject.slice(end + 1) };
}

/** Disarms and returns the earliest alarm if it is due. */
export function takeAlarm(machine: Alarms, now: Instant): Due | undefined {
  const subject = takeDue(machine.alarms, now);
  return subject === undefined ? undefined : parseAlarm(subject);
}

/** The next deadline is a BACKUP's master down timer: it must be met to better than a millisecond. */
export function takeoverIsNear(machine: VrrpMachine): boolean {
  const [first] = machine.alarms.heap;
  if (first === undefined) return false;
  const { subject } = first;
  if (typeof subject !== 'number' || subject % span !== places.timer) return false;
  return machine.instances.get(subject / span)?.state === 'BACKUP';
}
