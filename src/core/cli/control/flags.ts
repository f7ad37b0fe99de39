// Flags of the commands that ask a running daemon. Spec: docs/status.md, the control socket; man pages are made from these texts.

import { Flags } from '@oclif/core';
import type { DaemonOptions } from './ask.ts';

/** Which daemon. */
export const daemonFlags = {
  instance: Flags.string({
    char: 'i',
    exclusive: ['socket'],
    helpValue: 'NAME',
    summary: 'The daemon whose file says instance NAME.',
  }),
  socket: Flags.string({
    char: 's',
    helpValue: 'PATH',
    summary: 'Its control socket (default: /run/lvskit/control.sock).',
  }),
};

/** The same as the commands' work takes them: absent is undefined. */
export const daemonOf = (flags: Partial<DaemonOptions>): DaemonOptions => ({
  socket: flags.socket,
  instance: flags.instance,
});
