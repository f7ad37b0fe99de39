// HTTP_GET on the port of HTTPS, and SSL_GET on the port of HTTP.
// Spec: keepalived.conf(5) HTTP_GET, SSL_GET; RFC 9110 section 4.2 (80 and 443).

import type { Rule } from '../../rule.ts';

export const checkOnOtherPort: Rule = {
  id: 'check-on-other-port',
  severity: 'warning',
  summary: 'A page is asked for without TLS on port 443, or with TLS on port 80.',
  watch: report => ({
    virtualServer({ checkers }) {
      for (const { config, statement } of checkers) {
        const { check } = config;
        if (check.kind !== 'http') continue;
        const { port } = check.target;
        const other = check.tls === undefined ? 443 : 80;
        if (port !== other) continue;
        const wanted = check.tls === undefined ? 'SSL_GET' : 'HTTP_GET';
        report(statement, `${config.keyword} asks port ${port}, where ${wanted} is answered`, { word: 0 });
      }
    },
  }),
};
