// What a process may do, over all its threads.
// Spec: proc(5) status: CapBnd, CapEff, NoNewPrivs.
import { readdirSync, readFileSync } from 'node:fs';

/** Distinct values over all threads. */
export interface Rights {
  readonly bounding: readonly string[];
  readonly effective: readonly string[];
  readonly noNewPrivileges: readonly string[];
}

const statusOf = (path: string, field: string): string =>
  new RegExp(`^${field}:\\s*(\\S+)`, 'm').exec(readFileSync(path, 'utf8'))?.[1] ?? '';

export function rightsOf(pid: number): Rights {
  const threads = readdirSync(`/proc/${pid}/task`).map(thread => `/proc/${pid}/task/${thread}/status`);
  const distinct = (field: string) => [...new Set(threads.map(path => statusOf(path, field)))];
  return {
    bounding: distinct('CapBnd'),
    effective: distinct('CapEff'),
    noNewPrivileges: distinct('NoNewPrivs'),
  };
}
