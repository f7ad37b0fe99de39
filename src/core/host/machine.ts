// What this machine has that a configuration may name: interfaces with their addresses, and kernel modules.
// Spec: `ip -json address` of iproute2, which sees the own network namespace; modprobe(8)'s lists of modules.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';

export interface InterfaceReport {
  readonly name: string;
  /** As ip-link(8) prints them: UP, MULTICAST, NOARP, LOOPBACK. */
  readonly flags: readonly string[];
  readonly mtu: number | undefined;
  readonly addresses: readonly {
    readonly address: string;
    readonly length: number;
    readonly isDynamic: boolean;
  }[];
}

interface Printed {
  readonly ifname: string;
  readonly flags?: readonly string[];
  readonly mtu?: number;
  readonly addr_info?: readonly {
    readonly local?: string;
    readonly prefixlen?: number;
    readonly dynamic?: boolean;
  }[];
}

/** By absolute path: the caller's PATH is not root's. */
const iproute =
  ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'].find(path => existsSync(path)) ?? '/sbin/ip';

/** What an `ip -json` command lists; undefined without iproute2, or one that cannot print JSON. */
function listed<T>(...words: string[]): readonly T[] | undefined {
  try {
    const text = execFileSync(iproute, ['-json', ...words], {
      encoding: 'utf8',
      timeout: 10_000,
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(text === '' ? '[]' : text) as readonly T[];
  } catch {
    return undefined;
  }
}

/** Undefined without iproute2, or one that cannot print JSON. */
export function interfaceReports(): readonly InterfaceReport[] | undefined {
  return listed<Printed>('address', 'show')
    ?.filter(({ ifname }) => ifname !== undefined)
    .map(({ ifname, flags = [], mtu, addr_info = [] }) => ({
      name: ifname,
      flags,
      mtu,
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

/** Destinations of type local in the table `local`, as ip-route(8) prints them: what the kernel takes for its own. */
export function localRoutes(): readonly string[] {
  const routes = ['-4', '-6'].flatMap(
    family => listed<{ type?: string; dst?: string }>(family, 'route', 'show', 'table', 'local') ?? [],
  );
  return routes.flatMap(({ type, dst }) => (type === 'local' && dst !== undefined ? [dst] : []));
}

/** A kernel setting by its sysctl(8) name, in which a slash stands for a dot in a name; undefined where the kernel has none. */
export const kernelSetting = (name: string): string | undefined =>
  read(`/proc/sys/${name.replaceAll(/[./]/g, sign => (sign === '.' ? '/' : '.'))}`)?.trim();
