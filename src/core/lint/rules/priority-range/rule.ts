// Weights that take the priority out of 1..254, where it is held: part of the weight is lost.
// Spec: RFC 9568 section 5.2.4 (255 is the owner's, 0 means resignation); keepalived.conf(5) "weight".

import type { Rule } from '../../rule.ts';

export const priorityRange: Rule = {
  id: 'priority-range',
  severity: 'warning',
  summary: 'Priority and weights together leave 1..254, so that part of a weight has no effect.',
  concludes: true,
  watch: report => ({
    instance({ config, statement, lines }) {
      if (config.priority === 255) return;
      const weights = [
        ...config.trackScripts,
        ...config.trackInterfaces,
        ...config.trackProcesses,
        ...config.trackBfd,
      ].map(({ weight }) => weight);
      const sum = (some: readonly number[]) => some.reduce((total, weight) => total + weight, 0);
      const highest = config.priority + sum(weights.filter(weight => weight > 0));
      const lowest = config.priority + sum(weights.filter(weight => weight < 0));
      const line = lines.get('priority') ?? statement;
      if (highest > 254)
        report(line, `priority ${config.priority} and its weights reach ${highest}; it is held at 254`);
      if (lowest < 1)
        report(line, `priority ${config.priority} and its weights fall to ${lowest}; it is held at 1`);
    },
  }),
};
