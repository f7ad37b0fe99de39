// The configurations a lint run is about: files, the *.conf files of directories, standard input.
// Spec: POSIX utility conventions; a name that does not exist is an error, unlike with keepalived -t.

import type { ConfigurationReader, FileFacts } from '../../conf/index.ts';
import { fail, type Outcome, succeed } from '../../fault.ts';
import { createReader, filesBelow, isDirectory, permissionsOf, unreadableFile } from '../../host/index.ts';
import { readStandardInput } from '../standard-input.ts';

/** What standard input is called in findings. */
export const standardInput = '<stdin>';

/** Every configuration named by the words of the command line; nothing at all means standard input. */
export function configurationsIn(words: readonly string[]): Outcome<readonly string[]> {
  if (words.length === 0) return succeed([standardInput]);
  const paths: string[] = [];
  for (const word of words) {
    if (word === '-') {
      paths.push(standardInput);
      continue;
    }
    let directory: boolean;
    try {
      directory = isDirectory(word);
    } catch (error) {
      return unreadable(word, error);
    }
    const files = directory ? configurationsOf(word) : succeed([word]);
    if (!files.ok) return files;
    if (files.value.length === 0) {
      return fail({
        code: 'file-unreadable',
        message: `${word} holds no file that ends in .conf`,
        remedy: 'Name the files themselves, or another directory.',
      });
    }
    paths.push(...files.value);
  }
  return succeed(paths);
}

function configurationsOf(directory: string): Outcome<readonly string[]> {
  try {
    return succeed(filesBelow(directory, '.conf'));
  } catch (error) {
    return unreadable(directory, error);
  }
}

function unreadable(path: string, error: unknown) {
  return fail(unreadableFile(path, error));
}

/** The linter also judges who may change a script; loading a configuration does not need it. */
function withPermissions(path: string, facts: FileFacts | undefined): FileFacts | undefined {
  const permissions = facts === undefined ? undefined : permissionsOf(path);
  return facts === undefined || permissions === undefined ? facts : { ...facts, permissions };
}

/** Standard input where the words of a command line name it, read before anything is judged; undefined where they do not. */
export async function inputNamedBy(words: readonly string[]): Promise<Outcome<Buffer> | undefined> {
  if (words.length > 0 && !words.includes('-')) return undefined;
  try {
    return succeed(await readStandardInput('a configuration'));
  } catch (error) {
    return unreadable(standardInput, error);
  }
}

/** This machine's files, with standard input among them. */
export function readerWithInput(input: Outcome<Buffer> | undefined): ConfigurationReader {
  const reader = createReader();
  return {
    ...reader,
    read: path => (path === standardInput && input !== undefined ? input : reader.read(path)),
    facts: path =>
      path === standardInput
        ? { regular: true, directory: false, executable: false, readable: true, identity: standardInput }
        : withPermissions(path, reader.facts(path)),
    glob: (pattern, directory) =>
      pattern === standardInput ? [standardInput] : reader.glob(pattern, directory),
  };
}
