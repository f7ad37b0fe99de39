// What this machine has that a configuration may name: interfaces with their addresses, and kernel modules.
// Spec: `ip -json address` of iproute2, which sees the own network namespace; modprobe(8)'s lists of modules.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';

export interface InterfaceReport {
  readonly name: string;
  /** As ip-link(8) prints them: UP, MULTICAST, NOARP, LOOPBACK. */
  readonly flags: readonly string[];
  readonly addresses: readonly {
    readonly address: string;
    readonly length: number;
    readonly isDynamic: boolean;
  }[];
}

interface Printed {
  readonly ifname: string;
  readonly flags?: readonly string[];
  readonly addr_info?: readonly {
    readonly local?: string;
    readonly prefixlen?: number;
    readonly dynamic?: boolean;
  }[];
}

/** By absolute path: the caller's PATH is not root's. */
const iproute =
  ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'].find(path => existsSync(path)) ?? '/sbin/ip';

/** Undefined without iproute2, or one that cannot print JSON. */
export function interfaceReports(): readonly InterfaceReport[] | undefined {
  let printed: readonly Printed[];
  try {
    const text = execFileSync(iproute, ['-json', 'address', 'show'], {
      encoding: 'utf8',
      timeout: 10_000,
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    printed = JSON.parse(text);
  } catch {
    return undefined;
  }
  return printed
    .filter(({ ifname }) => ifname !== undefined)
    .map(({ ifname, flags = [], addr_info = [] }) => ({
      name: ifname,
      flags,
      addresses: addr_info.flatMap(({ local, prefixlen, dynamic }) =>
        local === undefined || prefixlen === undefined
          ? []
          : [{ address: local, length: prefixlen, isDynamic: dynamic === true }],
      ),
    }));
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
};

/** Names of the modules that are built in, installed or loaded; undefined where the installed ones cannot be told. */
export function kernelModules(): ReadonlySet<string> | undefined {
  const directory = `/lib/modules/${release()}`;
  const installed = read(`${directory}/modules.dep`);
  if (installed === undefined) return undefined;
  const files = `${installed}\n${read(`${directory}/modules.builtin`) ?? ''}`.matchAll(
    /^(?:\S*\/)?([^/\s]+?)\.ko(?:\.\w+)?(?::|$)/gm,
  );
  const loaded = (read('/proc/modules') ?? '').matchAll(/^(\S+)/gm);
  return new Set([...files, ...loaded].map(match => match[1]!.replaceAll('-', '_')));
}
