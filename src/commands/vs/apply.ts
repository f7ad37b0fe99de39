// `lvskit vs apply`: makes the table what a file says.
import { Command, Flags } from '@oclif/core';
import { allowEmptyFlag, dryRunFlag, formatFlag, outputFlags, tableArg } from '../../core/cli/ipvs/flags.ts';

export default class VsApply extends Command {
  static override summary = 'Apply the services in FILE; only differences are changed.';
  static override description =
    'Adds and edits the services in FILE, and deletes real servers of these services that FILE does not name. Other services stay unless --prune is given. The whole file is checked before the first change. Reports what was added, changed and removed, with the connections of what is removed. Applying a file twice changes nothing the second time. Of a keepalived.conf the table is applied that lvskit run holds while every check succeeds, and every finding is printed with its place; timeouts and the sync daemon are left alone. With --watch it goes on until it is stopped; --dry-run then only reports. Do not use --watch beside lvskit run or keepalived: both would set right what the other does.';
  static override examples = [
    '<%= config.bin %> vs apply table.yaml',
    '<%= config.bin %> vs apply keepalived.conf --prune --dry-run',
    '<%= config.bin %> vs apply table.yaml --prune --watch',
  ];
  static override args = { file: tableArg };
  static override flags = {
    ...outputFlags,
    format: formatFlag,
    prune: Flags.boolean({ summary: 'Delete services that FILE does not name.' }),
    'allow-empty': allowEmptyFlag,
    'dry-run': dryRunFlag,
    watch: Flags.boolean({
      char: 'w',
      summary:
        'Go on: look again every few seconds, report what drifted and set it right; read FILE again when it changes.',
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
    const options = { file: args.file, format, prune, dryRun, allowEmpty: flags['allow-empty'] };
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
