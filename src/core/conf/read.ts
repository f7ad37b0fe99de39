// The reader's door: a path and a reader in, the statements of the whole configuration out. Never throws.
// Behind it: keepalived.conf(5); the order of steps is that of the physical line, see expand.ts.

import type { Diagnostic } from './config.ts';
import type { ConfigurationReader } from './reader.ts';
import type { SourceFile } from './source.ts';
import type { Statement } from './statement.ts';

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

export type ReadConfiguration = (path: string, reader: ConfigurationReader, options?: ReadOptions) => Reading;
