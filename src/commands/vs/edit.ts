// `lvskit vs edit`: ipvsadm -E that changes only what is named.
import { Command } from '@oclif/core';
import { outputFlags, serviceArg, serviceFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsEdit extends Command {
  static override summary = 'Change settings of a virtual service; what is not named stays.';
  static override examples = [
    '<%= config.bin %> vs edit tcp:10.0.0.1:80 --scheduler lc',
    '<%= config.bin %> vs edit tcp:10.0.0.1:80 --persistent 0',
  ];
  static override args = { service: serviceArg };
  static override flags = { ...serviceFlags, ...outputFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsEdit);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { editService } = await import('../../core/cli/ipvs/change-service.ts');
    process.exitCode = await present(flags, await editService(args.service, flags));
  }
}
