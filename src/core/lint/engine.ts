// Runs the rules over one configuration: loads it once, lets the rules watch, applies severities and suppressions.
// Spec: conf/index.ts; findings of the reader and of the typed configuration are findings of the linter as well.

import {
  type ConfigurationReader,
  type Diagnostic,
  type InstanceSight,
  isExpanded,
  type LoadedConfiguration,
  loadConfiguration,
  type Observer,
  type ServerSight,
  type Severity,
  type SourceFile,
  type Statement,
} from '../conf/index.ts';
import type { MachineState } from './machine.ts';
import { newerReferences } from './newer-references.ts';
import { oddText } from './odd-text.ts';
import type { Details, Facts, Report, Rule, Watch } from './rule.ts';
import { rules } from './rules/index.ts';
import { applySuppressions } from './suppress.ts';
import { isAtLeast, type Target } from './target.ts';

export type RuleSetting = Severity | 'off';

/**
 * What lvskit itself cannot do yet: worth knowing for who runs the file with it, and no matter for who runs it with
 * keepalived.
 */
const ownLimits: ReadonlySet<string> = new Set(['not-acted-on', 'not-supported']);

/** What is told of lvskit, and of releases before the target, only. */
const isNoMatter = (rule: string, { target, forLvskit = false }: LintOptions): boolean =>
  (rule === 'not-acted-on' && !forLvskit) ||
  (target !== undefined && (ownLimits.has(rule) || (rule === 'not-tracked' && isAtLeast(target, '2.3.2'))));

const isLostBlock = ({ rule, message }: Diagnostic): boolean =>
  rule === 'unknown-keyword' && message.includes('whole block');

export interface LintOptions {
  readonly configId?: string;
  readonly target?: Target;
  /** The file is for `lvskit run`: what that does not act on is told. */
  readonly forLvskit?: boolean;
  /** Also judge what only the machine that runs it knows: files of scripts, and all of `machine`. */
  readonly onTarget?: boolean;
  readonly machine?: MachineState;
  /** Names of this machine's interfaces, to hold the file against. */
  readonly interfaces?: ReadonlySet<string>;
  /** Severities other than the rules' own, by rule id. */
  readonly severities?: Readonly<Record<string, RuleSetting>>;
  /** Passed through to the rules' view; for the fleet. */
  readonly observer?: Observer;
}

export interface LintResult {
  readonly path: string;
  /** In order of the files. */
  readonly findings: readonly Diagnostic[];
  /** Empty when the path names nothing readable: `findings` then says why. */
  readonly files: readonly SourceFile[];
  /** Findings that comments silenced. */
  readonly silenced: number;
  readonly config: LoadedConfiguration['config'];
}

/** Lints a file with all it includes. Never throws for what stands in the files. */
export function lint(path: string, reader: ConfigurationReader, options: LintOptions = {}): LintResult {
  const { severities = {}, configId } = options;
  const settingOf = (rule: string): RuleSetting | undefined =>
    Object.hasOwn(severities, rule) ? severities[rule] : undefined;
  const found: Found[] = [];
  const facts: Facts = {
    target: options.target,
    machine:
      options.onTarget === true ? { ...options.machine, facts: file => reader.facts(file) } : undefined,
  };
  const watches = rules
    .filter(rule => settingOf(rule.id) !== 'off' && (rule.needsMachine !== true || options.onTarget === true))
    .map(rule => rule.watch(reporterFor(rule, found), facts));
  const loaded = loadConfiguration(path, reader, {
    ...(configId === undefined ? {} : { configId }),
    findingsOnly: true,
    observer: observerFor(watches, options.observer),
  });
  for (const watch of watches) watch.end?.(loaded);
  const told = dropRepetitions([
    ...loaded.diagnostics,
    ...withoutFollowing(found, loaded.diagnostics),
    ...emptiness(path, loaded),
    ...missingInterfaces(loaded, options.interfaces),
    ...loaded.files.flatMap(file => oddText(file, loaded.diagnostics)),
    ...newerReferences(loaded.files, options.target),
  ]).flatMap((finding): readonly Diagnostic[] => {
    const setting = settingOf(finding.rule);
    if (setting === 'off' || isNoMatter(finding.rule, options)) return [];
    if (setting !== undefined) return [{ ...finding, severity: setting }];
    // A block in the wrong place starts nothing wrong, but what it says is lost.
    return [isLostBlock(finding) ? { ...finding, severity: 'error' } : finding];
  });
  const { kept, silenced } = applySuppressions(
    told,
    loaded.files,
    // What a fleet finds is not known here.
    rule => settingOf(rule) !== 'off' && !rule.startsWith('fleet-'),
  );
  return {
    path,
    findings: inFileOrder(kept, loaded.files),
    files: loaded.files,
    silenced,
    config: loaded.config,
  };
}

