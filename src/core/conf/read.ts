// The reader's door: a path and a reader in, the statements of the whole configuration out. Never throws.
// Spec: keepalived.conf(5); the order of steps is that of the physical line, see expand.ts.

import type { ConfigurationReader } from '../reader.ts';
import { braceDiagnostic } from './brace-diagnostics.ts';
import type { Diagnostic } from './config.ts';
import { Expansion } from './expand.ts';
import { nest } from './nest.ts';
import type { SourceFile } from './source.ts';
import type { Statement } from './statement.ts';
import { statementsBetween } from './tree.ts';

export interface ReadOptions {
  /** What `@ID` lines are compared with, and `${_INSTANCE}`; default: the host name up to its first dot. */
  readonly configId?: string;
  /** Every include must match readable files (`-e`, `--all-config`). */
  readonly includeChecks?: boolean;
}

export interface Reading {
  /** The statements of the file level, all files expanded. */
  readonly statements: readonly Statement[];
  /** In the order they were found. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every file read, the main one first. */
  readonly files: readonly SourceFile[];
}

/** Reads a configuration with all it includes. Whatever is wrong is a diagnostic; what could be read is in `statements`. */
export function readConfiguration(
  path: string,
  reader: ConfigurationReader,
  options: ReadOptions = {},
): Reading {
  const expansion = new Expansion(reader, {
    configId: options.configId ?? reader.hostName().replace(/\..*$/s, ''),
    includeChecks: options.includeChecks ?? false,
  });
  expansion.readMain(path);
  const { events, files } = expansion;
  const { diagnostics } = expansion.findings;
  const nesting = nest(events);
  for (const problem of nesting.problems) diagnostics.push(braceDiagnostic(events, problem));
  return { statements: statementsBetween({ events, nesting }, 0, events.length), diagnostics, files };
}
