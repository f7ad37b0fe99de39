// One command of ipvsadm from its words, or the complaint and exit status ipvsadm has for them.
// Spec: ipvsadm(8); the order of the checks is that of ipvsadm 1.31, so that a line with two faults gets the same complaint.

import { familyOf } from '../../net/index.ts';
import type { Destination, ServiceDefinition, ServiceId, SyncDaemon, SyncState, Timeouts } from '../model.ts';
import type { NameLookup, Rule } from '../text-parse.ts';
import {
  addOption,
  type Draft,
  flagsOf,
  maskOf,
  newDraft,
  persistenceOf,
  Refusal,
  refuse,
  timeoutOf,
} from './draft.ts';
import {
  type CommandName,
  commandLegality,
  findIllegal,
  isLegal,
  type OptionName,
  optionNames,
  tunnelLegality,
  tunnelOptions,
} from './options.ts';
import { type Given, readCommandLine } from './reader.ts';

/** What a listing shows, by the options given; the first of `views` that is given wins. */
export interface ListFormat {
  readonly numeric: boolean;
  readonly view: 'rules' | 'stats' | 'rate' | 'thresholds' | 'persistent-conn' | 'tun-info' | 'plain';
  readonly sorted: boolean;
  readonly exact: boolean;
}

export type Command =
  | { readonly kind: 'change'; readonly rule: Exclude<Rule, { kind: 'clear' | 'zero' }> }
  | { readonly kind: 'flush' }
  | { readonly kind: 'zero'; readonly id: ServiceId | undefined }
  | { readonly kind: 'set'; readonly timeouts: Timeouts }
  | { readonly kind: 'start-daemon'; readonly daemon: SyncDaemon }
  | { readonly kind: 'stop-daemon'; readonly state: SyncState }
  | { readonly kind: 'list-table'; readonly format: ListFormat }
  | { readonly kind: 'list-service'; readonly id: ServiceId; readonly format: ListFormat }
  | {
      readonly kind: 'list-connections';
      readonly numeric: boolean;
      /** --persistent-conn: with the engine's data. */
      readonly engineData: boolean;
    }
  | { readonly kind: 'list-timeouts' }
  | { readonly kind: 'list-daemons' }
  | { readonly kind: 'restore' };

export type Reading =
  | { readonly kind: 'command'; readonly command: Command }
  /** `try-help`: the words begin with no command. */
  | { readonly kind: 'help' | 'version' | 'try-help' }
  | {
      readonly kind: 'refused';
      /** Text for stderr, ended by a newline. */
      readonly complaint: string;
      readonly status: number;
      /** False: a restore goes on with its next line. */
      readonly fatal: boolean;
    };

export const tryHelp: Reading = { kind: 'try-help' };

const isState = (text: string): text is SyncState => text === 'master' || text === 'backup';

const views = ['stats', 'rate', 'thresholds', 'persistent-conn', 'tun-info'] as const;

function formatOf(options: ReadonlySet<OptionName>): ListFormat {
  return {
    numeric: options.has('numeric'),
    view: views.find(view => options.has(view)) ?? 'plain',
    sorted: !options.has('nosort'),
    exact: options.has('exact'),
  };
}

function serviceOf(draft: Draft): ServiceId {
  const { family, protocol, address, port } = draft.service;
  if (draft.mark !== 0) return { kind: 'fwmark', family: family ?? 'inet', mark: draft.mark };
  if (protocol === undefined || address === undefined) return refuse('no service');
  return { kind: 'address', protocol, address, port };
}

function definitionOf(draft: Draft): ServiceDefinition {
  const id = serviceOf(draft);
  if (id.kind === 'address' && id.port === 0 && draft.timeout === undefined) {
    refuse('Zero port specified for non-persistent service');
  }
  if (draft.onePacket && id.kind === 'address' && id.protocol !== 'udp') {
    refuse('One-Packet Scheduling is only for UDP virtual services');
  }
  return {
    id,
    scheduler: draft.scheduler === '' ? 'wlc' : draft.scheduler,
    schedulerFlags: draft.flags,
    persistence: persistenceOf(draft),
    onePacket: draft.onePacket,
    engine: draft.engine === '' ? undefined : draft.engine,
    ...(draft.timeout === undefined && draft.options.has('netmask') ? { idleMask: maskOf(draft) } : {}),
  };
}

function destinationOf(draft: Draft): Destination {
  const { server, service, forwarding, tunnel, options } = draft;
  const { address } = server;
  if (address === undefined) return refuse('no server');
  if (familyOf(address) !== service.family && forwarding !== 'TUN') {
    refuse('Different address family is allowed only for tunneling servers');
  }
  const tunnelled = options.has('tun-type') || tunnelOptions.some(name => options.has(name));
  if (tunnelled && forwarding !== 'TUN') refuse('Tunnel options conflict with forward method');
  const illegal = findIllegal(
    options,
    tunnelLegality[tunnel.type],
    tunnelOptions,
    `'${tunnel.type}' tunnel type`,
  );
  if (illegal !== undefined) refuse(illegal);
  return {
    address,
    // Direct routing and tunnels leave the packet's port as it is.
    port: draft.mark === 0 && forwarding !== 'NAT' ? service.port : server.port,
    forwarding,
    tunnel: forwarding === 'TUN' ? { ...tunnel } : undefined,
    weight: draft.weight,
    upperThreshold: draft.upperThreshold,
    lowerThreshold: draft.lowerThreshold,
  };
}

