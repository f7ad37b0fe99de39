// An interface that a sync group tracks, and one of its members as well: by a record, or because it is its own.
// Spec: keepalived.conf(5) "vrrp_sync_group"; a fault of one member is a fault of all.

import type { Statement } from '../../../conf/index.ts';
import type { InstanceConfig, Rule } from '../../rule.ts';

const tracks = ({ interface: own, trackPrimaryInterface, trackInterfaces }: InstanceConfig, name: string) =>
  (own === name && trackPrimaryInterface) || trackInterfaces.some(item => item.interface === name);

export const trackedTwice: Rule = {
  id: 'tracked-twice',
  severity: 'info',
  summary: 'A sync group tracks an interface that one of its members tracks already.',
  watch: report => {
    const instances = new Map<string, InstanceConfig>();
    const groups: { readonly members: readonly string[]; readonly records: readonly Statement[] }[] = [];
    return {
      blocks: {
        vrrp_sync_group(statements) {
          const linesOf = (name: string) =>
            statements.filter(({ keyword }) => keyword === name).flatMap(({ block }) => block ?? []);
          const records = linesOf('track_interface');
          if (records.length === 0) return;
          groups.push({ members: linesOf('group').flatMap(line => line.words(0)), records });
        },
      },
      instance({ config }) {
        instances.set(config.name, config);
      },
      end() {
        for (const { members, records } of groups) {
          for (const record of records) {
            const member = members
              .map(name => instances.get(name))
              .find(instance => instance !== undefined && tracks(instance, record.keyword));
            if (member === undefined) continue;
            report(
              record,
              `vrrp_instance ${member.name} tracks ${record.keyword} already, and takes the group with it`,
              {
                word: 0,
              },
            );
          }
        }
      },
    };
  },
};
