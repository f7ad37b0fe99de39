// The settings of a lint run: those of the project file, overridden by the command line.
// Spec: lvskit.yaml in the working directory or above it; lint/project.ts checks it.

import { FaultError } from '../../fault.ts';
import { nearestFile, readBytes, unreadableFile } from '../../host/index.ts';
import { type ProjectSettings, readProject } from '../../lint/index.ts';
import { readYamlText } from '../yaml-text.ts';

const projectFile = 'lvskit.yaml';

const remedy = 'docs/lint.md says what a project file may hold.';

/** The text of the file. Throws FaultError. */
function textOf(path: string): string {
  try {
    return readBytes(path).toString('utf8');
  } catch (error) {
    throw new FaultError({ code: 'usage', message: unreadableFile(path, error).message, remedy });
  }
}

/** Reads the given project file, or the nearest one; none at all means the rules' own severities. */
export function projectSettings(given: string | undefined): ProjectSettings {
  const path = given ?? nearestFile('.', projectFile);
  if (path === undefined) return { severities: {} };
  const { value, problems } = readYamlText(textOf(path).replace(/^\ufeff/, ''));
  const places = problems.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`);
  if (places.length > 0) throw new FaultError({ code: 'usage', message: places.join('; '), remedy });
  const read = readProject(value);
  if ('mistakes' in read) {
    throw new FaultError({
      code: 'usage',
      message: `${path}: ${read.mistakes.join('; ')}`,
      remedy,
    });
  }
  return read.settings;
}
