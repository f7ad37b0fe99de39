// What each input of the VRRP process does: the configuration, the kernel's news and answers, packets, ends of programs, the stop.
// Spec: rtnetlink(7); keepalived(8) reload.

import { alertsDeadline, keepSubjects } from '../alert/index.ts';
import type { Config } from '../conf/config.ts';
import { equal } from '../equal.ts';
import {
  applyNews,
  hear,
  inherit,
  interestOf,
  neededParts,
  possessionsOf,
  rehear,
  reread,
  setInterest,
  staticOwnerId,
  want,
} from '../link/index.ts';
import { earliest } from '../time.ts';
import * as vrrp from '../vrrp/index.ts';
import { vrrpSubjects } from './alert-subjects.ts';
import { ourAddresses } from './interfaces.ts';
import { completions, heard, retry } from './vrrp-kernel.ts';
import type { VrrpProcess, VrrpProcessInput } from './vrrp-state.ts';
import {
  leave,
  placeOf,
  staticWants,
  type Turn,
  tell,
  tellAlerts,
  tellInterfaces,
  vridsOf,
} from './vrrp-turn.ts';

type InputOf<K extends VrrpProcessInput['kind']> = Extract<VrrpProcessInput, { readonly kind: K }>;

export const handlers: {
  readonly [K in VrrpProcessInput['kind']]: (turn: Turn, input: InputOf<K>) => void;
} = {
  inherit({ process }, { possessions }) {
    inherit(process.holdings, possessions);
  },
  configure(turn, { config, resume }) {
    const { process } = turn;
    if (process.phase !== 'waiting' && process.phase !== 'running') return;
    if (resume !== undefined) process.resume = resume;
    const isFirst = process.config === undefined;
    const formerVrids = process.vrids;
    adopt(turn, config);
    const { mirror, holdings } = process;
    // What is held or inherited until the reload has taken effect is of interest too: its removal must be heard.
    const former = [...holdings.former, ...possessionsOf(holdings)];
    const grown = setInterest(mirror, interestOf(linesOf(config), former));
    if (isFirst || grown) turn.effects.push({ kind: 'watch-kernel', scope: neededParts(mirror) });
    if (process.phase === 'waiting') startWhenComplete(turn);
    else reload(turn, config, formerVrids);
  },
  kernel(turn, { news }) {
    const { process } = turn;
    const changes = reread(process.mirror, news);
    process.kernelKnown = true;
    if (process.phase === 'waiting') startWhenComplete(turn);
    else heard(turn, rehear(process.holdings, process.mirror, changes));
  },
  news(turn, { news }) {
    const { mirror, holdings, phase } = turn.process;
    const changes = applyNews(mirror, news);
    if (phase !== 'waiting' && changes.length > 0) heard(turn, hear(holdings, mirror, changes));
  },
  completions,
  'override-priority'(turn, { instance, priority }) {
    tell(turn, { kind: 'override', instance, priority });
  },
  packet: tell,
  'script-result': tell,
  unsent: tell,
  ended: tellAlerts,
  stop(turn) {
    const { process } = turn;
    if (process.phase === 'waiting') leave(turn);
    if (process.phase !== 'running') return;
    process.phase = 'leaving';
    tellAlerts(turn, { kind: 'stop' });
    tell(turn, { kind: 'stop' });
  },
  wake(turn) {
    const { machine, alerts, refusals } = turn.process;
    const ofMachine = machine === undefined ? undefined : vrrp.deadline(machine);
    const first = earliest(ofMachine, alertsDeadline(alerts), refusals.again);
    if (first === undefined || first > turn.now) return;
    if (first === ofMachine) tell(turn, { kind: 'wake' });
    else if (first === refusals.again) retry(turn);
    else tellAlerts(turn, { kind: 'wake' });
  },
};

const linesOf = (config: Config) => [staticWants(config), ...config.vrrp.instances];

function adopt({ process }: Turn, config: Config): void {
  process.config = config;
  process.ours = ourAddresses(config.vrrp);
  const vrids = new Map<string, number[]>();
  for (const { family, interface: name, vrid } of config.vrrp.instances) {
    const place = placeOf(family, name);
    const found = vrids.get(place);
    if (found === undefined) vrids.set(place, [vrid]);
    else found.push(vrid);
  }
  process.vrids = vrids;
}

function reload(turn: Turn, config: Config, formerVrids: VrrpProcess['vrids']): void {
  const { process } = turn;
  want(process.holdings, staticOwnerId, staticWants(config));
  const open = [...process.transports.values()];
  tell(turn, { kind: 'configure', config: config.vrrp });
  keepSubjects(process.alerts, vrrpSubjects(config.vrrp));
  tellInterfaces(turn, process.mirror.interfaces.keys());
  for (const transport of open) {
    const vrids = vridsOf(process, transport);
    const same = equal(vrids, formerVrids.get(placeOf(transport.family, transport.interface)) ?? []);
    if (same || !process.transports.has(transport.key)) continue;
    turn.effects.push({ kind: 'listen-for', transport: transport.key, vrids });
  }
  turn.effects.push({ kind: 'configured' });
}

/** Configuration and kernel are both known: the machine meets the interfaces and starts. */
function startWhenComplete(turn: Turn): void {
  const { process } = turn;
  const { config, kernelKnown, resume } = process;
  if (config === undefined || !kernelKnown) return;
  process.machine = vrrp.createVrrp(config.vrrp);
  tellInterfaces(turn, process.mirror.interfaces.keys());
  process.phase = 'running';
  want(process.holdings, staticOwnerId, staticWants(config));
  tell(turn, { kind: 'start', resume });
  turn.effects.push({ kind: 'ready' });
}
