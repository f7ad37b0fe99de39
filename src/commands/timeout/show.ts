// `lvskit timeout show`: what ipvsadm -L --timeout is.
import { Command } from '@oclif/core';
import { outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class TimeoutShow extends Command {
  static override summary = 'Show the timeouts of connections.';
  static override flags = { ...outputFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(TimeoutShow);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { showTimeouts } = await import('../../core/cli/ipvs/settings.ts');
    process.exitCode = await present(flags, await showTimeouts());
  }
}
