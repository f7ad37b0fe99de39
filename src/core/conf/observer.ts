// What can be watched while a configuration is built: each block's statements, each instance and virtual server with its places.
// Spec: the typed configuration has no places, and large files are not kept in memory only to be looked at.

import type { CheckerConfig } from '../check/config.ts';
import type { VirtualServerConfig } from '../pool/config.ts';
import type { InstanceConfig } from '../vrrp/config.ts';
import type { Statement } from './statement.ts';

/** A completed instance and where its words stand. */
export interface InstanceSight {
  readonly config: InstanceConfig;
  readonly statement: Statement;
  /** The last statement of each keyword in the block. */
  readonly lines: ReadonlyMap<string, Statement>;
  /** The records of `config.addresses`, in the same order. */
  readonly addressLines: readonly Statement[];
}

/** A completed virtual server and where its parts stand. */
export interface ServerSight {
  /** Of a service that stands twice: what this block alone says. */
  readonly config: VirtualServerConfig;
  readonly statement: Statement;
  /** The statements of `config.realServers`, in the same order. */
  readonly realServers: readonly Statement[];
  readonly checkers: readonly CheckerSight[];
  /** The block that had this service first. */
  readonly first: Statement | undefined;
}

export interface CheckerSight {
  readonly config: CheckerConfig;
  readonly statement: Statement;
  /** Index in `realServers`. */
  readonly realServer: number;
}

/** Called in the order of completion: blocks as they are read, instances, then virtual servers one by one. */
export interface Observer {
  /** `path` as in the catalogue; `statements` are the block's own, unknown keywords included. */
  block?(path: string, statements: readonly Statement[]): void;
  instance?(sight: InstanceSight): void;
  virtualServer?(sight: ServerSight): void;
}
