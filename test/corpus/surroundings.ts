// What configuration files name and the machine that judges them must have: interfaces, scripts, users.
// Spec: keepalived.conf(5); without them keepalived 2.2.7 -t speaks of the machine instead of the text.

import { loadConfiguration } from '../../src/core/conf/index.ts';
import { createReader } from '../../src/core/host/index.ts';
import type { Surroundings } from './oracle.ts';

export interface Base {
  readonly path: string;
  /** Its bytes as latin1. */
  readonly text: string;
  readonly configId: string | undefined;
}

/** The commonest id of the lines for one config-id: with it the file is most of what its author meant. */
export function commonestId(text: string): string | undefined {
  const counts = new Map<string, number>();
  for (const [, id = ''] of text.matchAll(/^[ \t]*@([A-Za-z][\w.-]*)[ \t]/gm))
    counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

export function surroundingsOf(bases: readonly Base[]): Surroundings {
  const reader = createReader();
  const interfaces = new Set<string>();
  const scripts = new Set<string>();
  const users = new Set<string>();
  for (const { path, text, configId } of bases) {
    const loaded = loadConfiguration(path, reader, configId === undefined ? {} : { configId });
    for (const { name } of loaded.interfaceReferences) interfaces.add(name);
    for (const [, script] of text.matchAll(/["'\s<](\/[\w./-]+)/g)) {
      if (script !== undefined && !script.endsWith('/')) scripts.add(script);
    }
    for (const [, user] of text.matchAll(/^\s*(?:script_user|user)\s+([a-z_][\w-]*)/gm))
      users.add(user ?? '');
  }
  return {
    interfaces: [...interfaces].filter(name => /^[\w.-]{1,15}$/.test(name) && name !== 'lo'),
    scripts: [...scripts],
    users: [...users],
  };
}
