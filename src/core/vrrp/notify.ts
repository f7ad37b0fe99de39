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

/** What a mail calls each state; undefined: an occurrence within a state, which goes to its own program and the FIFO only. */
const mailWords = {
  MASTER: 'Entering MASTER state',
  BACKUP: 'Entering BACKUP state',
  FAULT: 'Entering FAULT state',
  STOP: 'Stopping',
  DELETED: 'Deleted',
  MASTER_RX_LOWER_PRI: undefined,
  MASTER_PRIORITY: undefined,
  BACKUP_PRIORITY: undefined,
} as const satisfies Record<NotifyState, string | undefined>;

function commandsFor(
  notify: NotifyConfig,
  subject: 'INSTANCE' | 'GROUP',
  name: string,
  state: NotifyState,
  priority: number,
): ScriptCommand[] {
  const own = ownScript[state](notify);
  const any = mailWords[state] === undefined ? undefined : notify.any;
  return [
    ...(own === undefined ? [] : [own]),
    ...(any === undefined ? [] : [{ ...any, argv: [...any.argv, subject, name, state, String(priority)] }]),
  ];
}

/** What is said of an event beside its name. */
interface Circumstances {
  readonly from: string;
  readonly cause: string;
}

function announce(
  turn: Turn,
  subject: 'INSTANCE' | 'GROUP',
  { name, notify, smtpAlert }: Pick<InstanceConfig, 'name' | 'notify' | 'smtpAlert'>,
  state: NotifyState,
  priority: number,
  { from, cause }: Circumstances,
): void {
  const who = subject === 'INSTANCE' ? 'Instance' : 'Group';
  const words = mailWords[state];
  turn.effects.push({
    kind: 'notify',
    subject,
    name,
    state,
    from,
    cause,
    priority,
    commands: commandsFor(notify, subject, name, state, priority),
    line: `${subject} "${name}" ${state} ${priority}`,
    mail:
      smtpAlert && words !== undefined
        ? { subject: `VRRP ${who} ${name} - ${words}`, body: `=> ${cause} <=` }
        : undefined,
    occurrence: words === undefined,
  });
}

/** Any instance event, unconditionally. */
export function notifyEvent(
  turn: Turn,
  { config, effectivePriority }: InstanceState,
  state: NotifyState,
  circumstances: Circumstances,
): void {
  announce(turn, 'INSTANCE', config, state, effectivePriority, circumstances);
}

/** The instance's present state, unless that was the last one announced. INIT and LEAVING never are. */
export function notifyInstance(turn: Turn, instance: InstanceState): void {
  const { state, former, cause } = instance;
  if (state === 'INIT' || state === 'LEAVING' || instance.notified === state) return;
  instance.notified = state;
  notifyEvent(turn, instance, state, { from: former, cause });
}

/** Moves the group to a state and announces it; a group has no priority. */
export function moveGroup(turn: Turn, group: GroupState, state: VrrpState, cause: string): void {
  const { news } = turn.machine;
  const from = group.state;
  noteChange(news, `group ${group.config.name}`);
  if (from !== state) {
    noteTransition(news, { kind: 'group', name: group.config.name, from, to: state, cause, at: turn.now });
    group.since = turn.now;
  }
  group.state = state;
  if (state === 'INIT' || state === 'LEAVING' || group.notified === state) return;
  group.notified = state;
  announce(turn, 'GROUP', group.config, state, 0, { from, cause });
}
