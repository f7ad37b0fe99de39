// `lvskit rs list`: the servers of one service or of all.
import { Command } from '@oclif/core';
import { namesFlag, optionalServiceArg, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class RsList extends Command {
  static override summary = 'List real servers.';
  static override args = { service: optionalServiceArg };
  static override flags = { ...outputFlags, names: namesFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RsList);
    const { showTable } = await import('../../core/cli/ipvs/show.ts');
    process.exitCode = await showTable({
      ...flags,
      service: args.service,
      names: flags.names,
      view: 'table',
    });
  }
}
