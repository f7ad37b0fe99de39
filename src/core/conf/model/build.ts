// From statements to the typed configuration: the file level, then the completion of everything it holds.
// Spec: keepalived.conf(5); what must stand before its use is looked up while reading, the rest afterwards.

import type { AddressConfig, RouteConfig, RuleConfig } from '../../link/model.ts';
import type { VrrpConfig } from '../../vrrp/config.ts';
import { createValues } from '../blocks/descriptor.ts';
import { garpGroup } from '../blocks/garp-group.ts';
import { type SslValues, ssl } from '../blocks/ssl.ts';
import type { Config, Diagnostic, InterfaceReference } from '../config.ts';
import type { Observer } from '../observer.ts';
import type { Statement } from '../statement.ts';
import { readAddressLine } from './address-line.ts';
import { type BlockTable, defineBlock, tableOf, visit, walk } from './block.ts';
import type { Capabilities } from './checker-complete.ts';
import { Context, type ProgramReference } from './context.ts';
import { globalDefs, keepOther } from './global-defs.ts';
import { completeGlobal, createGlobalDraft, type GlobalDraft } from './global-draft.ts';
import type { Handler } from './handler.ts';
import {
  isComplete,
  judgeGarpGroup,
  judgeQuorum,
  readLinkbeat,
  readUpDownDelays,
  type TrackableKind,
  trackGroup,
} from './judged-blocks.ts';
import type { TableReader } from './name-tables.ts';
import { readRouteLine } from './route-line.ts';
import { readRuleLine } from './rule-line.ts';
import { completeVirtualServer, type ServerSurroundings } from './server-complete.ts';
import { readServerGroup, type ServerGroup } from './server-group.ts';
import { setOn, setSeconds } from './setters.ts';
import {
  applyGroup,
  type CompletedInstance,
  completeGroups,
  createGroupDraft,
  type GroupDraft,
  syncGroup,
} from './sync-group.ts';
import {
  bfdInstance,
  createScriptDraft,
  oldTrackFile,
  type Trackable,
  trackFile,
  trackProcess,
  usedScripts,
  vrrpScriptTable,
} from './tracking.ts';
import { readVirtualServer } from './virtual-server.ts';
import { checkConflicts, completeInstance } from './vrrp-complete.ts';
import { createInstanceDraft, type Definitions, type InstanceDraft } from './vrrp-draft.ts';
import { vrrpInstance } from './vrrp-instance.ts';

export interface BuildOptions {
  /** Default of router_id. */
  readonly hostName: string;
  /** For the site's names of tables and scopes. */
  readonly readTable: TableReader;
  /** Only the findings are wanted: virtual servers and checkers are not kept. */
  readonly findingsOnly?: boolean;
  readonly observer?: Observer;
  readonly capabilities?: Capabilities;
}

export interface Built {
  readonly config: Config;
  readonly diagnostics: readonly Diagnostic[];
  readonly interfaceReferences: readonly InterfaceReference[];
  readonly programs: readonly ProgramReference[];
}

interface FileDraft {
  readonly global: GlobalDraft;
  readonly definitions: Definitions;
  readonly instances: Map<string, InstanceDraft>;
  readonly groups: Map<string, GroupDraft>;
  readonly staticAddresses: AddressConfig[];
  readonly staticRoutes: RouteConfig[];
  readonly staticRules: RuleConfig[];
  readonly serverGroups: Map<string, ServerGroup>;
  /** Completes a virtual server as soon as it is read; set once everything else of the file is known. */
  world: ServerSurroundings | undefined;
  tls: SslValues | undefined;
}

type On = Handler<FileDraft>;

/** The name of a block that takes exactly one word; undefined after an error (keepalived skips the block). */
function blockName(
  s: Statement,
  block: { readonly has: (name: string) => boolean },
  known: (name: string) => Statement | undefined,
  context: Context,
) {
  const name = s.word(1);
  if (name === undefined || s.length > 2) {
    context.error(
      'invalid-name',
      s,
      `${s.keyword} needs exactly one name; its whole block would be skipped`,
      s.length > 2 ? 2 : 0,
    );
    context.causes.lose(s);
    return undefined;
  }
  if (block.has(name)) {
    const first = known(name);
    const message = `${s.keyword} ${name} is defined twice; the second block would be skipped`;
    if (first === undefined) context.error('duplicate', s, message, 1);
    else context.duplicate('error', s, first, message, 1);
    context.causes.lose(s);
    return undefined;
  }
  return name;
}

const instance: On = (d, s, c, _k, block) => {
  const name = blockName(s, d.instances, n => d.instances.get(n)?.statement, c);
  if (name === undefined) return;
  const draft = createInstanceDraft(name, s, d.definitions, d.global);
  d.instances.set(name, draft);
  walk(block, vrrpInstance, draft, c);
};

