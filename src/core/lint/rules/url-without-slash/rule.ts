// A path that is no path of a request.
// Spec: RFC 9112 section 3.2.1 (origin-form begins with a slash); keepalived sends the word as it stands.

import type { Rule } from '../../rule.ts';

export const urlWithoutSlash: Rule = {
  id: 'url-without-slash',
  severity: 'warning',
  summary: 'The path of a url does not begin with a slash.',
  watch: report => ({
    keywords: {
      path(statement, block) {
        const path = statement.word(1);
        if (!block.endsWith('/url') || path === undefined || /^(?:\/|https?:\/\/|\*$)/.test(path)) return;
        report(statement, `${path} does not begin with a slash: web servers refuse such a request`, {
          word: 1,
        });
      },
    },
  }),
};
