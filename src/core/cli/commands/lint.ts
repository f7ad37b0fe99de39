// What `lvskit lint` does: finds the configurations, lints and repairs them, prints the report, decides the exit code.
// Spec: lint/index.ts; man/lvskit-lint.1. Exit: 0 clean, 1 findings at or above --fail-on, 2 usage or unreadable file.

import { join } from 'node:path';
import type { ConfigurationReader, Severity } from '../../conf/index.ts';
import { exitCodes, FaultError, type Outcome } from '../../fault.ts';
import { interfaceNames, readBytes, replaceFile } from '../../host/index.ts';
import {
  applyFixes,
  type FailureLevel,
  type FormatName,
  isTarget,
  type LintOptions,
  type LintResult,
  lint,
  lintFleet,
  noSuchRule,
  pageIds,
  pageOf,
  reporters,
  type Target,
  targetsText,
} from '../../lint/index.ts';
import { printFailure } from '../failure.ts';
import { configurationsIn, inputNamedBy, readerWithInput, standardInput } from '../lint/inputs.ts';
import { thisMachine } from '../lint/machine.ts';
import { projectSettings } from '../lint/settings.ts';

export interface LintCommand {
  readonly words: readonly string[];
  readonly format: FormatName;
  readonly failOn: FailureLevel | undefined;
  readonly target: string | undefined;
  readonly onTarget: boolean;
  readonly fix: boolean;
  /** The configurations are the nodes of a fleet: compare them as well. */
  readonly fleet: boolean;
  readonly project: string | undefined;
  readonly configId: string | undefined;
  readonly colour: boolean;
  /** The installed package, whose version some formats name. */
  readonly root: string;
}

/** Rounds of repairs: one repair may uncover another, none may go on for ever. */
const mostRounds = 10;

/** The page of a rule on stdout; `all` lists them. */
export function explainRule(id: string): number {
  if (id === 'all') {
    for (const each of pageIds) process.stdout.write(`${each.padEnd(30)} ${pageOf(each)?.summary}\n`);
    return exitCodes.ok;
  }
  const page = pageOf(id);
  if (page === undefined) {
    throw new FaultError({
      code: 'usage',
      message: noSuchRule(id),
      remedy: 'lvskit lint --explain all lists them.',
    });
  }
  process.stdout.write(page.text);
  return exitCodes.ok;
}

/** Reads standard input where it is named, then lints; resolves with the exit code. */
export const lintCommand = async (command: LintCommand): Promise<number> =>
  runLint(command, await inputNamedBy(command.words));

/** The exit code; throws FaultError for options that do not go together. `input` is standard input, where a word names it. */
export function runLint(command: LintCommand, input?: Outcome<Buffer>): number {
  const project = projectSettings(command.project);
  const target = targetOf(command.target) ?? project.target;
  const interfaces = command.onTarget ? interfaceNames() : undefined;
  const options: LintOptions = {
    severities: project.severities,
    onTarget: command.onTarget,
    ...(target === undefined ? {} : target === 'lvskit' ? { forLvskit: true } : { target }),
    ...(interfaces === undefined ? {} : { interfaces }),
    ...(command.onTarget ? { machine: thisMachine() } : {}),
    ...(command.configId === undefined ? {} : { configId: command.configId }),
  };
  const inputs = configurationsIn(command.words);
  if (!inputs.ok) return refuse(new FaultError(inputs.fault));
  if (command.fix && inputs.value.includes(standardInput)) {
    throw new FaultError({ code: 'usage', message: 'standard input cannot be repaired in place' });
  }
  const reader = readerWithInput(input);
  const results = command.fleet
    ? lintFleet(inputs.value, reader, options)
    : inputs.value.map(path => lintAndFix(path, reader, command.fix, options));
  const unreadable = results.find(({ files }) => files.length === 0);
  if (unreadable !== undefined) {
    const why = unreadable.findings[0]?.message ?? `${unreadable.path} cannot be read`;
    return refuse(new FaultError({ code: 'file-unreadable', message: why }));
  }
  const shown = withoutIncluded(results);
  const { version, homepage } = JSON.parse(
    readBytes(join(command.root, 'package.json')).toString('utf8'),
  ) as {
    readonly version: string;
    readonly homepage?: string;
  };
  process.stdout.write(
    reporters[command.format](shown, {
      version,
      colour: command.colour,
      ...(homepage === undefined ? {} : { homepage }),
    }),
  );
  return fails(shown, command.failOn ?? project.failOn ?? 'error') ? exitCodes.failure : exitCodes.ok;
}

function targetOf(text: string | undefined): Target | 'lvskit' | undefined {
  if (text === undefined || text === 'lvskit' || isTarget(text)) return text;
  const message = `--target must be ${targetsText} (got '${text}')`;
  throw new FaultError({ code: 'usage', message });
}

/** An unreadable input is told like every fault; for a linter its exit code is that of a wrong command line. */
function refuse(error: FaultError): number {
  process.stderr.write(`${printFailure(error)}\n`);
  return exitCodes.usage;
}

function lintAndFix(
  path: string,
  reader: ConfigurationReader,
  fix: boolean,
  options: LintOptions,
): LintResult {
  let result = lint(path, reader, options);
  for (let round = 0; fix && round < mostRounds; round++) {
    let applied = 0;
    for (const file of result.files) {
      const repaired = applyFixes(file, result.findings);
      if (repaired === undefined) continue;
      const written = replaceFile(file.path, repaired.bytes);
      if (!written.ok) throw new FaultError(written.fault);
      applied += repaired.applied;
    }
    if (applied === 0) break;
    result = lint(path, reader, options);
  }
  return result;
}

/** A file that another one of the run includes has been linted there, with all that stands around it. */
function withoutIncluded(results: readonly LintResult[]): readonly LintResult[] {
  const included = new Set(results.flatMap(({ files }) => files.slice(1).map(({ path }) => path)));
  return results.filter(({ path }) => !included.has(path));
}

const rank = { error: 0, warning: 1, info: 2 } as const satisfies Record<Severity, number>;

function fails(results: readonly LintResult[], level: FailureLevel): boolean {
  if (level === 'never') return false;
  return results.some(({ findings }) => findings.some(({ severity }) => rank[severity] <= rank[level]));
}
