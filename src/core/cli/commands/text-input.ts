// The texts a command works on: files named on the command line, `-` or nothing for standard input.
// Spec: POSIX utility conventions (guideline 13); read whole, as bytes.

import type { ConfigurationReader, Diagnostic } from '../../conf/index.ts';
import { fail, type Outcome, succeed } from '../../fault.ts';
import { createReader, readBytes, unreadableFile } from '../../host/index.ts';
import { readStandardInput } from '../standard-input.ts';

export interface TextInput {
  /** The path as given; `-` for standard input. */
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** `-` for no argument at all. */
export const inputPaths = (paths: readonly string[]): readonly string[] =>
  paths.length === 0 ? ['-'] : paths;

/** Reads one input; fails with `file-unreadable`. `awaited` is what a terminal is asked for. */
export async function readInput(path: string, awaited = 'a configuration'): Promise<Outcome<TextInput>> {
  const name = path === '-' ? '<stdin>' : path;
  try {
    const bytes = path === '-' ? await readStandardInput(awaited) : readBytes(path);
    return succeed({ path, name, bytes });
  } catch (error) {
    return fail(unreadableFile(name, error));
  }
}

/** This machine's reader, with the input under its name: standard input is then a file of the current directory. */
export function readerOf({ name, bytes }: TextInput): ConfigurationReader {
  const machine = createReader();
  const own = { regular: true, directory: false, executable: false, readable: true, identity: name };
  return {
    ...machine,
    read: path => (path === name ? succeed(bytes) : machine.read(path)),
    facts: path => (path === name ? (machine.facts(path) ?? own) : machine.facts(path)),
    // The name is a file's, not a pattern's, whatever characters it is made of.
    glob: (pattern, directory) => (pattern === name ? [name] : machine.glob(pattern, directory)),
  };
}

/** Whether something of the configuration is missing: an error, or a file named by an include and not read. */
export const isLoss = ({ rule, severity }: Diagnostic): boolean =>
  severity === 'error' || (severity === 'warning' && rule === 'include-skipped');
