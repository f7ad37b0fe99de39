// smtp_alert without recipient or mail server.
// Spec: keepalived.conf(5) smtp_alert, notification_email, smtp_server.

import type { Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

const alerts = ['smtp_alert', 'smtp_alert_vrrp', 'smtp_alert_checker'];
const isOff: ReadonlySet<string> = new Set(['off', 'no', 'false']);

export const alertToNobody: Rule = {
  id: 'alert-to-nobody',
  severity: 'warning',
  summary: 'Mail is to be sent, but nobody or no mail server is named.',
  watch: report => {
    let first: Statement | undefined;
    const see = (statement: Statement) => {
      if (!isOff.has(statement.word(1)?.toLowerCase() ?? '')) first ??= statement;
    };
    return {
      keywords: Object.fromEntries(alerts.map(keyword => [keyword, see])),
      end({ config: { global }, diagnostics }) {
        // What is missing may be the word that could not be read.
        if (first === undefined || diagnostics.some(({ rule }) => rule === 'unknown-keyword')) return;
        const missing = [
          ...(global.notificationEmail.length === 0 ? ['notification_email'] : []),
          ...(global.smtpServer === undefined ? ['smtp_server'] : []),
        ];
        if (missing.length > 0)
          report(first, `${first.keyword} sends nothing: global_defs has no ${missing.join(' and no ')}`, {
            word: 0,
          });
      },
    };
  },
};
