// All the pool remembers: every virtual server in its present standing, what an operator has set, and what has changed.
// Spec: DESIGN "machines, not callbacks": plain data that only functions of this module change.

import { createNews, type News } from '../news.ts';
import type { VirtualServerState } from './server.ts';
import type { SharedService } from './shared.ts';

export interface Subject {
  readonly virtualServer: string;
  readonly realServer: string;
}

/** Every virtual server in its present standing, and which server each checker speaks for. Changed in place by `stepPool`. */
export interface Pool {
  virtualServers: Map<string, VirtualServerState>;
  subjects: ReadonlyMap<string, Subject>;
  /** The services that several virtual servers name, by serviceKey. */
  shared: ReadonlyMap<string, SharedService>;
  /** Servers with an override: a reload ends them. */
  readonly overridden: Map<string, Subject>;
  readonly news: News;
  stopped: boolean;
}

export const createPool = (): Pool => ({
  virtualServers: new Map(),
  subjects: new Map(),
  shared: new Map(),
  overridden: new Map(),
  news: createNews(),
  stopped: false,
});