/** An empty file, or one of comments only, starts nothing, and keepalived says nothing about it. */
function emptiness(path: string, loaded: LoadedConfiguration): readonly Diagnostic[] {
  if (!loaded.isEmpty || loaded.files.length === 0 || loaded.diagnostics.length > 0) return [];
  const message = 'the file says nothing: no block, no keyword';
  const place = { file: path, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return [{ rule: 'empty-configuration', severity: 'warning', message, place }];
}

function missingInterfaces(
  loaded: LoadedConfiguration,
  present: ReadonlySet<string> | undefined,
): readonly Diagnostic[] {
  if (present === undefined || loaded.config.vrrp.dynamicInterfaces) return [];
  return loaded.interfaceReferences
    .filter(({ name }) => !present.has(name))
    .map(({ name, place }) => {
      const message = `interface ${name} does not exist here (dynamic_interfaces would wait for it)`;
      return { rule: 'interface-missing', severity: 'error' as const, message, place };
    });
}

/** What a rule reports; `until`: the last line of what it concludes from. */
interface Found {
  readonly finding: Diagnostic;
  readonly until: number | undefined;
}

function reporterFor(rule: Rule, into: Found[]): Report {
  return (at: Statement, message: string, details: Details = {}) => {
    const { word, fix, related = [], severity = rule.severity } = details;
    if (fix !== undefined && rule.fixable !== true)
      throw new RangeError(`rule ${rule.id} gives a fix without being marked fixable`);
    const place = at.place(word);
    const origins = at.origins(word);
    const around = [
      ...related.map(other => ({ message: other.message, place: other.at.place(other.word) })),
      ...origins,
    ];
    const finding = {
      rule: rule.id,
      severity,
      message,
      place,
      ...(around.length === 0 ? {} : { related: around }),
      // What an expansion produced cannot be repaired where it is used.
      ...(fix === undefined || isExpanded(origins) ? {} : { fix: { ...fix, place } }),
    };
    into.push({ finding, until: rule.concludes === true ? (at.closePlace ?? place).line : undefined });
  };
}

/** Fans out to the rules that want to see something; paths nobody asked for cost one look-up a block. */
function observerFor(watches: readonly Watch[], extra: Observer | undefined): Observer {
  const byPath = new Map<string, ((statements: readonly Statement[]) => void)[]>();
  const byKeyword = new Map<string, ((statement: Statement, path: string) => void)[]>();
  const every: NonNullable<Observer['block']>[] = [];
  const instances: ((sight: InstanceSight) => void)[] = [];
  const servers: ((sight: ServerSight) => void)[] = [];
  for (const watch of watches) {
    for (const [path, look] of Object.entries(watch.blocks ?? {})) {
      const known = byPath.get(path);
      if (known === undefined) byPath.set(path, [look]);
      else known.push(look);
    }
    for (const [keyword, look] of Object.entries(watch.keywords ?? {})) {
      const known = byKeyword.get(keyword);
      if (known === undefined) byKeyword.set(keyword, [look]);
      else known.push(look);
    }
    if (watch.everyBlock !== undefined) every.push(watch.everyBlock);
    if (watch.instance !== undefined) instances.push(watch.instance);
    if (watch.virtualServer !== undefined) servers.push(watch.virtualServer);
  }
  if (extra?.block !== undefined) every.push((path, statements) => extra.block?.(path, statements));
  if (extra?.instance !== undefined) instances.push(sight => extra.instance?.(sight));
  if (extra?.virtualServer !== undefined) servers.push(sight => extra.virtualServer?.(sight));
  return {
    block(path, statements) {
      for (let i = 0; i < every.length; i++) every[i]?.(path, statements);
      for (let i = 0; i < statements.length; i++) {
        const statement = statements[i] as Statement;
        const looks = byKeyword.get(statement.keyword);
        if (looks !== undefined) for (const look of looks) look(statement, path);
      }
      const looks = byPath.get(path);
      if (looks !== undefined) for (let i = 0; i < looks.length; i++) looks[i]?.(statements);
    },
    instance(sight) {
      for (const look of instances) look(sight);
    },
    virtualServer(sight) {
      for (let i = 0; i < servers.length; i++) servers[i]?.(sight);
    },
  };
}

/** Findings that say that a value or a word is not what stands there. */
const lost: ReadonlySet<string> = new Set([
  ...['unknown-keyword', 'unknown-definition', 'missing-argument', 'trailing-characters'],
  ...['invalid-number', 'invalid-word'],
]);

/** Drops extra-words findings on lines with another finding, and rule findings whose input value was itself invalid. */
function withoutFollowing(found: readonly Found[], told: readonly Diagnostic[]): readonly Diagnostic[] {
  const mistakes = told.filter(({ rule }) => !ownLimits.has(rule));
  const lines = new Set(mistakes.map(({ place }) => `${place.line} ${place.file}`));
  const losses = new Map<string, number[]>();
  for (const { rule, place } of told) {
    if (!lost.has(rule)) continue;
    const known = losses.get(place.file);
    if (known === undefined) losses.set(place.file, [place.line]);
    else known.push(place.line);
  }
  for (const known of losses.values()) known.sort((a, b) => a - b);
  const follows = ({ finding: { rule, place }, until }: Found) =>
    (rule === 'extra-words' && lines.has(`${place.line} ${place.file}`)) ||
    (until !== undefined && firstFrom(losses.get(place.file) ?? [], place.line) <= until);
  return found.filter(each => !follows(each)).map(({ finding }) => finding);
}

/** The first of the sorted numbers that is not below `least`; infinity if all are. */
function firstFrom(sorted: readonly number[], least: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return sorted[low] ?? Number.POSITIVE_INFINITY;
}

/** Each pass of a loop and each user of a template finds the same mistake at the same place. */
function dropRepetitions(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ rule, place, message }) => {
    const key = `${rule} ${place.file} ${place.line} ${place.column} ${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function inFileOrder(
  diagnostics: readonly Diagnostic[],
  files: readonly SourceFile[],
): readonly Diagnostic[] {
  const rank = new Map(files.map((file, index) => [file.path, index]));
  const fileOf = ({ place }: Diagnostic) => rank.get(place.file) ?? -1;
  return [...diagnostics].sort(
    (a, b) => fileOf(a) - fileOf(b) || a.place.line - b.place.line || a.place.column - b.place.column,
  );
}
