// A restarted process goes on where its predecessor died: what it needs to know, and which instances may be MASTER at once.
// Spec: our own rule (src/core/README.md); a peer takes over after `down_timer_adverts` intervals without an advert.

import { between, type Instant, times } from '../time.ts';
import { keepAuthentication } from './authentication.ts';
import type { InstanceConfig, SyncGroupConfig } from './config.ts';
import type { ResumedInstance } from './events.ts';
import { identityOf } from './identity.ts';
import type { InstanceState, VrrpMachine } from './state.ts';

/** For a successor: keep the newest, add to `silence` what passes until the successor starts. */
export const resumeOf = (machine: VrrpMachine, now: Instant): readonly ResumedInstance[] =>
  [...machine.instances.values()].map(({ config, state, advertisedAt, authentication }) => ({
    identity: identityOf(config),
    master: state === 'MASTER',
    silence: between(advertisedAt ?? now, now),
    authentication,
  }));

/** The last advert may have been sent a whole interval before the process died. */
const inTime = (config: InstanceConfig, { silence }: ResumedInstance): boolean =>
  silence < times(config.downTimerAdverts - 1, config.advertInterval);

/** Gives the instances back what is theirs, and returns the serials of those that were MASTER and may go on; a group only as a whole. */
export function takeUp(
  instances: readonly InstanceState[],
  groups: readonly SyncGroupConfig[],
  resume: readonly ResumedInstance[],
): ReadonlySet<number> {
  const left = new Map(resume.map(each => [each.identity, each]));
  const names = new Set<string>();
  for (const instance of instances) {
    const found = left.get(identityOf(instance.config));
    if (found === undefined) continue;
    left.delete(found.identity);
    instance.authentication = keepAuthentication(instance.config, found.authentication);
    if (found.master && inTime(instance.config, found)) names.add(instance.config.name);
  }
  for (const { members } of groups) {
    if (members.every(member => names.has(member))) continue;
    for (const member of members) names.delete(member);
  }
  return new Set(instances.filter(({ config }) => names.has(config.name)).map(({ serial }) => serial));
}