function listing(draft: Draft): Command {
  const { options } = draft;
  const any = (...names: OptionName[]) => names.some(name => options.has(name));
  if (
    (any('connection', 'timeout', 'daemon') && any('stats', 'rate', 'thresholds')) ||
    (any('timeout', 'daemon') && any('persistent-conn'))
  ) {
    refuse('options conflicts in the list command');
  }
  if (any('connection'))
    return { kind: 'list-connections', numeric: any('numeric'), engineData: any('persistent-conn') };
  if (any('service-address'))
    return { kind: 'list-service', id: serviceOf(draft), format: formatOf(options) };
  if (any('timeout')) return { kind: 'list-timeouts' };
  if (any('daemon')) return { kind: 'list-daemons' };
  return { kind: 'list-table', format: formatOf(options) };
}

const finishers = {
  'add-service': draft => ({
    kind: 'change',
    rule: { kind: 'add-service', service: definitionOf(draft) },
  }),
  'edit-service': draft => ({
    kind: 'change',
    rule: { kind: 'edit-service', service: definitionOf(draft) },
  }),
  'delete-service': draft => ({ kind: 'change', rule: { kind: 'remove-service', id: serviceOf(draft) } }),
  flush: () => ({ kind: 'flush' }),
  list: listing,
  'add-server': draft => {
    const destination = destinationOf(draft);
    return { kind: 'change', rule: { kind: 'add-destination', service: serviceOf(draft), destination } };
  },
  'edit-server': draft => {
    const destination = destinationOf(draft);
    return { kind: 'change', rule: { kind: 'edit-destination', service: serviceOf(draft), destination } };
  },
  'delete-server': draft => {
    const { address, port } = draft.server;
    if (address === undefined) return refuse('no server');
    const rule = {
      kind: 'remove-destination' as const,
      service: serviceOf(draft),
      destination: { address, port },
    };
    return { kind: 'change', rule };
  },
  set: draft => ({ kind: 'set', timeouts: draft.timeouts }),
  'start-daemon': draft => ({
    kind: 'start-daemon',
    daemon: {
      state: draft.state,
      interface: draft.interface === '' ? 'eth0' : draft.interface,
      syncId: draft.syncId,
      maxLength: draft.maxLength,
      group: draft.group,
      port: draft.groupPort,
      ttl: draft.ttl,
    },
  }),
  'stop-daemon': draft => ({ kind: 'stop-daemon', state: draft.state }),
  restore: () => ({ kind: 'restore' }),
  save: draft => ({ kind: 'list-table', format: { ...formatOf(draft.options), view: 'rules' } }),
  zero: draft => ({
    kind: 'zero',
    id: draft.options.has('service-address') ? serviceOf(draft) : undefined,
  }),
} as const satisfies Record<CommandName, (draft: Draft) => Command>;

const stateComplaints = {
  'start-daemon': 'illegal start-daemon parameter specified',
  'stop-daemon': 'illegal start_daemon specified',
} as const;

function begin(command: CommandName, argument: string | undefined): Draft {
  const draft = newDraft(command);
  if (command === 'start-daemon' || command === 'stop-daemon') {
    const state = argument ?? '';
    draft.state = isState(state) ? state : refuse(stateComplaints[command]);
  }
  return draft;
}

function add(draft: Draft, { means, argument, word }: Given, names: NameLookup): void {
  if ('option' in means) addOption(draft, means.option, argument, means.variant ?? '', names);
  else if (!('other' in means)) refuse(`invalid option \`${word}'`);
  else if (means.other === 'ipv6') {
    // The complaint has a newline of its own in it.
    if (draft.mark === 0) refuse('-6 used before -f\n');
    draft.service.family = 'inet6';
    draft.prefix = 128;
  }
}

/** Timeouts of --set, then nothing more. */
function finishWords(draft: Draft, rest: readonly string[]): void {
  let unexpected = rest[0];
  if (draft.command === 'set') {
    const [tcp, tcpFin, udp] = rest;
    if (tcp === undefined || tcpFin === undefined || udp === undefined)
      throw new Refusal('--set option requires 3 timeout values');
    draft.timeouts = { tcp: timeoutOf(tcp, 0), tcpFin: timeoutOf(tcpFin, 0), udp: timeoutOf(udp, 0) };
    unexpected = rest[3];
  }
  if (unexpected !== undefined) refuse(`unexpected argument ${unexpected}`);
}

/** Reads the words after the program's name. Names that `names` does not know count as unknown. */
export function readCommand(words: readonly string[], names: NameLookup): Reading {
  const line = readCommandLine(words);
  const [first, ...others] = line.given;
  if (first === undefined) return tryHelp;
  if ('text' in first.means) return { kind: first.means.text };
  if (!('command' in first.means)) return tryHelp;
  const { command } = first.means;
  try {
    const draft = begin(command, first.argument);
    for (const given of others) add(draft, given, names);
    if (line.broken !== undefined) {
      const { word, why } = line.broken;
      return { kind: 'refused', complaint: `${word}: ${why}\n`, status: 255, fatal: false };
    }
    finishWords(draft, line.rest);
    draft.flags = flagsOf(draft);
    const legality = commandLegality[command];
    if (!isLegal(draft.options, legality)) {
      const illegal = findIllegal(draft.options, legality, optionNames, `'${command}' command`);
      if (illegal !== undefined) refuse(illegal);
    }
    return { kind: 'command', command: finishers[command](draft) };
  } catch (error) {
    if (error instanceof Refusal)
      return { kind: 'refused', complaint: `${error.message}\n`, status: 2, fatal: true };
    throw error;
  }
}
