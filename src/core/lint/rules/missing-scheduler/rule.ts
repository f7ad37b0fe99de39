// A scheduler for which the kernel of this machine has no module, or no IPVS at all.
// Spec: ipvsadm(8) "--scheduler": the kernel loads ip_vs_NAME; without it the service is refused.

import type { Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

export const missingScheduler: Rule = {
  id: 'missing-scheduler',
  severity: 'error',
  summary: 'The kernel of this machine has no module for a scheduler (only with --on-target).',
  needsMachine: true,
  watch: (report, { machine }) => {
    const modules = machine?.modules;
    if (modules === undefined) return {};
    let told = modules.has('ip_vs');
    const look = (statement: Statement) => {
      const name = statement.length > 1 ? (statement.word(1) ?? '') : '';
      if (!modules.has('ip_vs') || name === '' || modules.has(`ip_vs_${name}`)) return;
      report(statement, `the kernel has no module ip_vs_${name}: the service would be refused`, { word: 1 });
    };
    return {
      keywords: { lb_algo: look, lvs_sched: look },
      blocks: {
        '(root)': statements => {
          const service = statements.find(({ keyword }) => keyword === 'virtual_server');
          if (told || service === undefined) return;
          told = true;
          report(service, 'the kernel has no module ip_vs: no virtual server can be installed', { word: 0 });
        },
      },
    };
  },
};
