// What the configuration can ask for and this room does not do yet: such a checker is refused or held down, never taken for up.
// Spec: the house rule against silent acceptance; each line falls when the capability is built.

import type { CheckKind, Target } from './config.ts';
import { unsupportedQuery } from './dns.ts';

/** A clause that names the missing capability, or undefined when the checker can run. */
export function unsupportedCheck(check: CheckKind): string | undefined {
  switch (check.kind) {
    case 'tcp':
    case 'smtp':
    case 'misc':
      return undefined;
    case 'http':
      return check.urls.some(url => url.regex !== undefined)
        ? 'regex of a url is not available; use digest or status_code'
        : undefined;
    case 'dns':
      return unsupportedSource(check.target) ?? unsupportedQuery(check);
    case 'udp':
      return unsupportedSource(check.target);
    case 'ping':
      return 'PING_CHECK is not available';
    case 'file':
      return 'FILE_CHECK is not available';
    case 'bfd':
      return 'BFD_CHECK is not available';
  }
}

/** Datagram sockets of Node cannot be marked or tied to an interface. */
const unsupportedSource = ({ bindInterface, mark }: Target): string | undefined =>
  bindInterface !== undefined || mark !== 0
    ? 'bind_if and fwmark of datagram checks are not available'
    : undefined;
