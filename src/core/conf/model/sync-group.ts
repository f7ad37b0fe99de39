// vrrp_sync_group: which instances change state together, and what that does to the weights they track with.
// Spec: keepalived.conf(5) "VRRP SYNCHRONIZATION GROUP(S)".

import { nearest } from '../../nearest.ts';
import type {
  InstanceConfig,
  SyncGroupConfig,
  TrackInterface,
  TrackNamed,
  TrackScript,
} from '../../vrrp/config.ts';
import type { Statement } from '../statement.ts';
import { type BlockTable, defineBlock } from './block.ts';
import type { Context } from './context.ts';
import type { GlobalDraft } from './global-draft.ts';
import type { Handler } from './handler.ts';
import { notifyCommand } from './scripts.ts';
import { setFlag, setOn } from './setters.ts';
import { readTrackInterfaces, readTrackNamed, readTrackScripts } from './tracking.ts';
import type { Definitions, InstanceDraft, NotifyDraft } from './vrrp-draft.ts';

export interface GroupDraft {
  readonly name: string;
  readonly statement: Statement;
  readonly definitions: Definitions;
  members: { readonly name: string; readonly line: Statement; readonly word: number }[] | undefined;
  notify: NotifyDraft;
  smtpAlert: boolean | undefined;
  trackInterfaces: TrackInterface[];
  trackScripts: TrackScript[];
  trackFiles: TrackNamed[];
  trackProcesses: TrackNamed[];
  trackBfd: TrackNamed[];
  trackingWeight: boolean;
  notifyPriorityChanges: boolean | undefined;
}

export const createGroupDraft = (
  name: string,
  statement: Statement,
  definitions: Definitions,
): GroupDraft => ({
  name,
  statement,
  definitions,
  members: undefined,
  notify: {},
  smtpAlert: undefined,
  trackInterfaces: [],
  trackScripts: [],
  trackFiles: [],
  trackProcesses: [],
  trackBfd: [],
  trackingWeight: false,
  notifyPriorityChanges: undefined,
});

const notify =
  (which: keyof NotifyDraft): Handler<GroupDraft> =>
  (d, s, c) => {
    if (d.notify[which] !== undefined) {
      c.warn('duplicate', s, `a second ${s.keyword} is ignored`);
      return;
    }
    const command = notifyCommand(s, c);
    if (command !== undefined) d.notify[which] = command;
  };

export const syncGroup: BlockTable<GroupDraft> = defineBlock<GroupDraft>('vrrp_sync_group', {
  group: (d, s, c, _k, block) => {
    if (d.members !== undefined) {
      c.warn('duplicate', s, 'a second group list is ignored');
      return;
    }
    d.members = [];
    for (const line of block) {
      for (let word = 0; word < line.length; word++)
        d.members.push({ name: line.word(word) ?? '', line, word });
      // Old files close each member with an empty block; only the name counts.
      if (line.block !== undefined) c.warn('block-unexpected', line, `${line.keyword} takes no block here`);
    }
  },
  track_interface: (d, _s, c, _k, block) => readTrackInterfaces(block, c, d.trackInterfaces),
  track_script: (d, _s, c, _k, block) => readTrackScripts(block, d.definitions.scripts, c, d.trackScripts),
  track_file: (d, _s, c, _k, block) =>
    readTrackNamed(block, 'track_file', d.definitions.files, c, d.trackFiles),
  track_process: (d, _s, c, _k, block) =>
    readTrackNamed(block, 'vrrp_track_process', d.definitions.processes, c, d.trackProcesses),
  track_bfd: (d, _s, c, _k, block) => readTrackNamed(block, 'bfd_instance', d.definitions.bfd, c, d.trackBfd),
  notify_backup: notify('backup'),
  notify_master: notify('master'),
  notify_fault: notify('fault'),
  notify_stop: notify('stop'),
  notify: notify('any'),
  smtp_alert: setFlag((d, v) => {
    d.smtpAlert = v;
  }),
  global_tracking: setOn(d => {
    d.trackingWeight = true;
  }),
  sync_group_tracking_weight: setOn(d => {
    d.trackingWeight = true;
  }),
  notify_priority_changes: setFlag((d, v) => {
    d.notifyPriorityChanges = v;
  }),
});

/** Why an instance of the group could not be read. */
const lostMember = (d: GroupDraft, c: Context) =>
  (d.members ?? []).map(({ name }) => c.causes.ofName(name)).find(cause => cause !== undefined);

export interface CompletedInstance {
  readonly draft: InstanceDraft;
  readonly config: InstanceConfig;
}

