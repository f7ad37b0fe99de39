// `lvskit vs stats`: what ipvsadm -L --stats is.
import { Command, Flags } from '@oclif/core';
import { namesFlag, optionalServiceArg, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsStats extends Command {
  static override summary = 'Show counters: connections, packets, bytes.';
  static override args = { service: optionalServiceArg };
  static override flags = {
    ...outputFlags,
    names: namesFlag,
    exact: Flags.boolean({ summary: 'Every digit instead of K, M and G.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsStats);
    const { showTable } = await import('../../core/cli/ipvs/show.ts');
    process.exitCode = await showTable({
      ...flags,
      service: args.service,
      names: flags.names,
      view: 'totals',
      exact: flags.exact,
    });
  }
}
