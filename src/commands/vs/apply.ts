// `lvskit vs apply`: makes the table what a file says.
import { Args, Command, Flags } from '@oclif/core';
import { dryRunFlag, formatFlag, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsApply extends Command {
  static override summary = 'Change the table to what a file says, with the fewest operations.';
  static override description =
    'Reports what was added, changed and removed, with the live connections of what is removed. Applying a file twice changes nothing the second time. Of a keepalived.conf the table is applied that lvskit run holds while every check succeeds, and every finding is told with its place; timeouts and the sync daemon are left alone. With --watch it goes on until it is stopped; --dry-run then only tells. Do not use --watch beside lvskit run or keepalived: both would set right what the other does.';
  static override examples = [
    '<%= config.bin %> vs apply table.yaml',
    '<%= config.bin %> vs apply keepalived.conf --prune --dry-run',
    '<%= config.bin %> vs apply table.yaml --prune --watch',
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
    watch: Flags.boolean({
      char: 'w',
      summary:
        'Go on: look again every few seconds, tell what drifted and set it right; read FILE again when it changes.',
    }),
    interval: Flags.integer({
      dependsOn: ['watch'],
      min: 1,
      max: 3600,
      helpValue: 'SECONDS',
      summary: 'Time between looks (default 5).',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsApply);
    const { format, prune, 'dry-run': dryRun, interval } = flags;
    const options = { file: args.file, format, prune, dryRun };
    if (flags.watch) {
      const { unwrap } = await import('../../core/fault.ts');
      const { keepFile } = await import('../../core/cli/ipvs/keep-file.ts');
      process.exitCode = unwrap(await keepFile({ ...options, interval }, flags));
      return;
    }
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { applyFile } = await import('../../core/cli/ipvs/apply.ts');
    process.exitCode = await present(flags, await applyFile(options));
  }
}
