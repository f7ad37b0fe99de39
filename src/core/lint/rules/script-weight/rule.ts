// A tracked script whose failure moves the priority so little that no peer may take over.
// Spec: keepalived.conf(5) "track_script"; the commonest cause of a failover that never happens.

import { effectivePriority } from '../../../vrrp/index.ts';
import type { Rule } from '../../rule.ts';

/** Priorities of peers usually stand ten apart or more; a smaller step is worth a look. */
const usualGap = 10;

export const scriptWeight: Rule = {
  id: 'script-weight',
  severity: 'info',
  summary: 'The failure of a tracked script lowers the priority by less than peers usually differ.',
  watch: report => ({
    instance({ config, statement, lines }) {
      for (const { script, weight } of config.trackScripts) {
        const step = Math.abs(weight);
        if (step === 0 || step >= usualGap || config.priority === 255) continue;
        // Only the sum is kept in 1..254.
        const healthy = effectivePriority(config.priority, [Math.max(0, weight)]);
        const failed = effectivePriority(config.priority, [Math.min(0, weight)]);
        const block = lines.get('track_script');
        const line = block?.block?.find(record => record.keyword === script);
        report(
          line ?? block ?? statement,
          `a failing ${script} lowers the priority from ${healthy} to ${failed} only: a peer takes over if it has more than ${failed}; use a larger weight, or weight 0 for FAULT`,
          { word: 0 },
        );
      }
    },
  }),
};
