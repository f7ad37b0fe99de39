// state MASTER and state BACKUP among the members of one sync group.
// Spec: keepalived.conf(5) vrrp_sync_group; the group moves as one.

import type { InstanceSight } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

/** As the block says it; the group changes what comes of it. */
const stateOf = ({ lines }: InstanceSight): 'MASTER' | 'BACKUP' =>
  lines.get('state')?.word(1)?.toUpperCase() === 'MASTER' ? 'MASTER' : 'BACKUP';

export const groupStatesDiffer: Rule = {
  id: 'group-states-differ',
  severity: 'warning',
  summary: 'The members of a sync group start in different states.',
  watch: report => {
    const sights = new Map<string, InstanceSight>();
    return {
      instance(sight) {
        sights.set(sight.config.name, sight);
      },
      end({ config }) {
        for (const { name, members } of config.vrrp.groups) {
          const all = members.flatMap(member => sights.get(member) ?? []);
          const [first] = all;
          const other = first === undefined ? undefined : all.find(one => stateOf(one) !== stateOf(first));
          if (first === undefined || other === undefined) continue;
          const line = other.lines.get('state') ?? other.statement;
          report(
            line,
            `${other.config.name} starts as ${stateOf(other)} and ${first.config.name} as ${stateOf(first)}, but sync group ${name} is MASTER as a whole`,
            {
              word: 1,
              related: [
                { message: 'the other member', at: first.lines.get('state') ?? first.statement, word: 1 },
              ],
            },
          );
        }
      },
    };
  },
};
