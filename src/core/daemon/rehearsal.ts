// A takeover must not be the first time its code runs: cold code made it three to seven milliseconds late (measured).
// Spec: V8 compiles a function when it is first called and optimises it when it was called often.

import type { Config } from '../conf/config.ts';
import type { RouteNews } from '../netlink/index.ts';
import { type Instant, instant } from '../time.ts';
import { stepVrrpProcess } from './vrrp-process.ts';
import { createVrrpProcess, type VrrpProcessEffect, vrrpProcessDeadline } from './vrrp-state.ts';

/** Enough rounds for the optimiser. */
const untilOptimised = 150;
/** Wakes after the start: the takeover, its announcements, a few adverts. */
const wakes = 4;
/** Addresses of the interface that may be where adverts come from: more make each round dearer and show nothing new. */
const sources = 2;

/** The interface of the instance and an address to speak from. */
function sceneOf(config: Config, news: readonly RouteNews[]): readonly RouteNews[] {
  const [instance] = config.vrrp.instances;
  const link = news.find(item => item.kind === 'link' && item.record.name === instance?.interface);
  if (instance === undefined || link?.kind !== 'link') return [];
  const { index } = link.record;
  const ours = new Set(instance.addresses.map(({ prefix }) => prefix.address));
  const found: RouteNews[] = [];
  for (const item of news) {
    if (item.kind !== 'address' || item.record.ifindex !== index) continue;
    if (ours.has(item.record.prefix.address)) continue;
    if (found.push(item) === sources) break;
  }
  return [link, ...found];
}

/** The first instance alone, with one address and nothing else to hold or to watch: whatever the file has, a round costs the same. */
function alone({ vrrp, ...config }: Config): Config {
  const instances = vrrp.instances.slice(0, 1).map(instance => ({
    ...instance,
    addresses: instance.addresses.slice(0, 1),
    excludedAddresses: [],
    routes: [],
    rules: [],
    trackInterfaces: [],
    trackScripts: [],
    trackFiles: [],
    trackProcesses: [],
    trackBfd: [],
    unicastPeers: instance.unicastPeers.slice(0, 1),
  }));
  const without = { groups: [], scripts: [], staticAddresses: [], staticRoutes: [], staticRules: [] };
  return { ...config, vrrp: { ...vrrp, ...without, instances } };
}

/**
 * Plays start, takeover and stop of one instance on a throwaway machine, in virtual time. Each `next()` is one step of it: well below two
 * milliseconds, for whoever runs them between his deadlines. `perform` gets the effects, to run what it can of its own way without touching
 * anything. `news`: what the kernel held at some time.
 */
export function* rehearsal(
  config: Config,
  news: readonly RouteNews[],
  perform: (effect: VrrpProcessEffect) => void,
  rounds: number = untilOptimised,
): Generator<undefined, void, void> {
  const scene = sceneOf(config, news);
  const small = alone(config);
  for (let round = 0; round < rounds; round++) {
    const process = createVrrpProcess();
    let now: Instant = instant(1_000_000);
    const tickets: number[] = [];
    const play = (input: Parameters<typeof stepVrrpProcess>[1]): undefined => {
      for (const effect of stepVrrpProcess(process, input, now)) {
        perform(effect);
        if (effect.kind === 'apply') for (const { ticket } of effect.operations) tickets.push(ticket);
      }
    };
    /** The kernel has done what it was asked: only then is something announced. */
    const answer = (): undefined =>
      play({
        kind: 'completions',
        completions: tickets.splice(0).map(ticket => ({ ticket, fault: undefined })),
      });
    const wake = (): undefined => {
      now = vrrpProcessDeadline(process) ?? now;
      play({ kind: 'wake' });
    };
    yield play({ kind: 'configure', config: small });
    yield play({ kind: 'kernel', news: scene });
    for (let woken = 0; woken < wakes; woken++) {
      yield wake();
      yield answer();
    }
    yield play({ kind: 'stop' });
    yield wake();
    yield answer();
  }
}
