// Tells on stderr what a table loses in ipvsadm's language.
// Spec: ipvs/rules-losses.ts; stdout belongs to the rules.

import type { RulesLoss } from '../../ipvs/index.ts';
import { tellFindings } from './findings.ts';

/** Lines that are told one by one; of more, their number. */
const most = 20;

/** Counts losses while a table is written; memory does not grow with the table. */
export function countLosses() {
  const lines: string[] = [];
  let count = 0;
  return {
    take({ subject, text }: RulesLoss): void {
      count++;
      if (lines.length < most) lines.push(`warning: ${subject}: ${text}`);
    },
    tell(): void {
      if (count === 0) return;
      const more = count - lines.length;
      tellFindings([
        ...lines,
        ...(more > 0 ? [`warning: and ${more} more of this kind`] : []),
        'Rules cannot hold these as they are; lvskit vs export --format yaml or json does.',
      ]);
    },
  };
}
