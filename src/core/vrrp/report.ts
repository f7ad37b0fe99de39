// Lines about what others send: the first of each cause is always written, repetitions are counted and written once a minute at most.
// Spec: anybody on the segment can send; neither the log nor the memory may grow with what they send.

import { after, between, type Instant, inSeconds, seconds } from '../time.ts';
import type { LogLevel } from './events.ts';
import type { InstanceState, Reports } from './state.ts';
import { say, type Turn } from './turn.ts';

/** Two lines of one kind are this far apart. */
const quiet = seconds(60);
/** Senders (or other subjects) that are remembered one by one; also the lines that one cause may write within `quiet`. */
export const mostSubjects = 16;

const counted = new Intl.NumberFormat('en-US');

/** The suffix of a line that comes after others were left out. */
function omitted(count: number, since: Instant, now: Instant): string {
  if (count === 0) return '';
  const span = Math.max(1, Math.round(inSeconds(between(since, now))));
  return ` (${counted.format(count)} more in the last ${span} s)`;
}

/** Whether the line may be written now, and the suffix it then gets. undefined: it was counted instead. */
function admit(
  reports: Reports,
  cause: string,
  subject: string | undefined,
  now: Instant,
): string | undefined {
  let budget = reports.causes.get(cause);
  if (budget === undefined) {
    budget = { at: now, lines: 0, suppressed: 0 };
    reports.causes.set(cause, budget);
  }
  const key = subject === undefined ? undefined : `${cause} ${subject}`;
  const known = key === undefined ? undefined : reports.subjects.get(key);
  if (known !== undefined && key !== undefined) {
    // Used again: to the end.
    reports.subjects.delete(key);
    reports.subjects.set(key, known);
    if (now < after(known.at, quiet)) {
      known.suppressed++;
      return undefined;
    }
  }
  const renewed = now >= after(budget.at, quiet);
  const full = budget.lines >= (subject === undefined ? 1 : mostSubjects);
  if (budget.lines > 0 && full && !renewed) {
    budget.suppressed++;
    return undefined;
  }
  const left = renewed || budget.lines === 0 ? budget.suppressed : 0;
  const suffix = omitted((known?.suppressed ?? 0) + left, known?.at ?? budget.at, now);
  if (renewed) {
    budget.at = now;
    budget.lines = 0;
    budget.suppressed = 0;
  }
  budget.lines++;
  if (key !== undefined) {
    reports.subjects.delete(key);
    reports.subjects.set(key, { at: now, lines: 1, suppressed: 0 });
    if (reports.subjects.size > mostSubjects) {
      const [oldest] = reports.subjects.keys();
      if (oldest !== undefined) reports.subjects.delete(oldest);
    }
  }
  return suffix;
}

/** A line about an instance. `cause` is one of a few fixed words; `subject`: who sent it, where each sender deserves a line of its own. */
export function report(
  turn: Turn,
  level: LogLevel,
  instance: InstanceState,
  cause: string,
  subject: string | undefined,
  message: string,
): void {
  const suffix = admit(instance.reports, cause, subject, turn.now);
  const { name } = instance.config;
  if (suffix !== undefined) say(turn, level, `${name}: ${message}${suffix}`, { instance: name });
}

/** The same for what concerns no instance. */
export function reportStray(turn: Turn, cause: string, subject: string, message: string): void {
  const suffix = admit(turn.machine.reports, cause, subject, turn.now);
  if (suffix !== undefined) say(turn, 'info', `${message}${suffix}`);
}
