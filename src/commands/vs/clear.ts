// `lvskit vs clear`: what ipvsadm -C is.
import { Command } from '@oclif/core';
import { dryRunFlag, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsClear extends Command {
  static override summary = 'Delete all virtual services.';
  static override flags = { ...outputFlags, 'dry-run': dryRunFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(VsClear);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { clearServices } = await import('../../core/cli/ipvs/change-service.ts');
    process.exitCode = await present(flags, await clearServices(flags['dry-run']));
  }
}
