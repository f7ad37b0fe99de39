// What of our environment others get: lists of what passes, because what a caller's shell holds is nobody's to hand on.
// Spec: environ(7); keepalived.conf(5) SCRIPTS names no variable that scripts are given.

import type { Account } from './accounts.ts';

/** Language and time zone. */
const local = /^(?:LANG|LANGUAGE|LC_[A-Z]+|TZ)$/;
/** What our own processes read beside it. */
const ours = /^(?:NO_COLOR|DEBUG|TERM)$/;

/** systemd's default for root; a caller's PATH may name directories of others. */
export const programPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const chosen = (pattern: RegExp): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => pattern.test(name)));

/** For programs of the configuration. */
export const programEnvironment = ({ name, home }: Account): NodeJS.ProcessEnv => ({
  ...chosen(local),
  PATH: programPath,
  HOME: home,
  USER: name,
  LOGNAME: name,
  SHELL: '/bin/sh',
});

/** For our own child processes: neither NODE_OPTIONS nor LD_* nor secrets of the caller. */
export const childEnvironment = (): NodeJS.ProcessEnv => ({
  ...chosen(local),
  ...chosen(ours),
  PATH: programPath,
  HOME: '/',
});
