// A takeover must not be the first time its code runs: cold code made it three to seven milliseconds late (measured).
// Spec: V8 compiles a function when it is first called and optimises it when it was called often.

import type { Config } from '../conf/config.ts';
import type { RouteNews } from '../netlink/index.ts';
import { type Instant, instant } from '../time.ts';
import {
  createVrrpProcess,
  stepVrrpProcess,
  type VrrpProcessEffect,
  vrrpProcessDeadline,
} from './vrrp-process.ts';

/** Enough rounds for the optimiser; some tens of milliseconds. */
export const untilOptimised = 150;
/** Wakes after the start: the takeover, its announcements, a few adverts. */
const wakes = 4;

/** The instance's interface and its addresses: a router's whole table would make the rehearsal long. */
function sceneOf(name: string | undefined, news: readonly RouteNews[]): readonly RouteNews[] {
  const link = news.find(item => item.kind === 'link' && item.record.name === name);
  if (link?.kind !== 'link') return [];
  const { index } = link.record;
  return [link, ...news.filter(item => item.kind === 'address' && item.record.ifindex === index)];
}

/**
 * Plays start, takeover and stop of the first instance on a throwaway machine, in virtual time. `perform` gets the effects, to run
 * what it can of its own way without touching anything.
 */
export function rehearse(
  config: Config,
  news: readonly RouteNews[],
  rounds: number,
  perform: (effect: VrrpProcessEffect) => void,
): void {
  const { instances } = config.vrrp;
  const alone: Config = {
    ...config,
    vrrp: {
      ...config.vrrp,
      instances: instances.slice(0, 1),
      groups: [],
      scripts: [],
      staticAddresses: [],
      staticRoutes: [],
      staticRules: [],
    },
  };
  const scene = sceneOf(instances[0]?.interface, news);
  for (let round = 0; round < rounds; round++) {
    let state = createVrrpProcess;
    let now: Instant = instant(1_000_000);
    const play = (input: Parameters<typeof stepVrrpProcess>[1]) => {
      const stepped = stepVrrpProcess(state, input, now);
      state = stepped.state;
      for (const effect of stepped.effects) perform(effect);
    };
    play({ kind: 'configure', config: alone });
    play({ kind: 'kernel', news: scene });
    for (let wake = 0; wake < wakes; wake++) {
      now = vrrpProcessDeadline(state) ?? now;
      play({ kind: 'wake' });
    }
    play({ kind: 'stop' });
  }
}
