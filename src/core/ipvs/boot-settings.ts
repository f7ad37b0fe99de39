// /etc/default/ipvsadm: what Debian's ipvsadm package restores at boot.
// Spec: its init script, which sources the file: shell assignments with constant values. AUTO, DAEMON (none, master, backup, both), IFACE,
// SYNCID; SAVE is lvskit's own.

import type { SyncState } from './model.ts';

export interface BootSettings {
  /** The rules are restored at start and the table is cleared at stop. */
  readonly auto: boolean;
  /** The rules are written at stop. */
  readonly save: boolean;
  readonly daemons: readonly SyncState[];
  readonly interface: string;
  readonly syncId: number;
}

export interface ReadBootSettings {
  readonly settings: BootSettings;
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

const daemonsOf: Readonly<Record<string, readonly SyncState[]>> = {
  none: [],
  master: ['master'],
  backup: ['backup'],
  both: ['master', 'backup'],
};

/** NAME=VALUE, with quotes or without, and a comment behind it. Nothing in it is expanded. */
const assignment =
  /^\s*(?:export\s+)?([A-Za-z_]\w*)=(?:"([^"$`\\]*)"|'([^']*)'|([^\s"'$`\\;&|<>()#]*))\s*(?:#.*)?$/;

type Known = 'AUTO' | 'SAVE' | 'DAEMON' | 'IFACE' | 'SYNCID';

/** Each known name: what is wrong with a value, or undefined. */
const judged: Readonly<Record<Known, (value: string) => string | undefined>> = {
  AUTO: value => (value === 'true' || value === 'false' ? undefined : 'must be true or false'),
  SAVE: value => (value === 'true' || value === 'false' ? undefined : 'must be true or false'),
  DAEMON: value => (Object.hasOwn(daemonsOf, value) ? undefined : 'must be none, master, backup or both'),
  IFACE: value => (/^[^\s/]{1,15}$/.test(value) ? undefined : 'must be the name of an interface'),
  SYNCID: value => (/^\d{1,3}$/.test(value) && Number(value) <= 255 ? undefined : 'must be a number 0-255'),
};
const isKnown = (name: string): name is Known => Object.hasOwn(judged, name);

/** The settings of a file's text; of a name that occurs twice the last value counts, as in a shell. Other names are passed over. */
export function readBootSettings(text: string): ReadBootSettings {
  const values: Record<Known, string> = {
    AUTO: 'false',
    SAVE: 'false',
    DAEMON: 'none',
    IFACE: 'eth0',
    SYNCID: '0',
  };
  const problems: { line: number; message: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const match = assignment.exec(line);
    if (match === null) {
      problems.push({ line: index + 1, message: 'only NAME=VALUE with a constant value is understood' });
      continue;
    }
    const [, name = '', quoted, single, bare] = match;
    if (!isKnown(name)) continue;
    const value = quoted ?? single ?? bare ?? '';
    const wrong = judged[name](value);
    if (wrong === undefined) values[name] = value;
    else problems.push({ line: index + 1, message: `${name} ${wrong} (got '${value}')` });
  }
  const settings: BootSettings = {
    auto: values.AUTO === 'true',
    save: values.SAVE === 'true',
    daemons: daemonsOf[values.DAEMON] ?? [],
    interface: values.IFACE,
    syncId: Number(values.SYNCID),
  };
  return { settings, problems };
}
