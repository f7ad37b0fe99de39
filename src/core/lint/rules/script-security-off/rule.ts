// Scripts in a configuration without enable_script_security: nobody looks whether others may change what root runs.
// Spec: keepalived.conf(5) "enable_script_security"; `keepalived -t` ends such a configuration with exit status 6.

import type { Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';
import { commandTextOf, scriptKeywords } from '../../script-lines.ts';

export const scriptSecurityOff: Rule = {
  id: 'script-security-off',
  severity: 'info',
  summary: 'Scripts run, and enable_script_security is absent.',
  watch: report => {
    let first: Statement | undefined;
    const note = (statement: Statement) => {
      if (first === undefined && commandTextOf(statement) !== undefined) first = statement;
    };
    return {
      keywords: Object.fromEntries(scriptKeywords.map(keyword => [keyword, note])),
      end({ config }) {
        if (first === undefined || config.global.scriptSecurity) return;
        report(
          first,
          'scripts run without enable_script_security; for that alone keepalived -t ends with exit status 6',
        );
      },
    };
  },
};
