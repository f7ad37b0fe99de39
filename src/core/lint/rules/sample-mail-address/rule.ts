// Mail addresses of the sample configuration, left in.
// Spec: the sample files that distributions ship; firewall.loc is nobody's domain.

import type { Rule } from '../../rule.ts';

const isSample = (address: string) => /@(firewall\.loc|example\.(com|net|org)|domain\.com)$/i.test(address);

export const sampleMailAddress: Rule = {
  id: 'sample-mail-address',
  severity: 'info',
  summary: 'Mail goes to an address of the sample configuration.',
  watch: report => ({
    keywords: {
      notification_email: statement => {
        const samples = (statement.block ?? []).filter(({ keyword }) => isSample(keyword));
        const [first] = samples;
        if (first === undefined) return;
        const more = samples.length > 1 ? ` (and ${samples.length - 1} more)` : '';
        report(first, `${first.keyword} is an address of the sample configuration${more}: nobody reads it`, {
          word: 0,
        });
      },
    },
  }),
};
