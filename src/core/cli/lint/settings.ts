// The settings of a lint run: those of the project file, overridden by the command line.
// Spec: lvskit.yaml in the working directory or above it; lint/project.ts checks it.

import { parse } from 'yaml';
import { FaultError } from '../../fault.ts';
import { nearestFile, readBytes } from '../../host/index.ts';
import { type ProjectSettings, readProject } from '../../lint/index.ts';

const projectFile = 'lvskit.yaml';

const remedy = 'docs/lint.md says what a project file may hold.';

/** The first line of the parser's complaint, or what the system said of the file. */
function whyUnread(path: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `${path} does not exist`;
  if (code?.startsWith('E') === true) return `${path} cannot be read: ${code}`;
  return `${path}: ${message.split('\n')[0]?.replace(/:$/, '')}`;
}

/** Reads the given project file, or the nearest one; none at all means the rules' own severities. */
export function projectSettings(given: string | undefined): ProjectSettings {
  const path = given ?? nearestFile('.', projectFile);
  if (path === undefined) return { severities: {} };
  let document: unknown;
  try {
    document = parse(readBytes(path).toString('utf8'));
  } catch (error) {
    throw new FaultError({ code: 'usage', message: whyUnread(path, error as NodeJS.ErrnoException), remedy });
  }
  const read = readProject(document);
  if ('mistakes' in read) {
    throw new FaultError({
      code: 'usage',
      message: `${path}: ${read.mistakes.join('\n  ')}`,
      remedy,
    });
  }
  return read.settings;
}
