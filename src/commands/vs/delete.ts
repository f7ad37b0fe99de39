// `lvskit vs delete`: what ipvsadm -D is.
import { Command } from '@oclif/core';
import { outputFlags, serviceArg } from '../../core/cli/ipvs/flags.ts';

export default class VsDelete extends Command {
  static override summary = 'Delete virtual services with their real servers.';
  static override description = 'Takes one service or several.';
  static override examples = ['<%= config.bin %> vs delete tcp:10.0.0.1:80'];
  static override strict = false;
  static override args = { service: serviceArg };
  static override flags = { ...outputFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(VsDelete);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { deleteServices } = await import('../../core/cli/ipvs/change-service.ts');
    process.exitCode = await present(flags, await deleteServices(argv.map(String)));
  }
}
