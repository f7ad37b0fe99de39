// The derived times of VRRP, in whole microseconds, by the same integer arithmetic as keepalived: peers must agree to the tick.
// Spec: RFC 9568 section 6.1 (version 3, centiseconds), RFC 3768 section 6.1 (version 2, seconds).

import { type Duration, type Instant, microseconds, plus, times } from '../time.ts';
import type { Version } from './config.ts';
import { ownerPriority } from './priority.ts';

const microsecondsPerSecond = 1_000_000;
const microsecondsPerCentisecond = 10_000;

/** `advert_int` as the wire carries it: centiseconds in version 3, seconds in version 2. */
export const intervalField = (version: Version, interval: Duration): number =>
  Math.round(interval / (version === 3 ? microsecondsPerCentisecond : microsecondsPerSecond));

/** The interval a received advert states. */
export const intervalOfField = (version: Version, field: number): Duration =>
  microseconds(field * (version === 3 ? microsecondsPerCentisecond : microsecondsPerSecond));

/** `steps` of 1/256: of the master's interval in version 3 (centiseconds x 625 / 16), of one second in version 2. */
function skewOf(version: Version, steps: number, masterInterval: Duration): Duration {
  const span =
    version === 3
      ? (steps * intervalField(3, masterInterval) * 625) / 16
      : (steps * microsecondsPerSecond) / 256;
  return microseconds(Math.trunc(span));
}

/** Skew_Time: (256 - priority)/256 of the master's interval (version 3) or of a second (version 2). */
export const skewTime = (version: Version, priority: number, masterInterval: Duration): Duration =>
  skewOf(version, 256 - priority, masterInterval);

/** The skew of an address owner: the least there is. */
export const leastSkew = (version: Version, masterInterval: Duration): Duration =>
  skewTime(version, ownerPriority, masterInterval);

/** Master_Down_Interval / Active_Down_Interval: `down_timer_adverts` intervals and the skew. */
export const masterDownTime = (
  version: Version,
  priority: number,
  masterInterval: Duration,
  downTimerAdverts: number,
): Duration => plus(times(downTimerAdverts, masterInterval), skewTime(version, priority, masterInterval));

/** timer_expired_backup: a MASTER silent for longer than this must suppose that another took over. */
export const silenceLimit = (version: Version, skewPriority: number, advertInterval: Duration): Duration =>
  plus(
    times(3, advertInterval),
    version === 3
      ? microseconds(Math.trunc(((256 - skewPriority) * advertInterval) / 256))
      : skewTime(2, skewPriority, advertInterval),
  );

/** The instant moved by a span, but never before `now`. */
export const shifted = (timer: Instant, by: Duration, now: Instant): Instant =>
  Math.max(timer + by, now) as Instant;
