// eth0:1 as the name of an interface: a label of an address, and never a device.
// Spec: dev_valid_name() of the kernel (no slash, colon or blank); ip-address(8) label.

import type { Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

export const interfaceAlias: Rule = {
  id: 'interface-alias',
  severity: 'error',
  summary: 'An interface is called by the name of an address label.',
  watch: report => {
    const look = (statement: Statement) => {
      const name = statement.word(1) ?? '';
      const [device] = name.split(':');
      if (/^[^:/]+:[^/]*$/.test(name))
        report(
          statement,
          `${name} is a label of an address, not an interface: write ${device}, and label ${name} behind the address`,
          { word: 1 },
        );
    };
    return { keywords: { interface: look, bind_if: look, lvs_sync_daemon_interface: look } };
  },
};