const group: On = (d, s, c, _k, block) => {
  const name = blockName(s, d.groups, n => d.groups.get(n)?.statement, c);
  if (name === undefined) return;
  const draft = createGroupDraft(name, s, d.definitions);
  d.groups.set(name, draft);
  walk(block, syncGroup, draft, c);
};

const script: On = (d, s, c, _k, block) => {
  const name = s.word(1) ?? '';
  const draft = createScriptDraft(name, s);
  const from = c.diagnostics.length;
  walk(block, vrrpScriptTable, draft.values, c);
  const first = d.definitions.scripts.get(name);
  if (first !== undefined)
    c.duplicate(
      'warning',
      s,
      first.statement,
      `vrrp_script ${name} is defined twice; the first one is used`,
      1,
    );
  else if (draft.values.script === undefined) {
    const cause = c.causes.of(s, ['script'], from);
    const message = `vrrp_script ${name} has no usable script and would be removed`;
    c.conclude(cause, 'error', 'missing-script', s, message);
    c.causes.lose(s);
  } else d.definitions.scripts.set(name, draft);
};

const trackable =
  (into: TrackableKind, table: BlockTable<Trackable>, weight: number): On =>
  (d, s, c, _k, block) => {
    const name = s.word(1) ?? '';
    const draft: Trackable = { name, weight, reverse: false };
    const from = c.diagnostics.length;
    walk(block, table, draft, c);
    if (into === 'processes') judgeQuorum(block, c);
    if (!isComplete(into, s, block, c, from)) return;
    if (d.definitions[into].has(name)) return;
    d.definitions[into].set(name, draft);
    if (into === 'files') c.checkable.track_file.set(name, c.serversBefore);
    if (into === 'bfd') c.checkable.bfd_instance.set(name, c.serversBefore);
  };

const sslTable = tableOf(ssl);
const garpGroupTable = tableOf(garpGroup);

const root = defineBlock<FileDraft>('(root)', {
  net_namespace: (d, s) => {
    d.global.netNamespace = s.word(1);
  },
  net_namespace_ipvs: (d, s) => {
    d.global.ipvsNamespace = s.word(1);
  },
  use_pid_dir: setOn(d => {
    d.global.usePidDir = true;
  }),
  instance: (d, s) => {
    d.global.instance = s.word(1);
    d.global.usePidDir = true;
  },
  child_wait_time: setSeconds((d, v) => {
    d.global.childWaitTime = v;
  }),
  global_defs: (d, _s, c, _k, block) => {
    walk(block, globalDefs, d.global, c);
    keepOther(d.global, block);
  },
  track_group: (_d, s, c, _k, block) => {
    const name = s.word(1) ?? '';
    if (c.trackGroups.has(name))
      c.warn('duplicate', s, `track_group ${name} is defined already; this one is ignored`);
    c.trackGroups.add(name);
    walk(block, trackGroup, { members: false }, c);
  },
  garp_group: (_d, s, c, _k, block) => {
    const from = c.diagnostics.length;
    const draft = createValues(garpGroup);
    walk(block, garpGroupTable, draft, c);
    judgeGarpGroup(s, draft, from, c);
  },
  linkbeat_interfaces: (_d, _s, c, _k, block) => readLinkbeat(block, c),
  interface_up_down_delays: (_d, _s, c, _k, block) => readUpDownDelays(block, c),
  static_ipaddress: (d, _s, c, _k, block) => {
    for (const line of block) push(d.staticAddresses, readAddressLine(line, c, true));
  },
  static_routes: (d, _s, c, _k, block) => {
    for (const line of block) push(d.staticRoutes, readRouteLine(line, c, true));
  },
  static_rules: (d, _s, c, _k, block) => {
    for (const line of block) push(d.staticRules, readRuleLine(line, c, true));
  },
  vrrp_sync_group: group,
  vrrp_instance: instance,
  vrrp_script: script,
  vrrp_track_process: trackable('processes', trackProcess, 0),
  track_file: trackable('files', trackFile, 1),
  vrrp_track_file: trackable('files', oldTrackFile, 1),
  bfd_instance: trackable('bfd', bfdInstance, 0),
  SSL: (d, s, c, _k, block) => {
    if (d.tls !== undefined) c.warn('duplicate', s, 'a second SSL block replaces the first');
    d.tls = createValues(ssl);
    walk(block, sslTable, d.tls, c);
  },
  virtual_server_group: (d, s, c, _k, block) => {
    const read = readServerGroup(s, block, c);
    if (read === undefined) return;
    const first = d.serverGroups.get(read.name);
    if (first === undefined) d.serverGroups.set(read.name, read);
    else
      c.duplicate(
        'warning',
        s,
        first.statement,
        `virtual_server_group ${read.name} is defined twice; the first one is used`,
        1,
      );
  },
  virtual_server: (d, s, c, _k, block) => {
    const server = readVirtualServer(s, block, c);
    if (server !== undefined && d.world !== undefined) completeVirtualServer(server, d.world, c);
  },
});