/** The groups that have a valid member; members are checked against all instances of the file. */
export function completeGroups(
  drafts: readonly GroupDraft[],
  instances: ReadonlyMap<string, CompletedInstance>,
  g: GlobalDraft,
  c: Context,
): readonly SyncGroupConfig[] {
  const taken = new Map<string, string>();
  const groups: SyncGroupConfig[] = [];
  for (const d of drafts) {
    const members: CompletedInstance[] = [];
    const from = c.diagnostics.length;
    for (const { name, line, word } of d.members ?? []) {
      const instance = instances.get(name);
      const other = taken.get(name);
      if (instance === undefined) {
        const near = nearest(name, instances.keys());
        const tail = near === undefined ? '' : `; did you mean ${near}?`;
        c.conclude(
          c.causes.ofName(name),
          'error',
          'undefined-name',
          line,
          `sync group ${d.name}: there is no vrrp_instance ${name}${tail}`,
          word,
        );
      } else if (other !== undefined) {
        c.error('duplicate', line, `vrrp_instance ${name} is already in sync group ${other}`, word);
      } else {
        taken.set(name, d.name);
        members.push(instance);
      }
    }
    const cause = c.diagnostics[from] ?? c.causes.of(d.statement, ['group']) ?? lostMember(d, c);
    if (members.length === 0) {
      const message = `vrrp_sync_group ${d.name} has no valid member`;
      c.conclude(cause, 'error', 'empty-group', d.statement, message);
      continue;
    }
    if (members.length === 1) {
      const message = `vrrp_sync_group ${d.name} has one member only`;
      c.conclude(cause, 'warning', 'single-member', d.statement, message);
    }
    const owners = members.filter(({ config }) => config.priority === 255);
    if (owners.length > 0 && owners.length < members.length) {
      // A MASTER without a priority is an owner: perhaps because its priority could not be read.
      const unread = owners.map(({ draft }) => c.causes.of(draft.statement, ['priority']));
      c.conclude(
        unread.find(found => found !== undefined),
        'warning',
        'mixed-owners',
        d.statement,
        `vrrp_sync_group ${d.name} mixes address owners (priority 255) with others; that does not work`,
      );
    }
    const level = <T extends { readonly weight: number }>(items: readonly T[]): readonly T[] =>
      owners.length > 0 ? items.map(item => ({ ...item, weight: 0 })) : items;
    groups.push({
      name: d.name,
      members: members.map(({ config }) => config.name),
      notify: d.notify,
      smtpAlert: d.smtpAlert ?? g.smtpAlertVrrp ?? g.smtpAlert ?? false,
      trackInterfaces: level(d.trackInterfaces),
      trackScripts: level(d.trackScripts),
      trackFiles: level(d.trackFiles),
      trackProcesses: d.trackProcesses,
      trackBfd: level(d.trackBfd),
      trackingWeight: d.trackingWeight,
      notifyPriorityChanges: d.notifyPriorityChanges,
    });
  }
  return groups;
}

/**
 * What a group or ownership does to a member: weights it may not track with are cleared or their records dropped, a
 * MASTER beside a BACKUP starts as BACKUP, and the group's notify_priority_changes is its default.
 */
export function applyGroup(
  instance: InstanceConfig,
  draft: InstanceDraft,
  group: SyncGroupConfig | undefined,
  together: boolean,
  c: Context,
): InstanceConfig {
  const owner = instance.priority === 255;
  const level = owner || (group !== undefined && !group.trackingWeight);
  const why = owner ? 'an address owner' : 'a member of a sync group without sync_group_tracking_weight';
  const cause = owner ? c.causes.of(draft.statement, ['priority']) : undefined;
  const drop = <T extends { readonly weight: number }>(
    items: readonly T[],
    keyword: string,
  ): readonly T[] => {
    if (!level || items.every(item => item.weight === 0)) return items;
    c.conclude(
      cause,
      'warning',
      'weights-ignored',
      draft.lines.get(keyword) ?? draft.statement,
      `${draft.name} is ${why}: weighted records are not tracked`,
    );
    return items.filter(item => item.weight === 0);
  };
  const clear = (items: readonly TrackInterface[]): readonly TrackInterface[] => {
    if (!level || items.every(item => item.weight === 0)) return items;
    c.conclude(
      cause,
      'warning',
      'weights-ignored',
      draft.lines.get('track_interface') ?? draft.statement,
      `${draft.name} is ${why}: interface weights are ignored`,
    );
    return owner ? items.filter(item => item.weight === 0) : items.map(item => ({ ...item, weight: 0 }));
  };
  if (level && instance.trackFiles.some(item => item.weight === 1)) {
    c.conclude(
      cause,
      'warning',
      'weights-ignored',
      draft.lines.get('track_file') ?? draft.statement,
      `${draft.name} is ${why}: the weight 1 that a tracked file has by default is 0 here; write weight 0`,
    );
  }
  const files = instance.trackFiles.map(item => (level && item.weight === 1 ? { ...item, weight: 0 } : item));
  return {
    ...instance,
    initialState: group !== undefined && !together ? 'BACKUP' : instance.initialState,
    trackInterfaces: clear(instance.trackInterfaces),
    trackScripts: drop(instance.trackScripts, 'track_script'),
    trackFiles: drop(files, 'track_file'),
    trackBfd: drop(instance.trackBfd, 'track_bfd'),
    notifyPriorityChanges:
      draft.notifyPriorityChanges ?? group?.notifyPriorityChanges ?? instance.notifyPriorityChanges,
  };
}
