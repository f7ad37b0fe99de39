// Loads a configuration for the daemon: what is refused, what is only remarked, and how both are printed.
// Spec: keepalived(8) -t and its exit codes; the fault catalogue.

import { unsupportedCheck } from '../check/index.ts';
import type { Place } from '../conf/config.ts';
import {
  type Config,
  type ConfigurationReader,
  type Diagnostic,
  type LoadedConfiguration,
  loadConfiguration,
} from '../conf/index.ts';
import { type Fault, fail } from '../fault.ts';
import {
  accountFor,
  accountOf,
  createReader,
  fileIdentity,
  inspectProgram,
  interfaceNames,
} from '../host/index.ts';
import { visible } from '../visible.ts';
import { unsupported } from '../vrrp/index.ts';

export interface Loaded {
  readonly config: Config;
  /** Warnings and remarks; an error makes the whole load fail. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read, and what tells whether it is still the same (host `fileIdentity`). */
  readonly files: readonly { readonly path: string; readonly identity: string | undefined }[];
}

/** What came of it. A refusal names every error; a missing or unreadable main file is a fault without a place. */
export type Loading =
  | { readonly ok: true; readonly value: Loaded }
  | { readonly ok: false; readonly fault: Fault; readonly errors: readonly Diagnostic[] };

export interface LoadOptions {
  readonly file: string;
  readonly configId: string | undefined;
  /** Only the findings are wanted (-t): the typed configuration comes without its servers, in half the time. */
  readonly test?: boolean;
}

/** Where a configuration is read and what it is held against; tests give tables. */
export interface Surroundings {
  readonly reader: ConfigurationReader;
  /** Names of the network interfaces; undefined where that cannot be told. */
  readonly interfaces: ReadonlySet<string> | undefined;
  /** What is to be said of a program that runs as the user and group that the file names; undefined where accounts are not those of the director. */
  readonly program:
    | ((path: string, user: string | undefined, group: string | undefined) => ProgramFault)
    | undefined;
}

/** `fatal`: it cannot run; `insecure`: it must not where enable_script_security is set. Clauses. */
export interface ProgramFault {
  readonly fatal: string | undefined;
  readonly insecure: string | undefined;
}

function programHere(path: string, user: string | undefined, group: string | undefined): ProgramFault {
  const account = accountFor({ user, group }, accountOf);
  if (!account.ok)
    return { fatal: `is to run as somebody unknown: ${account.fault.message}`, insecure: undefined };
  const { cannotRun, insecure } = inspectProgram(path, account.value);
  return { fatal: cannotRun, insecure };
}

const thisMachine = (): Surroundings => ({
  reader: createReader(),
  interfaces: interfaceNames(),
  program: programHere,
});

/** `keepalived.conf:12:5: error: ...`, with one indented line for each related place: what files say in it is made visible. */
export function printDiagnostic(diagnostic: Diagnostic): string {
  const { place, severity, rule, message, related = [] } = diagnostic;
  const line = (at: Place, text: string) => visible(`${at.file}:${at.line}:${at.column}: ${text}`);
  return [
    line(place, `${severity}: ${message} [${rule}]`),
    ...related.map(each => `  ${line(each.place, each.message)}`),
  ].join('\n');
}

/**
 * The typed configuration, or every error with its place. The host's interfaces are looked at too: a VRRP instance on
 * one that does not exist is an error here, as it is for keepalived. Never throws for what stands in the files.
 */
export function loadForDaemon(options: LoadOptions, machine: Surroundings = thisMachine()): Loading {
  const { file, configId } = options;
  const { reader, interfaces, program } = machine;
  const loaded = loadConfiguration(file, reader, {
    ...(configId === undefined ? {} : { configId }),
    findingsOnly: options.test ?? false,
    capabilities: { missingForCheck: unsupportedCheck, missingForInstance: unsupported },
  });
  if (loaded.files.length === 0) return { ...fail(unreadable(file, loaded.diagnostics)), errors: [] };
  const diagnostics = [
    ...loaded.diagnostics.map(strictly),
    ...missingInterfaces(loaded, interfaces),
    ...programFindings(loaded, program),
    ...(loaded.isEmpty ? [emptiness(file)] : []),
  ];
  const errors = rootCauses(diagnostics.filter(({ severity }) => severity === 'error'));
  if (errors.length === 0) {
    const files = loaded.files.map(({ path }) => ({ path, identity: fileIdentity(path) }));
    return { ok: true, value: { config: loaded.config, diagnostics, files } };
  }
  const message = `${file} is refused: ${errors.length === 1 ? '1 error' : `${errors.length} errors`}`;
  return { ...fail({ code: 'configuration-refused', message }), errors };
}

