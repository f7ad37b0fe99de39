// The door of conf/: keepalived.conf as text -> statements -> typed configuration, with findings as data. Floor 4.
// Spec: keepalived.conf(5); README.md beside this file says which findings refuse a start.

import type { ConfigurationReader } from '../reader.ts';
import type { Config, Diagnostic, InterfaceReference } from './config.ts';
import { buildConfiguration } from './model/build.ts';
import type { Capabilities } from './model/checker-complete.ts';
import type { ProgramReference } from './model/context.ts';
import type { Observer } from './observer.ts';
import { readConfiguration } from './read.ts';
import type { SourceFile } from './source.ts';

export type { ConfigurationReader, FileFacts } from '../reader.ts';
export type * from './config.ts';
export { type DataRemark, type DataRemarks, decodeData } from './data/decode.ts';
export type { DataDocument, DataItem, DataMap, DataValue } from './data/encode.ts';
export { dataOf, plainData } from './data/from-configuration.ts';
export { type JsonSchema, schemaOfConfiguration } from './data/schema.ts';
export {
  type Block,
  type Document,
  type Node,
  type NodeKind,
  parseDocument,
  type Token,
} from './document.ts';
export { type Formatted, formatFile } from './format.ts';
export { catalogue, keywordsOf } from './keywords/catalogue.ts';
export type { Argument, BlockKeywords, Keyword, KeywordKind, Since } from './keywords/grammar.ts';
export type { Capabilities } from './model/checker-complete.ts';
export type { CheckerSight, InstanceSight, Observer, ServerSight } from './observer.ts';
export { printDocument } from './print.ts';
export { type PrintOptions, printExpanded } from './print-expanded.ts';
export { type Reading, type ReadOptions, readConfiguration } from './read.ts';
export { refusedByTest } from './refusals.ts';
export { SourceFile } from './source.ts';
export { isExpanded, type Origin, type Statement } from './statement.ts';

export interface LoadOptions {
  /** `-i`: which `@ID` lines are kept. Without it the host name up to its first dot, as the reader tells it. */
  readonly configId?: string;
  /** `-e`: start with every include check on. */
  readonly includeChecks?: boolean;
  /** Default of router_id; without it what the reader tells. */
  readonly hostName?: string;
  /** Only the findings are wanted: `config` comes without virtual servers and checkers, at half the time and memory. */
  readonly findingsOnly?: boolean;
  /** Watches while the configuration is built. */
  readonly observer?: Observer;
  /** What the runtime cannot do yet is told at its place, as `not-supported`. */
  readonly capabilities?: Capabilities;
}

export interface LoadedConfiguration {
  readonly config: Config;
  /** In order of the file where they have a place there. Any of severity `error` means: do not start. */
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly SourceFile[];
  readonly interfaceReferences: readonly InterfaceReference[];
  /** Programs named by absolute path, each where it is named first: whether one exists is the host's to say. */
  readonly programs: readonly ProgramReference[];
  /** No statement at all: nothing but comments, or not even those. */
  readonly isEmpty: boolean;
}

/** Reads, expands, checks and completes a configuration. Never throws for what stands in the files. */
export function loadConfiguration(
  path: string,
  reader: ConfigurationReader,
  options: LoadOptions = {},
): LoadedConfiguration {
  const { configId, includeChecks, findingsOnly, observer, capabilities } = options;
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
    ...(findingsOnly === undefined ? {} : { findingsOnly }),
    ...(observer === undefined ? {} : { observer }),
    ...(capabilities === undefined ? {} : { capabilities }),
  });
  return {
    config: built.config,
    diagnostics: inFileOrder(onceEach(built.diagnostics, read.diagnostics), read.files),
    files: read.files,
    interfaceReferences: built.interfaceReferences,
    programs: built.programs,
    isEmpty: read.statements.length === 0,
  };
}

/** By file as they were read, then by line and column; findings of one place stay in the order they were found. */
function inFileOrder(diagnostics: Diagnostic[], files: readonly SourceFile[]): readonly Diagnostic[] {
  const rank = new Map(files.map((file, index) => [file.path, index]));
  const fileOf = ({ place }: Diagnostic) => rank.get(place.file) ?? -1;
  return diagnostics.sort(
    (a, b) => fileOf(a) - fileOf(b) || a.place.line - b.place.line || a.place.column - b.place.column,
  );
}

/**
 * A definition that is missing is one mistake: that its `$NAME` is then no number or address is not a second one, but
 * makes the first as grave. A quote that is not closed is told once.
 */
function onceEach(built: readonly Diagnostic[], read: readonly Diagnostic[]): Diagnostic[] {
  const at = ({ place: { file, line, column } }: Diagnostic) => `${file}:${line}:${column}`;
  const isMissing = ({ rule }: Diagnostic) => rule === 'unknown-definition';
  const causes = new Set(read.filter(isMissing).map(at));
  const lineOf = ({ place: { file, line } }: Diagnostic) => `${file}:${line}`;
  const unclosed = new Set(read.filter(({ rule }) => rule === 'unterminated-quote').map(lineOf));
  if (causes.size === 0 && unclosed.size === 0) return [...read, ...built];
  const grave = new Set<string>();
  const rest = built.filter(each => {
    if (each.rule === 'script-quote' && unclosed.has(lineOf(each))) return false;
    if (!causes.has(at(each))) return true;
    if (each.severity === 'error') grave.add(at(each));
    return false;
  });
  const told = read.map(each =>
    isMissing(each) && grave.has(at(each)) ? { ...each, severity: 'error' as const } : each,
  );
  return [...told, ...rest];
}
