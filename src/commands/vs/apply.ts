// `lvskit vs apply`: makes the table what a file says.
import { Command, Flags } from '@oclif/core';
import { allowEmptyFlag, dryRunFlag, formatFlag, outputFlags, tableArg } from '../../core/cli/ipvs/flags.ts';

export default class VsApply extends Command {
  static override summary = 'Apply the services in FILE; only differences are changed.';
  static override description =
    'Adds and edits the services in FILE, and deletes real servers of these services that FILE does not name. Other services stay unless --prune is given. The whole file is checked before the first change. Reports what was added, changed and removed, with the connections of what is removed. Applying a file twice changes nothing the second time. A keepalived.conf counts with all its real servers alive.';
  static override examples = [
    '<%= config.bin %> vs apply table.yaml',
    '<%= config.bin %> vs apply keepalived.conf --prune --dry-run',
  ];
  static override args = { file: tableArg };
  static override flags = {
    ...outputFlags,
    format: formatFlag,
    prune: Flags.boolean({ summary: 'Delete services that FILE does not name.' }),
    'allow-empty': allowEmptyFlag,
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
        allowEmpty: flags['allow-empty'],
      }),
    );
  }
}
