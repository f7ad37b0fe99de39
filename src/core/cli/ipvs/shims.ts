// `lvskit shims`: symbolic links to the shims under the names scripts call.
// Spec: symlink(2).

import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail, type Outcome, succeed } from '../../fault.ts';

const shimNames = ['ipvsadm', 'ipvsadm-save', 'ipvsadm-restore'] as const;

const present = (path: string): boolean => {
  try {
    lstatSync(path);
    return true;
  } catch {
    // Nothing has this name.
    return false;
  }
};

/** One line per link. Faults: `file-unreadable` when a name is taken (without `force`) or the directory cannot be written. */
export function linkShims(root: string, folder: string, force: boolean): Outcome<string> {
  const lines: string[] = [];
  try {
    mkdirSync(folder, { recursive: true });
    const links = shimNames.map(name => ({
      link: join(resolve(folder), name),
      target: join(root, 'bin', name),
    }));
    for (const { link, target } of links) {
      const ours = present(link) && lstatSync(link).isSymbolicLink() && readlinkSync(link) === target;
      if (!existsSync(target)) return fail({ code: 'internal', message: `${target} is missing` });
      if (present(link) && !ours && !force) {
        return fail({
          code: 'file-unreadable',
          message: `${link} is there already`,
          remedy: '--force replaces it.',
        });
      }
    }
    for (const { link, target } of links) {
      rmSync(link, { force: true });
      symlinkSync(target, link);
      lines.push(`${link} -> ${target}\n`);
    }
    return succeed(lines.join(''));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return fail({ code: 'file-unreadable', message: `${folder}: ${code}` });
  }
}
