// A priority that an operator gives an instance while the daemon runs: it stands for what the file and tracking make of it.
// Spec: RFC 9568 section 5.2.4 (1..254; 255 belongs to the address owner, whose priority nobody moves).

import { noteChange } from '../news.ts';
import type { Input } from './events.ts';
import { settle } from './health.ts';
import { ownerPriority } from './priority.ts';
import { type Turn, tell } from './turn.ts';

type Override = Extract<Input, { readonly kind: 'override' }>;

export function override(turn: Turn, { instance: name, priority }: Override): void {
  const { machine } = turn;
  // By name: it comes from an operator, not from the wire, and names are labels that only the configuration has.
  for (const instance of machine.instances.values()) {
    if (instance.config.name !== name || instance.override === priority) continue;
    if (instance.basePriority === ownerPriority) {
      tell(turn, 'warning', instance, 'is the address owner: its priority 255 cannot be overridden');
      continue;
    }
    instance.override = priority;
    noteChange(machine.news, instance.key);
    const text =
      priority === undefined
        ? 'the priority is that of the file again'
        : `an operator gives it priority ${priority} until the next reload`;
    tell(turn, 'info', instance, text);
    settle(turn, [instance]);
  }
}

/** A reload brings back what the file says; `settle` follows. */
export function endOverrides(turn: Turn): void {
  for (const instance of turn.machine.instances.values()) {
    if (instance.override === undefined) continue;
    tell(
      turn,
      'info',
      instance,
      `the reload ends the priority ${instance.override} that an operator gave it`,
    );
    instance.override = undefined;
  }
}
