// Priority 255 is not "very high": it says that this node owns the virtual addresses.
// Spec: RFC 9568 sections 5.2.4 and 6.4.1 (the owner is master at once and never asks).

import type { Rule } from '../../rule.ts';

export const ownerPriority: Rule = {
  id: 'owner-priority',
  severity: 'warning',
  summary: 'Priority 255 makes the node the owner of the addresses.',
  watch: report => ({
    instance({ config, lines }) {
      const line = lines.get('priority');
      if (config.priority !== 255 || line === undefined) return;
      report(
        line,
        'priority 255 means that this node owns the addresses: it becomes master at once, weights do not count and nopreempt is ignored; use 1..254',
        { word: 1 },
      );
    },
  }),
};
