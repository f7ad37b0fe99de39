// Names of the interfaces in this process's network namespace, without a netlink dialogue.
// Spec: proc(5), /proc/self/net/dev.

import { readFileSync } from 'node:fs';

/** Every interface name, or undefined where the system has no such file (not Linux, no /proc). */
export function interfaceNames(): ReadonlySet<string> | undefined {
  let text: string;
  try {
    text = readFileSync('/proc/self/net/dev', 'latin1');
  } catch {
    return undefined;
  }
  const names = text.split('\n').flatMap(line => {
    const colon = line.lastIndexOf(':');
    return colon < 0 ? [] : [line.slice(0, colon).trim()];
  });
  return new Set(names);
}
