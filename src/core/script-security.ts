// Who may change what root runs: the rule for one component of a path, and its words. Floor 0: data only.
// Spec: keepalived.conf(5) enable_script_security; inode(7): in a sticky folder nobody replaces the files of others.

export type PathKind = 'directory' | 'file' | 'link' | 'other';

/** Mode without the type, and the numbers of owner and group. */
export interface PathFacts {
  readonly kind: PathKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Why somebody other than root decides what is there. */
export type Flaw = 'owner' | 'everybody' | 'group';

/** undefined: root alone decides. */
export function flawOf({ kind, mode, uid, gid }: PathFacts): Flaw | undefined {
  if (uid !== 0) return 'owner';
  if (kind === 'link' || (kind === 'directory' && (mode & 0o1000) !== 0)) return undefined;
  if ((mode & 0o002) !== 0) return 'everybody';
  return (mode & 0o020) !== 0 && gid !== 0 ? 'group' : undefined;
}

/** `0755`. */
export const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** `/opt has mode 0777, everybody may change it: chmod o-w /opt`. `names`: those of owner and group, or their numbers. */
export function flawSentence(
  flaw: Flaw,
  path: string,
  mode: number,
  names: { readonly owner: string | number; readonly group: string | number },
): string {
  switch (flaw) {
    case 'owner':
      return `${path} (mode ${octal(mode)}) belongs to user ${names.owner}: chown root ${path}`;
    case 'everybody':
      return `${path} has mode ${octal(mode)}, everybody may change it: chmod o-w ${path}`;
    case 'group':
      return `${path} has mode ${octal(mode)}, group ${names.group} may change it: chmod g-w ${path}`;
  }
}
