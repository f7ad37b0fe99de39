// `lvskit vs zero`: what ipvsadm -Z is.
import { Command } from '@oclif/core';
import { optionalServiceArg, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsZero extends Command {
  static override summary = 'Set counters to zero, of one service or of all.';
  static override args = { service: optionalServiceArg };
  static override flags = { ...outputFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsZero);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { zeroServices } = await import('../../core/cli/ipvs/change-service.ts');
    process.exitCode = await present(flags, await zeroServices(args.service));
  }
}
