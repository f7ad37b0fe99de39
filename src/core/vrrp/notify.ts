// Notifications: which commands run for which event, with keepalived's arguments, and never the same state twice in a row.
// Spec: keepalived.conf(5) notify_*; docs order: the state's own script, then the generic one.

import { noteChange, noteTransition } from '../news.ts';
import type { ScriptCommand } from '../script.ts';
import type { InstanceConfig, NotifyConfig } from './config.ts';
import type { NotifyState, VrrpState } from './events.ts';
import type { GroupState, InstanceState } from './state.ts';
import type { Turn } from './turn.ts';

const ownScript = {
  MASTER: notify => notify.master,
  BACKUP: notify => notify.backup,
  FAULT: notify => notify.fault,
  STOP: notify => notify.stop,
  DELETED: notify => notify.deleted,
  MASTER_RX_LOWER_PRI: notify => notify.masterReceivedLowerPriority,
  MASTER_PRIORITY: () => undefined,
  BACKUP_PRIORITY: () => undefined,
} as const satisfies Record<NotifyState, (notify: NotifyConfig) => ScriptCommand | undefined>;

/** The events the generic `notify` script and mails are for; the others go to the FIFO only. */
const isState = {
  MASTER: true,
  BACKUP: true,
  FAULT: true,
  STOP: true,
  DELETED: true,
  MASTER_RX_LOWER_PRI: false,
  MASTER_PRIORITY: false,
  BACKUP_PRIORITY: false,
} as const satisfies Record<NotifyState, boolean>;

function commandsFor(
  notify: NotifyConfig,
  subject: 'INSTANCE' | 'GROUP',
  name: string,
  state: NotifyState,
  priority: number,
): ScriptCommand[] {
  const own = ownScript[state](notify);
  const any = isState[state] ? notify.any : undefined;
  return [
    ...(own === undefined ? [] : [own]),
    ...(any === undefined ? [] : [{ ...any, argv: [...any.argv, subject, name, state, String(priority)] }]),
  ];
}

/** Any instance event, unconditionally. */
export function notifyEvent(turn: Turn, config: InstanceConfig, state: NotifyState, priority: number): void {
  turn.effects.push({
    kind: 'notify',
    subject: 'INSTANCE',
    name: config.name,
    state,
    priority,
    commands: commandsFor(config.notify, 'INSTANCE', config.name, state, priority),
    mail: config.smtpAlert && isState[state],
  });
}

/** The instance's present state, unless that was the last one announced. INIT and LEAVING never are. */
export function notifyInstance(turn: Turn, instance: InstanceState): void {
  const { state } = instance;
  if (state === 'INIT' || state === 'LEAVING' || instance.notified === state) return;
  instance.notified = state;
  notifyEvent(turn, instance.config, state, instance.effectivePriority);
}

/** Moves the group to a state and announces it; a group has no priority. */
export function moveGroup(turn: Turn, group: GroupState, state: VrrpState): void {
  const { news } = turn.machine;
  noteChange(news, `group ${group.config.name}`);
  if (group.state !== state) {
    const cause = 'its members moved';
    noteTransition(news, {
      kind: 'group',
      name: group.config.name,
      from: group.state,
      to: state,
      cause,
      at: turn.now,
    });
    group.since = turn.now;
  }
  group.state = state;
  if (state === 'INIT' || state === 'LEAVING' || group.notified === state) return;
  group.notified = state;
  const { name, notify, smtpAlert } = group.config;
  turn.effects.push({
    kind: 'notify',
    subject: 'GROUP',
    name,
    state,
    priority: 0,
    commands: commandsFor(notify, 'GROUP', name, state, 0),
    mail: smtpAlert,
  });
}
