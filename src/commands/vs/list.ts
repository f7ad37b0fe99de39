// `lvskit vs list`: what ipvsadm -L is.
import { Command, Flags } from '@oclif/core';
import { namesFlag, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsList extends Command {
  static override summary = 'List virtual services and their real servers.';
  static override examples = ['<%= config.bin %> vs list', '<%= config.bin %> vs list --json'];
  static override flags = {
    ...outputFlags,
    names: namesFlag,
    brief: Flags.boolean({ char: 'b', summary: 'Services only, one line each.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(VsList);
    const { showTable } = await import('../../core/cli/ipvs/show.ts');
    process.exitCode = await showTable({
      ...flags,
      service: undefined,
      names: flags.names,
      view: flags.brief ? 'services' : 'table',
    });
  }
}
