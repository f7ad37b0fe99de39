// What `--on-target` knows of the machine that is to run a configuration: data from outside, looked at by rules.
// Spec: ip-address(8), passwd(5), group(5), modprobe(8); what could not be found out is undefined and not judged.

import type { ConfigurationReader } from '../conf/index.ts';
import type { Prefix } from '../net/index.ts';

export interface MachineAddress {
  readonly prefix: Prefix;
  /** From a lease or an advertisement: not for ever. */
  readonly isDynamic: boolean;
}

export interface MachineInterface {
  readonly isUp: boolean;
  readonly isLoopback: boolean;
  readonly hasMulticast: boolean;
  readonly hasArp: boolean;
  readonly addresses: readonly MachineAddress[];
}

/** Everything but the files, which the configuration's reader knows. */
export interface MachineState {
  readonly interfaces?: ReadonlyMap<string, MachineInterface>;
  readonly hasUser?: (name: string) => boolean;
  readonly hasGroup?: (name: string) => boolean;
  readonly userName?: (uid: number) => string | undefined;
  readonly groupName?: (gid: number) => string | undefined;
  /** Names of the kernel modules that are built in, loaded or installed. */
  readonly modules?: ReadonlySet<string>;
}

export interface Machine extends MachineState {
  readonly facts: ConfigurationReader['facts'];
}

/** The interfaces that hold an address. */
export const holdersOf = (machine: MachineState, address: string): readonly string[] =>
  [...(machine.interfaces ?? [])]
    .filter(([, { addresses }]) => addresses.some(({ prefix }) => prefix.address === address))
    .map(([name]) => name);
