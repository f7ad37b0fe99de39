// Virtual IPv4 addresses without a prefix length are installed as /32.
// Spec: keepalived.conf(5) "virtual_ipaddress".

import type { Rule } from '../../rule.ts';

export const addressWithoutPrefix: Rule = {
  id: 'address-without-prefix',
  severity: 'info',
  summary: 'A virtual address without a prefix length is installed as /32.',
  watch: report => ({
    instance({ config, addressLines }) {
      const bare = addressLines.filter((line, index) => {
        const address = config.addresses[index];
        return (
          address?.peer === undefined && address?.prefix.length === 32 && !(line.word(0) ?? '').includes('/')
        );
      });
      const [first] = bare;
      if (first === undefined) return;
      const more = bare.length > 1 ? ` (and ${bare.length - 1} more here)` : '';
      report(
        first,
        `${first.word(0)} has no prefix length and is installed as /32${more}; write what is meant`,
        {
          word: 0,
        },
      );
    },
  }),
};
