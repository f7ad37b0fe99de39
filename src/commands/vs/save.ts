// `lvskit vs save`: ipvsadm -S without its faults.
import { Command, Flags } from '@oclif/core';
import { outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsSave extends Command {
  static override summary =
    'Print the table as ipvsadm rules: numeric, with thresholds, readable by ipvsadm and by vs restore.';
  static override flags = {
    ...outputFlags,
    output: Flags.string({ char: 'o', helpValue: 'FILE', summary: 'Write to a file.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(VsSave);
    const { presentTable } = await import('../../core/cli/ipvs/write-table.ts');
    process.exitCode = await presentTable({ ...flags, format: 'rules', output: flags.output });
  }
}
