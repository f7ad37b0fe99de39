// What the configuration can ask for and this room does not do yet: such a checker is refused with a reason, never taken for up.
// Behind it: the house rule against silent acceptance; each line falls when the capability is built.

import type { CheckKind } from './config.ts';

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
      return 'DNS_CHECK is not available';
    case 'udp':
      return 'UDP_CHECK is not available';
    case 'ping':
      return 'PING_CHECK is not available';
    case 'file':
      return 'FILE_CHECK is not available';
    case 'bfd':
      return 'BFD_CHECK is not available';
  }
}
