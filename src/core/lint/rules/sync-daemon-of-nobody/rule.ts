// lvs_sync_daemon with the name of an instance that the file does not have.
// Spec: keepalived.conf(5) lvs_sync_daemon.

import type { Statement } from '../../../conf/index.ts';
import { nearest } from '../../../nearest.ts';
import type { Rule } from '../../rule.ts';

export const syncDaemonOfNobody: Rule = {
  id: 'sync-daemon-of-nobody',
  severity: 'error',
  summary: 'The sync daemon follows an instance that does not exist.',
  watch: report => {
    let line: Statement | undefined;
    return {
      keywords: {
        lvs_sync_daemon: statement => {
          line = statement;
        },
      },
      end({ config, diagnostics }) {
        // The instance may be the one that could not be read.
        if (diagnostics.some(({ severity }) => severity === 'error')) return;
        const wanted = config.global.lvsSyncDaemon?.instance;
        if (line === undefined || wanted === undefined) return;
        const names = config.vrrp.instances.map(({ name }) => name);
        if (names.includes(wanted)) return;
        const near = nearest(wanted, names);
        const hint = near === undefined ? '' : `; did you mean ${near}?`;
        report(line, `there is no vrrp_instance ${wanted}: the sync daemon never starts${hint}`, { word: 2 });
      },
    };
  },
};
