// `lvskit sync status`: what ipvsadm -L --daemon is.
import { Command } from '@oclif/core';
import { outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class SyncStatus extends Command {
  static override summary = 'Show the connection synchronization daemons.';
  static override flags = { ...outputFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(SyncStatus);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { showDaemons } = await import('../../core/cli/ipvs/settings.ts');
    process.exitCode = await present(flags, await showDaemons());
  }
}
