// One file of a fleet as its comparison needs it: instances and services with their places.
// Spec: conf/observer.ts; services are kept small, because a fleet may hold many.

import type { InstanceSight, Observer, ServerSight, Statement } from '../../conf/index.ts';
import type { LintResult } from '../engine.ts';

export interface Service {
  readonly statement: Statement;
  readonly name: string;
  readonly scheduler: string;
  /** `ADDRESS PORT` of each real server, sorted. */
  readonly servers: readonly string[];
}

export interface FleetNode {
  readonly path: string;
  readonly instances: readonly InstanceSight[];
  /** By key: address, port and protocol, or mark. */
  readonly services: ReadonlyMap<string, Service>;
  readonly result: LintResult;
  /** The line that names the node. */
  readonly routerId: Statement | undefined;
  /** It sends mail, in which the name stands. */
  readonly mails: boolean;
}

/** Collects a node while its file is linted: hand `observer` to lint(), then ask for the node. */
export function watchNode(): {
  readonly observer: Observer;
  readonly node: (result: LintResult) => FleetNode;
} {
  const instances: InstanceSight[] = [];
  const services = new Map<string, Service>();
  let routerId: Statement | undefined;
  let mails = false;
  return {
    observer: {
      block: (path, statements) => {
        if (path !== 'global_defs') return;
        mails ||= statements.some(({ keyword }) => keyword === 'notification_email');
        routerId = statements.findLast(({ keyword }) => keyword === 'router_id') ?? routerId;
      },
      instance: sight => instances.push(sight),
      virtualServer: ({ config, statement }: ServerSight) => {
        const { key, displayName, scheduler, realServers } = config;
        if (services.has(key)) return;
        const servers = realServers.map(real => real.key).sort();
        services.set(key, { statement, name: displayName, scheduler, servers });
      },
    },
    node: result => ({ path: result.path, instances, services, result, routerId, mails }),
  };
}
