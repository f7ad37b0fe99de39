// `lvskit sync stop`: what ipvsadm --stop-daemon is.
import { Command } from '@oclif/core';
import { outputFlags, stateArg } from '../../core/cli/ipvs/flags.ts';

export default class SyncStop extends Command {
  static override summary = 'Stop a connection synchronization daemon.';
  static override args = { state: stateArg };
  static override flags = { ...outputFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SyncStop);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { stopSync } = await import('../../core/cli/ipvs/settings.ts');
    process.exitCode = await present(flags, await stopSync(args.state === 'backup' ? 'backup' : 'master'));
  }
}
