// `lvskit vs rates`: what ipvsadm -L --rate is.
import { Command, Flags } from '@oclif/core';
import { namesFlag, optionalServiceArg, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsRates extends Command {
  static override summary = 'Show rates per second, as the kernel estimates them.';
  static override args = { service: optionalServiceArg };
  static override flags = {
    ...outputFlags,
    names: namesFlag,
    exact: Flags.boolean({ summary: 'Every digit instead of K, M and G.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsRates);
    const { showTable } = await import('../../core/cli/ipvs/show.ts');
    process.exitCode = await showTable({
      ...flags,
      service: args.service,
      names: flags.names,
      view: 'rates',
      exact: flags.exact,
    });
  }
}
