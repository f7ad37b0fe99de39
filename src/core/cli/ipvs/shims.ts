// `lvskit shims`: symbolic links to the shims under the names scripts call.
// Spec: symlink(2).

import { join, resolve } from 'node:path';
import { fail, type Outcome, succeed } from '../../fault.ts';
import { isThere, linkAt, makeDirectory, placeLink } from '../../host/index.ts';

const shimNames = ['ipvsadm', 'ipvsadm-save', 'ipvsadm-restore', 'genhash'] as const;

/** One line per link. Faults: `file-unreadable` when a name is taken (without `force`) or the directory cannot be written. */
export function linkShims(root: string, folder: string, force: boolean): Outcome<string> {
  const lines: string[] = [];
  try {
    makeDirectory(folder);
    const links = shimNames.map(name => ({
      link: join(resolve(folder), name),
      target: join(root, 'bin', name),
    }));
    for (const { link, target } of links) {
      const before = linkAt(link);
      if (!isThere(target)) return fail({ code: 'internal', message: `${target} is missing` });
      if (before !== undefined && before !== target && !force) {
        return fail({
          code: 'file-unreadable',
          message: `${link} is there already`,
          remedy: '--force replaces it.',
        });
      }
    }
    for (const { link, target } of links) {
      placeLink(target, link);
      lines.push(`${link} -> ${target}\n`);
    }
    return succeed(lines.join(''));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return fail({ code: 'file-unreadable', message: `${folder}: ${code}` });
  }
}
