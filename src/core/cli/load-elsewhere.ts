// A configuration read on a machine that need not be its director: interfaces, accounts and programs are not looked for.
// Spec: runtime/configuration.ts.

import type { Config } from '../conf/index.ts';
import { FaultError } from '../fault.ts';
import { createReader } from '../host/index.ts';
import { loadForDaemon } from '../runtime/index.ts';

/** Throws the fault of a refused file, with every error and its place. */
export function loadElsewhere(file: string, configId?: string): Config {
  const loading = loadForDaemon(
    { file, configId },
    { reader: createReader(), interfaces: undefined, program: undefined },
  );
  if (loading.ok) return loading.value.config;
  const details = loading.errors.map(
    ({ place, message }) => `${place.file}:${place.line}:${place.column}: ${message}`,
  );
  throw new FaultError({ ...loading.fault, ...(details.length === 0 ? {} : { details }) });
}
