// Which rights a child process of `lvskit run` needs, and when it can be started with no others.
// Spec: capabilities(7); src/core/README.md, decision of 2026-11-26 "Children without programs keep what they need".
//
// The bounding set of a process also limits the programs it starts, be they root's: a process that runs programs of the configuration keeps
// everything. One that runs none is limited, and replaced when a reload brings its first program.

import type { Config } from '../conf/config.ts';
import type { ChildName } from '../daemon/index.ts';
import { type Capability, type Launcher, launcherWith } from '../host/index.ts';
import { seconds } from '../time.ts';
import { ownersIn } from './programs.ts';

const needed = {
  // Addresses, routes, rules and socket options; packet and raw sockets; real-time scheduling.
  vrrp: ['net_admin', 'net_raw', 'net_broadcast', 'sys_nice'],
  // IPVS and SO_MARK; SO_BINDTODEVICE; `bind_port` below 1024.
  checker: ['net_admin', 'net_raw', 'net_bind_service'],
} as const satisfies Record<ChildName, readonly Capability[]>;

/** What starts each child limited; undefined where this machine cannot. */
export type Launchers = Readonly<Record<ChildName, Launcher | undefined>>;

export async function learnLaunchers(): Promise<Launchers> {
  const [vrrp, checker] = await Promise.all([launcherWith(needed.vrrp), launcherWith(needed.checker)]);
  return { vrrp, checker };
}

const parts = {
  vrrp: ({ vrrp }: Config): unknown => vrrp,
  checker: ({ checkers, virtualServers }: Config): unknown => [checkers, virtualServers],
} as const satisfies Record<ChildName, (config: Config) => unknown>;

/** Whether the child starts programs of the configuration. */
export const runsPrograms = (config: Config, name: ChildName): boolean =>
  ownersIn(parts[name](config)).length > 0;

/**
 * Whether the child may be started limited. A VRRP process that is replaced is silent for as long as a start takes: where it advertises more
 * often than each second its peers might take over meanwhile, so it keeps everything from the start; one that a reload makes do so is replaced
 * at once, while its peers still go by the longer interval.
 */
export const mayBeLimited = (config: Config, name: ChildName): boolean =>
  !runsPrograms(config, name) &&
  (name !== 'vrrp' || config.vrrp.instances.every(({ advertInterval }) => advertInterval >= seconds(1)));
