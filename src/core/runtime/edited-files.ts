// Which files of the configuration in force are no longer as they were read: an operator has edited one and forgotten the reload.
// Spec: stat(2). Looked at now and then, without waiting, and never read.

import { fileIdentityLater } from '../host/index.ts';
import type { Loaded } from './configuration.ts';

export interface EditedFiles {
  /** Another configuration is in force. */
  watch(files: Loaded['files']): void;
  close(): void;
}

/** Milliseconds between two looks. */
const period = 5_000;
/** More includes than anybody edits by hand; a director with more looks at these. */
const mostFiles = 1_000;

/** `tell` gets the paths of the files that differ, whenever that has changed. */
export function createEditedFiles(
  tell: (paths: readonly string[]) => void,
  identify: (path: string) => Promise<string | undefined> = fileIdentityLater,
): EditedFiles {
  let watched: Loaded['files'] = [];
  let told = '';
  let looking = false;
  const look = async () => {
    // A look that hangs is waited for: each one would hold a thread of the pool.
    if (looking) return;
    looking = true;
    const files = watched;
    const edited: string[] = [];
    for (const { path, identity } of files) if ((await identify(path)) !== identity) edited.push(path);
    looking = false;
    const text = edited.join('\0');
    if (files !== watched || text === told) return;
    told = text;
    tell(edited);
  };
  const timer = setInterval(() => void look(), period);
  timer.unref();
  return {
    watch(files) {
      watched = files.slice(0, mostFiles);
      told = '';
      tell([]);
    },
    close: () => clearInterval(timer),
  };
}