function unreadable(file: string, diagnostics: readonly Diagnostic[]): Fault {
  const cause = diagnostics.find(({ severity }) => severity === 'error')?.message;
  return { code: 'file-unreadable', message: cause ?? `${file} cannot be read` };
}

/** A file named by an include and not read is a loss that a director must not start with. Wildcards may match nothing. */
const strictly = (diagnostic: Diagnostic): Diagnostic =>
  diagnostic.rule === 'include-skipped' && diagnostic.severity === 'warning'
    ? { ...diagnostic, severity: 'error' }
    : diagnostic;

/** Rules that say "this is no configuration text"; what else is found in such a file follows from it. */
const noText: ReadonlySet<string> = new Set(['nul-byte', 'line-too-long']);
/** Rules of the grammar: what the typed configuration lacks then may stand in the part that could not be read. */
const noGrammar: ReadonlySet<string> = new Set([
  ...['unterminated-quote', 'missing-brace', 'extra-brace', 'unexpected-brace', 'nested-too-deep'],
  ...['endless-line', 'long-line', 'file-unreadable', 'include-missing', 'include-skipped', 'include-cycle'],
]);

/** The errors worth showing: of the first kind that occurs, because the later ones are mostly its consequences. */
function rootCauses(errors: readonly Diagnostic[]): readonly Diagnostic[] {
  const broken = errors.filter(({ rule }) => noText.has(rule));
  if (broken.length > 0) return broken;
  const ungrammatical = errors.filter(({ rule }) => noGrammar.has(rule));
  return ungrammatical.length > 0 ? ungrammatical : errors;
}

/** An editor that empties the file before it writes it anew must not make a reload give everything up. */
const emptiness = (file: string): Diagnostic => ({
  rule: 'empty-configuration',
  severity: 'error',
  message: 'the file says nothing: no block, no keyword',
  place: { file, line: 1, column: 1, endLine: 1, endColumn: 1 },
});

/** What will not run when it is needed is said before: a notify program that is not there says nothing in a failover. */
function programFindings(
  { programs, config }: LoadedConfiguration,
  look: Surroundings['program'],
): readonly Diagnostic[] {
  if (look === undefined) return [];
  const { scriptSecurity } = config.global;
  return programs.flatMap(({ path, user, group, statement, times }): readonly Diagnostic[] => {
    const { fatal, insecure } = look(path, user, group);
    const more = times > 1 ? ` (named in ${times} places)` : '';
    const place = statement.place(1);
    const head = `${statement.keyword}: ${path}`;
    if (fatal !== undefined) {
      const message = `${head} ${fatal}: it cannot run${more}`;
      return [{ rule: 'missing-script-file', severity: 'warning', message, place }];
    }
    if (insecure === undefined) return [];
    const end = scriptSecurity
      ? 'it does not run (enable_script_security)'
      : 'who changes it decides what root runs; enable_script_security keeps it from running';
    const message = `${head} has root's rights, and ${insecure}: ${end}${more}`;
    return [{ rule: 'insecure-script', severity: 'warning', message, place }];
  });
}

function missingInterfaces(
  loaded: LoadedConfiguration,
  present: ReadonlySet<string> | undefined,
): readonly Diagnostic[] {
  if (present === undefined || loaded.config.vrrp.dynamicInterfaces) return [];
  return loaded.interfaceReferences
    .filter(({ name }) => !present.has(name))
    .map(({ name, place }) => ({
      rule: 'interface-missing',
      severity: 'error' as const,
      message: `interface ${name} does not exist here (dynamic_interfaces would wait for it)`,
      place,
    }));
}
