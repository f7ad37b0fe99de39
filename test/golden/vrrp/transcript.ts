// The language of the VRRP transcripts: one text file holds configuration, timed inputs and the expected effects.
// Spec: test/golden/vrrp/README.md documents each line; expectations are reviewed text, rewritten on request only.

import type { AnnounceTimes, RouteConfig } from '../../../src/core/link/model.ts';
import { type Family, familyOf } from '../../../src/core/net/index.ts';
import { type Instant, instant, printSeconds, seconds } from '../../../src/core/time.ts';
import { advertOf } from '../../../src/core/vrrp/advert.ts';
import type { InstanceConfig, TrackScriptConfig, VrrpConfig } from '../../../src/core/vrrp/config.ts';
import {
  createVrrp,
  deadline,
  type Effect,
  type Input,
  type VrrpMachine,
} from '../../../src/core/vrrp/index.ts';
import { encodeAdvert, sentForm } from '../../../src/core/wire/index.ts';
import { play, the } from '../../unit/vrrp/play.ts';
import { address, command, config, group, instance, link, script, virtual } from '../../unit/vrrp/sample.ts';

type Options = ReadonlyMap<string, string>;

function optionsOf(words: readonly string[]): Options {
  return new Map(
    words.map(word => {
      const at = word.indexOf('=');
      return at < 0 ? [word, 'yes'] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

const list = (text: string | undefined): string[] => (text === undefined ? [] : text.split(','));
const span = (text: string) => seconds(Number(text));

/** `eth1:weight=-20:reverse` */
function tracked(text: string): {
  readonly name: string;
  readonly weight: number;
  readonly reverse: boolean;
} {
  const [name = '', ...rest] = text.split(':');
  const options = optionsOf(rest);
  return { name, weight: Number(options.get('weight') ?? 0), reverse: options.has('reverse') };
}

function route(text: string): RouteConfig {
  const [to = '', dev] = text.split('@');
  const destination = virtual(to).prefix;
  return {
    family: familyOf(destination.address),
    type: 'unicast',
    destination,
    source: undefined,
    preferredSource: undefined,
    hops: [{ via: undefined, dev, weight: 1, onlink: false, encap: undefined }],
    table: 254,
    protocol: 18,
    scope: undefined,
    metric: undefined,
    tos: 0,
    realms: undefined,
    metrics: [],
    preference: undefined,
    expires: undefined,
    ttlPropagate: undefined,
    insert: 'add',
    tracked: true,
    trackGroup: undefined,
  };
}

const notifyScripts = {
  master: command('/m'),
  backup: command('/b'),
  fault: command('/f'),
  stop: command('/s'),
  any: command('/any'),
  masterReceivedLowerPriority: command('/lower'),
};

type Setter = (value: string, so: Partial<InstanceConfig>) => Partial<InstanceConfig>;
const announceSetter =
  (key: keyof AnnounceTimes): Setter =>
  (value, so) => ({
    announce: {
      ...(so.announce ?? instance().announce),
      [key]: key.toLowerCase().includes('repeat') ? Number(value) : span(value),
    },
  });

/** Every key an `instance` line may have. */
const instanceKeys: Record<string, Setter> = {
  family: value => ({ family: value as Family }),
  version: value => ({ version: Number(value) as 2 | 3 }),
  interface: value => ({ interface: value }),
  vrid: value => ({ vrid: Number(value) }),
  priority: value => ({ priority: Number(value) }),
  state: value => ({ initialState: value as 'MASTER' | 'BACKUP' }),
  interval: value => ({ advertInterval: span(value) }),
  'down-adverts': value => ({ downTimerAdverts: Number(value) }),
  nopreempt: () => ({ preempt: false }),
  'preempt-delay': value => ({ preemptDelay: span(value) }),
  password: value => ({ authentication: { type: 'PASS', password: value } }),
  ah: value => ({ authentication: { type: 'AH', password: value } }),
  source: value => ({ sourceAddress: address(value) }),
  'track-source': () => ({ trackSourceAddress: true }),
  peers: value => ({
    unicastPeers: list(value).map(each => ({ address: address(each), minTtl: 0, maxTtl: 255 })),
  }),
  vips: value => ({ addresses: list(value).map(each => virtual(...(each.split('@') as [string]))) }),
  excluded: value => ({
    excludedAddresses: list(value).map(each => virtual(...(each.split('@') as [string]))),
  }),
  routes: value => ({ routes: list(value).map(route) }),
  'untracked-primary': () => ({ trackPrimaryInterface: false }),
  'track-interfaces': value => ({
    trackInterfaces: list(value)
      .map(tracked)
      .map(({ name, ...rest }) => ({ interface: name, ...rest })),
  }),
  'track-scripts': value => ({
    trackScripts: list(value)
      .map(tracked)
      .map(({ name, ...rest }) => ({ script: name, ...rest })),
  }),
  'track-files': value => ({ trackFiles: list(value).map(tracked) }),
  vmac: () => ({ vmac: { name: undefined, mac: undefined, transmitOnBase: false } }),
  'garp-delay': announceSetter('delay'),
  'garp-repeat': announceSetter('repeat'),
  'garp-refresh': announceSetter('refresh'),
  'garp-refresh-repeat': announceSetter('refreshRepeat'),
  'garp-lower-delay': announceSetter('lowerPriorityDelay'),
  'garp-lower-repeat': announceSetter('lowerPriorityRepeat'),
  'lower-no-advert': () => ({ lowerPriorityNoAdvert: true }),
  'higher-send-advert': () => ({ higherPrioritySendAdvert: true }),
  'owner-ignores': () => ({ ownerIgnoreAdverts: true }),
  'expired-backup': value => ({ timerExpiredBackup: Number(value) }),
  notify: () => ({ notify: notifyScripts }),
  'notify-priority': () => ({ notifyPriorityChanges: true }),
  'notify-deleted': () => ({ notify: { ...notifyScripts, deleted: command('/gone') } }),
  fault: value => ({ configurationFault: value.replaceAll('_', ' ') }),
};

function instanceLine(name: string, words: readonly string[]): InstanceConfig {
  let so: Partial<InstanceConfig> = { name };
  for (const [key, value] of optionsOf(words)) {
    const setter = instanceKeys[key];
    if (setter === undefined) throw new Error(`instance ${name}: ${key} is no key`);
    so = { ...so, ...setter(value, so) };
  }
  return instance(so);
}

function scriptLine(name: string, words: readonly string[]): TrackScriptConfig {
  const options = optionsOf(words);
  const number = (key: string, otherwise: number) => Number(options.get(key) ?? otherwise);
  return script(name, {
    interval: seconds(number('interval', 2)),
    timeout: seconds(number('timeout', 2)),
    rise: number('rise', 1),
    fall: number('fall', 1),
    initFail: options.has('init-fail'),
  });
}

/** Adds one configuration line to what stands so far. */
function configure(so: VrrpConfig, line: string): VrrpConfig {
  const [word = '', name = '', ...words] = line.split(/\s+/);
  if (word === 'instance') return { ...so, instances: [...so.instances, instanceLine(name, words)] };
  if (word === 'script') return { ...so, scripts: [...so.scripts, scriptLine(name, words)] };
  if (word === 'startup-delay') return { ...so, startupDelay: span(name) };
  if (word === 'garp-interval') return { ...so, garpInterval: span(name) };
  if (word === 'log-unknown-vrids') return { ...so, logUnknownVrids: true };
  if (word === 'group') {
    const options = optionsOf(words);
    const items = (key: string) => list(options.get(key)).map(tracked);
    const added = group(name, list(options.get('members')), {
      notify: options.has('notify') ? notifyScripts : {},
      trackScripts: items('track-scripts').map(({ name: own, ...rest }) => ({ script: own, ...rest })),
      trackInterfaces: items('track-interfaces').map(({ name: own, ...rest }) => ({
        interface: own,
        ...rest,
      })),
    });
    return { ...so, groups: [...so.groups, added] };
  }
  throw new Error(`${word} is no configuration line`);
}

/** `interface NAME (gone | ADDRESS... [down] [no-carrier] [no-multicast] [index=N])` */
function interfaceLine(name: string, words: readonly string[]): Input {
  if (words.includes('gone')) return { kind: 'interface', name, interface: undefined };
  const addresses = words.filter(word => /[.:]/.test(word));
  const options = optionsOf(words.filter(word => !/[.:]/.test(word)));
  const found = link(addresses, {
    index: Number(options.get('index') ?? (name === 'eth0' ? 2 : 3)),
    up: !options.has('down'),
    running: !options.has('down') && !options.has('no-carrier'),
    multicast: !options.has('no-multicast'),
  });
  return { kind: 'interface', name, interface: found };
}

/** `advert SOURCE key=value...`: an advert as a peer with keepalived's defaults sends it. */
function advertLine(sourceText: string, words: readonly string[], machine: VrrpMachine): Input {
  const options = optionsOf(words);
  const source = address(sourceText);
  const family = familyOf(source);
  const vrid = Number(options.get('vrid') ?? 51);
  const like = machine.config.instances.find(each => each.vrid === vrid && each.family === family);
  const base = like ?? instance({ family });
  const version = Number(options.get('version') ?? base.version) as 2 | 3;
  const interval = Number(options.get('interval') ?? base.advertInterval / 1e6);
  const vips = options.get('vips');
  const destination = address(options.get('to') ?? base.multicastGroup);
  const password = options.get('password') ?? base.authentication?.password;
  const peer = instance({
    family,
    version,
    vrid,
    advertInterval: seconds(interval),
    addresses: vips === undefined ? base.addresses : list(vips).map(each => virtual(each)),
    authentication: password === undefined ? undefined : { type: 'PASS', password },
  });
  const path = { source, destination };
  const form = sentForm(version, path, options.get('checksum') === 'plain');
  const bytes = encodeAdvert(advertOf(peer, Number(options.get('priority') ?? 100)), path, form);
  if (options.get('checksum') === 'bad') bytes[6] = (bytes[6] ?? 0) ^ 1;
  const cut = Number(options.get('bytes') ?? bytes.length);
  return {
    kind: 'packet',
    interface: options.get('on') ?? base.interface ?? 'eth0',
    family,
    source,
    destination,
    ttl: Number(options.get('ttl') ?? 255),
    bytes: bytes.subarray(0, cut),
  };
}

function inputOf(line: string, machine: VrrpMachine, configs: ReadonlyMap<string, VrrpConfig>): Input {
  const [word = '', name = '', ...words] = line.split(/\s+/);
  if (word === 'start' || word === 'wake' || word === 'stop') return { kind: word };
  if (word === 'interface') return interfaceLine(name, words);
  if (word === 'advert') return advertLine(name, words, machine);
  if (word === 'lost')
    return { kind: 'address-lost', owner: the(machine, name).serial, what: words.join(' ') };
  if (word === 'held') {
    const targets = words.map(each => {
      const [held = '', dev = 'eth0'] = each.split('@');
      return { interface: dev, address: address(held) };
    });
    return { kind: 'held', owner: the(machine, name).serial, targets };
  }
  if (word === 'script') {
    const outcome = words[0] ?? 'fail';
    const success = outcome === 'untried' ? undefined : outcome === 'ok';
    const detail =
      success === undefined ? 'could not be started: ENOENT' : `exited with status ${success ? 0 : 1}`;
    return { kind: 'script-result', name, success, detail };
  }
  const found = word === 'configure' ? configs.get(name) : undefined;
  if (found !== undefined) return { kind: 'configure', config: found };
  throw new Error(`${line} is no input`);
}

/** One effect as one line; PDUs as hex. */
function printEffect(effect: Effect): string {
  switch (effect.kind) {
    case 'advertise': {
      const ttl = effect.ttl === undefined ? '' : ` ttl ${effect.ttl}`;
      const bytes = Buffer.from(effect.bytes).toString('hex');
      return `advertise ${effect.instance} priority ${effect.priority} ${effect.source} > ${effect.destination}${ttl} ${bytes}`;
    }
    case 'hold':
    case 'release': {
      const things = [
        ...effect.addresses.map(each => `${each.prefix.address}/${each.prefix.length}`),
        ...effect.routes.map(each => `route ${each.destination.address}/${each.destination.length}`),
      ];
      return `${effect.kind} ${effect.instance}: ${things.join(', ')}`;
    }
    case 'announce': {
      const targets = effect.targets.map(each => `${each.address} on ${each.interface}`).join(', ');
      return `announce ${effect.instance} x${effect.rounds}: ${targets}`;
    }
    case 'notify': {
      const commands = effect.commands.map(each => ` [${each.argv.join(' ')}]`).join('');
      return `notify ${effect.subject} ${effect.name} ${effect.state} ${effect.priority}${commands}`;
    }
    case 'run-script':
      return `run-script ${effect.name} timeout ${printSeconds(effect.timeout)}`;
    case 'open-transport':
    case 'close-transport':
      return `${effect.kind} ${effect.transport.key}`;
    case 'stopped':
      return effect.kind;
    case 'log':
      return `log ${effect.level}: ${effect.message}`;
  }
}

const printInstant = (at: Instant | undefined): string =>
  at === undefined ? 'none' : String(Number((at / 1e6).toFixed(6)));

const printStates = (machine: VrrpMachine): string =>
  [...machine.instances.values()].map(each => `${each.config.name} ${each.state}`).join(', ') ||
  machine.phase;

/** Plays the inputs of a transcript; the same text with what really comes out of each. */
export function replay(text: string): string {
  const configs = new Map<string, VrrpConfig>([['', config([])]]);
  let section = '';
  let machine: VrrpMachine | undefined;
  let now = instant(0);
  const out: string[] = [];
  let answering = true;
  for (const line of text.split('\n')) {
    if (line.startsWith('  ')) continue;
    out.push(line);
    if (line === '' || line.startsWith('#')) continue;
    if (line === 'kernel silent') {
      answering = false;
      continue;
    }
    if (!line.startsWith('@')) {
      const next = /^config (\w+)$/.exec(line)?.[1];
      if (next === undefined) configs.set(section, configure(configs.get(section) ?? config([]), line));
      else {
        section = next;
        configs.set(section, config([]));
      }
      continue;
    }
    machine ??= createVrrp(configs.get('') ?? config([]));
    const [, when = '', what = ''] = /^@(\S+) (.*)$/.exec(line) ?? [];
    const due = deadline(machine);
    if (when === 'next' && due === undefined) throw new Error(`${line}: nothing is armed`);
    now = when === 'next' ? (due as Instant) : instant(Math.round(Number(when) * 1e6));
    const effects = play(machine, inputOf(what, machine, configs), now, { answering });
    out.push(...effects.map(effect => `  ${printEffect(effect)}`));
    const at = when === 'next' ? `${printInstant(now)} ` : '';
    out.push(`  = ${at}${printStates(machine)}, deadline ${printInstant(deadline(machine))}`);
  }
  return out.join('\n');
}
