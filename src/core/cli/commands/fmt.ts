// What `lvskit fmt` does: formats each input, then prints, compares or writes it.
// Spec: conf/format.ts; gofmt's habits for the options.

import { formatFile, SourceFile } from '../../conf/index.ts';
import { exitCodes, FaultError } from '../../fault.ts';
import { replaceFile } from '../../host/index.ts';
import { printDiagnostic } from '../../runtime/index.ts';
import { printFailure } from '../failure.ts';
import { inputPaths, readInput, type TextInput } from './text-input.ts';
import { unifiedDiff } from './unified-diff.ts';

export interface FmtOptions {
  readonly paths: readonly string[];
  /** Name the files that are not in the canonical style; exit 1 if there are any. */
  readonly check: boolean;
  /** Show what would change. */
  readonly diff: boolean;
  /** Replace the files. */
  readonly write: boolean;
}

/** Resolves with the exit code: that of the worst input. Throws FaultError for options that do not go together. */
export async function runFmt(options: FmtOptions): Promise<number> {
  const paths = inputPaths(options.paths);
  if (options.write && paths.includes('-')) {
    throw new FaultError({ code: 'usage', message: 'standard input cannot be written back' });
  }
  let worst: number = exitCodes.ok;
  for (const path of paths) worst = Math.max(worst, await formatInput(path, options));
  return worst;
}

async function formatInput(path: string, options: FmtOptions): Promise<number> {
  const input = await readInput(path);
  if (!input.ok) return complain(new FaultError(input.fault));
  const { name, bytes } = input.value;
  const formatted = formatFile(new SourceFile(name, bytes));
  if (formatted.kind === 'refused') {
    const reasons = formatted.diagnostics.map(diagnostic => `${printDiagnostic(diagnostic)}\n`);
    process.stderr.write(`${reasons.join('')}lvskit: ${name} is left as it is\n`);
    // An editor that takes the output for its text must not end up with nothing.
    keep(input.value, options);
    return exitCodes.configuration;
  }
  return formatted.changed ? offer(input.value, formatted.bytes, options) : keep(input.value, options);
}

/** An input that stays as it is. */
function keep({ bytes }: TextInput, { check, diff, write }: FmtOptions): number {
  if (!check && !diff && !write) process.stdout.write(bytes);
  return exitCodes.ok;
}

function offer({ path, name, bytes }: TextInput, formatted: Buffer, options: FmtOptions): number {
  const { check, diff, write } = options;
  if (diff) {
    const text = unifiedDiff(
      bytes.toString('latin1'),
      formatted.toString('latin1'),
      name,
      `${name} (formatted)`,
    );
    process.stdout.write(Buffer.from(text, 'latin1'));
  }
  if (write) {
    const written = replaceFile(path, formatted);
    if (!written.ok) return complain(new FaultError(written.fault));
  }
  if (check && !diff) process.stdout.write(`${name}\n`);
  if (!check && !diff && !write) process.stdout.write(formatted);
  return check ? exitCodes.failure : exitCodes.ok;
}

/** Says it and goes on with the next input. */
function complain(error: FaultError): number {
  process.stderr.write(`${printFailure(error)}\n`);
  return exitCodes.missingFile;
}
