// Rules of the reader behind each of which `keepalived -t` ends with exit status 5, although the daemon starts with such a file.
// Spec: keepalived(8) --config-test; held against the recorded verdicts of both releases by `npm run corpus`.

const rules = [
  // Words that nobody knows, or knows any more.
  ...['unknown-keyword', 'unknown-word', 'unknown-definition', 'obsolete-keyword', 'deprecated'],
  // Values that are replaced, cut or left out.
  ...['corrected', 'password-truncated', 'trailing-characters', 'authentication-dropped'],
  ...['invalid-address', 'invalid-boolean', 'invalid-number', 'invalid-port', 'invalid-word'],
  // What is missing or stands there twice.
  ...['missing-address', 'missing-preference', 'missing-protocol', 'duplicate', 'repeated-keyword'],
  // What is ignored beside something else.
  ...['nopreempt-ignored', 'preempt-delay-ignored', 'not-tracked', 'own-interface-tracked'],
  ...['port-ignored', 'single-member', 'unicast-without-peers', 'weights-ignored'],
] as const;

export const refusedByTest: ReadonlySet<string> = new Set(rules);
