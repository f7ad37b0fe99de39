// `lvskit vs apply`: makes the table what a file says.
import { Args, Command, Flags } from '@oclif/core';
import { dryRunFlag, formatFlag, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsApply extends Command {
  static override summary = 'Change the table to what a file says, with the fewest operations.';
  static override description =
    'Reports what was added, changed and removed, with the live connections of what is removed. Applying a file twice changes nothing the second time. A keepalived.conf counts with all its real servers alive.';
  static override examples = [
    '<%= config.bin %> vs apply table.yaml',
    '<%= config.bin %> vs apply keepalived.conf --prune --dry-run',
  ];
  static override args = {
    file: Args.string({
      required: true,
      name: 'FILE',
      description: 'YAML, JSON, ipvsadm rules or keepalived.conf; - is standard input.',
    }),
  };
  static override flags = {
    ...outputFlags,
    format: formatFlag,
    prune: Flags.boolean({ summary: 'Delete services that the file does not have.' }),
    'dry-run': dryRunFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsApply);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { applyFile } = await import('../../core/cli/ipvs/apply.ts');
    process.exitCode = await present(
      flags,
      await applyFile({
        file: args.file,
        format: flags.format,
        prune: flags.prune,
        dryRun: flags['dry-run'],
      }),
    );
  }
}
