// Sync groups: their members move together, and the group is announced after them.
// Spec: keepalived.conf(5) vrrp_sync_group; one to MASTER, BACKUP or FAULT means all.

import { moveGroup } from './notify.ts';
import type { GroupState, InstanceState } from './state.ts';
import { enterBackup, enterMaster, masterDownOfInstance } from './transition.ts';
import { groupOf, membersOf, type Turn } from './turn.ts';

/** Why a group moves: what moved the member that it follows. */
const causeOf = ({ config: { name }, cause }: InstanceState): string => `${name}: ${cause}`;

/** The member that keeps an instance from becoming MASTER, if any: all must want it, unless the group is MASTER already. */
export function heldBackBy(turn: Turn, instance: InstanceState): InstanceState | undefined {
  const group = groupOf(turn.machine, instance);
  if (group === undefined || group.state === 'MASTER') return undefined;
  return membersOf(turn.machine, group).find(other => other !== instance && other.wanted !== 'MASTER');
}

/** After `leader` became MASTER: the others follow at once. */
export function followMaster(turn: Turn, leader: InstanceState): void {
  const group = groupOf(turn.machine, leader);
  if (group === undefined) return;
  for (const member of membersOf(turn.machine, group)) {
    if (member.state === 'BACKUP')
      enterMaster(turn, member, `follows ${leader.config.name} in sync group ${group.config.name}`);
  }
  moveGroup(turn, group, 'MASTER', causeOf(leader));
}

/** After `leader` fell to BACKUP before a better master: the others follow at once. */
export function followBackup(turn: Turn, leader: InstanceState): void {
  const group = groupOf(turn.machine, leader);
  if (group === undefined) return;
  for (const member of membersOf(turn.machine, group)) {
    if (member === leader) continue;
    member.wanted = 'BACKUP';
    if (member.state !== 'MASTER') continue;
    const cause = `follows ${leader.config.name} in sync group ${group.config.name}`;
    enterBackup(turn, member, cause, masterDownOfInstance(member), 0);
  }
  moveGroup(turn, group, 'BACKUP', causeOf(leader));
}

/** A group whose members all fell back by a lost address still counts as MASTER; once a better master is heard it does not. */
export function yieldGroup(turn: Turn, instance: InstanceState): void {
  const group = groupOf(turn.machine, instance);
  if (group?.state === 'MASTER' && membersOf(turn.machine, group).every(member => member.state !== 'MASTER'))
    moveGroup(turn, group, 'BACKUP', causeOf(instance));
}

/** What the members' states make of the group, when health or configuration has moved some of them. */
export function settleGroup(turn: Turn, group: GroupState): void {
  const members = membersOf(turn.machine, group);
  const states = members.map(member => member.state);
  const leader = members.find(member => member.state === 'MASTER');
  const faulty = members.find(member => member.state === 'FAULT');
  const [first] = members;
  if (faulty !== undefined) moveGroup(turn, group, 'FAULT', causeOf(faulty));
  else if (first !== undefined && states.every(state => state === 'STOP'))
    moveGroup(turn, group, 'STOP', causeOf(first));
  // The group ends when its last member does.
  else if (states.includes('LEAVING')) return;
  // A reload brought members together, or a new member has just become ready: they follow the one that is MASTER.
  else if (leader !== undefined) followMaster(turn, leader);
  // Owners that only pass through BACKUP at the start have announced nothing, and neither does their group.
  else if (members.every(member => member.notified === undefined)) return;
  else if (!states.includes('INIT') && group.state !== 'MASTER')
    moveGroup(turn, group, 'BACKUP', first === undefined ? 'it has no member' : causeOf(first));
}
