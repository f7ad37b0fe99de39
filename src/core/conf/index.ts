// The door of conf/: keepalived.conf as text -> statements -> typed configuration, with findings as data. Floor 4.
// Behind it: keepalived.conf(5); README.md beside this file says which findings refuse a start.

import type { Config, Diagnostic, InterfaceReference } from './config.ts';
import { buildConfiguration } from './model/build.ts';
import { readConfiguration } from './read.ts';
import type { ConfigurationReader } from './reader.ts';
import type { SourceFile } from './source.ts';

export type * from './config.ts';
export {
  type Block,
  type Document,
  type Node,
  type NodeKind,
  parseDocument,
  type Token,
} from './document.ts';
export { catalogue, keywordsOf } from './keywords/catalogue.ts';
export type { Argument, BlockKeywords, Keyword, KeywordKind } from './keywords/grammar.ts';
export { encodeDocument, printDocument } from './print.ts';
export { type Reading, type ReadOptions, readConfiguration } from './read.ts';
export type { ConfigurationReader, FileFacts } from './reader.ts';
export { SourceFile } from './source.ts';
export type { Origin, Statement } from './statement.ts';

export interface LoadOptions {
  /** `-i`: which `@ID` lines are kept. Without it the host name up to its first dot, as the reader tells it. */
  readonly configId?: string;
  /** `-e`: start with every include check on. */
  readonly includeChecks?: boolean;
  /** Default of router_id; without it what the reader tells. */
  readonly hostName?: string;
}

export interface LoadedConfiguration {
  readonly config: Config;
  /** In order of the file where they have a place there. Any of severity `error` means: do not start. */
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly SourceFile[];
  readonly interfaceReferences: readonly InterfaceReference[];
}

/** Reads, expands, checks and completes a configuration. Never throws for what stands in the files. */
export function loadConfiguration(
  path: string,
  reader: ConfigurationReader,
  options: LoadOptions = {},
): LoadedConfiguration {
  const { configId, includeChecks } = options;
  const read = readConfiguration(path, reader, {
    ...(configId === undefined ? {} : { configId }),
    ...(includeChecks === undefined ? {} : { includeChecks }),
  });
  const built = buildConfiguration(read.statements, {
    hostName: options.hostName ?? reader.hostName(),
    readTable: file => {
      const outcome = reader.read(file);
      return outcome.ok ? Buffer.from(outcome.value).toString('utf8') : undefined;
    },
  });
  return {
    config: built.config,
    diagnostics: [...read.diagnostics, ...built.diagnostics],
    files: read.files,
    interfaceReferences: built.interfaceReferences,
  };
}