const push = <T>(list: T[], item: T | undefined): void => {
  if (item !== undefined) list.push(item);
};

function completeVrrp(d: FileDraft, { observer, capabilities }: BuildOptions, c: Context): VrrpConfig {
  const completed: CompletedInstance[] = [];
  for (const draft of d.instances.values()) {
    const config = completeInstance(draft, d.global, c);
    if (config === undefined) c.causes.misses(draft.name);
    else completed.push({ draft, config });
  }
  const byName = new Map(completed.map(each => [each.config.name, each]));
  const groups = completeGroups([...d.groups.values()], byName, d.global, c);
  const groupOf = new Map(groups.flatMap(item => item.members.map(member => [member, item] as const)));
  // Only a group whose members all begin as MASTER begins as one.
  const isMaster = (name: string) => byName.get(name)?.config.initialState === 'MASTER';
  const together = new Set(groups.filter(({ members }) => members.every(isMaster)));
  const instances = completed.map(({ draft, config }) => {
    const mine = groupOf.get(config.name);
    const complete = applyGroup(config, draft, mine, mine === undefined || together.has(mine), c);
    const missing = capabilities?.missingForInstance(complete, mine);
    if (missing !== undefined)
      c.warn('not-supported', draft.statement, `${missing}; the instance is held in FAULT until it is`);
    observer?.instance?.({
      config: complete,
      statement: draft.statement,
      lines: draft.lines,
      addressLines: draft.addressLines,
    });
    return complete;
  });
  checkConflicts(completed, c);
  const { global } = d;
  return {
    instances,
    groups,
    scripts: usedScripts(d.definitions.scripts.values(), c),
    startupDelay: global.startupDelay,
    staticAddresses: d.staticAddresses.map(item =>
      item.dev === undefined ? { ...item, dev: global.defaultInterface } : item,
    ),
    staticRoutes: d.staticRoutes,
    staticRules: d.staticRules,
    logUnknownVrids: global.logUnknownVrids,
    garpInterval: global.garpInterval,
    gnaInterval: global.gnaInterval,
    dynamicInterfaces: global.dynamicInterfaces,
  };
}

/** From which virtual server on scripts run as another user. */
interface UserChange {
  readonly from: number;
  readonly user: Context['scriptUser'];
}

/** A function of its own, so that the machine optimises the loop while it runs. */
function visitServers(
  statements: readonly Statement[],
  users: readonly UserChange[],
  draft: FileDraft,
  c: Context,
): void {
  let next = 0;
  for (let i = 0; i < statements.length; i++) {
    for (; next < users.length && users[next]?.from === i; next++) c.scriptUser = users[next]?.user;
    c.serversBefore = i;
    visit(statements[i] as Statement, root, draft, c);
  }
}

/** Builds the typed configuration. Everything refused, corrected or ignored is among the diagnostics. */
export function buildConfiguration(statements: readonly Statement[], options: BuildOptions): Built {
  const { observer, capabilities } = options;
  const c = new Context(options.readTable, observer);
  observer?.block?.('(root)', statements);
  const draft: FileDraft = {
    global: createGlobalDraft(),
    definitions: { scripts: new Map(), files: new Map(), processes: new Map(), bfd: new Map() },
    instances: new Map(),
    groups: new Map(),
    staticAddresses: [],
    staticRoutes: [],
    staticRules: [],
    serverGroups: new Map(),
    world: undefined,
    tls: undefined,
  };
  // Virtual servers come last: what they name may stand behind them, and read one by one their drafts die young, which
  // halves the time of large files. What depends on the order is noted: where script_user changes, what a checker may name.
  const deferred: Statement[] = [];
  const users: UserChange[] = [];
  for (let i = 0; i < statements.length; i++) {
    const statement = statements[i] as Statement;
    if (statement.keyword === 'virtual_server') deferred.push(statement);
    else {
      const before = c.scriptUser;
      c.serversBefore = deferred.length;
      visit(statement, root, draft, c);
      if (c.scriptUser !== before) users.push({ from: deferred.length, user: c.scriptUser });
    }
  }
  const vrrp = completeVrrp(draft, options, c);
  const kept =
    options.findingsOnly === true ? undefined : { virtualServers: [], checkers: [], lists: new Map() };
  draft.world = {
    global: draft.global,
    groups: draft.serverGroups,
    groupUses: new Map(),
    tls: draft.tls,
    capabilities,
    observer,
    kept,
    first: new Map(),
    merged: new Map(),
  };
  c.scriptUser = undefined;
  visitServers(deferred, users, draft, c);
  c.tellUnacted();
  return {
    config: {
      global: completeGlobal(draft.global, options.hostName),
      vrrp,
      virtualServers: kept?.virtualServers ?? [],
      checkers: kept?.checkers ?? [],
    },
    diagnostics: c.diagnostics,
    interfaceReferences: c.references,
    programs: [...c.programs.values()],
  };
}
