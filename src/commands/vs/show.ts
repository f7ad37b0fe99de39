// `lvskit vs show`: one service in full.
import { Command } from '@oclif/core';
import { namesFlag, outputFlags, serviceArg } from '../../core/cli/ipvs/flags.ts';

export default class VsShow extends Command {
  static override summary = 'Show one virtual service with its real servers.';
  static override examples = [
    '<%= config.bin %> vs show tcp:10.0.0.1:80',
    '<%= config.bin %> vs show fwmark6:5 --yaml',
  ];
  static override args = { service: serviceArg };
  static override flags = { ...outputFlags, names: namesFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsShow);
    const { showTable } = await import('../../core/cli/ipvs/show.ts');
    process.exitCode = await showTable({
      ...flags,
      service: args.service,
      names: flags.names,
      view: 'table',
    });
  }
}
