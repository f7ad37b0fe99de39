// `lvskit vs diff`: drift between a file and the table.
import { Command, Flags } from '@oclif/core';
import { allowEmptyFlag, formatFlag, outputFlags, tableArg } from '../../core/cli/ipvs/flags.ts';

export default class VsDiff extends Command {
  static override summary = 'Show how the table differs from FILE; exits 1 when it does.';
  static override description =
    'Exits 0 without differences, 1 with some, and with another code when they cannot be told: 2 usage, 5 FILE refused, 6 FILE missing, 7 the kernel did not answer.';
  static override examples = [
    '<%= config.bin %> vs diff table.yaml',
    '<%= config.bin %> vs diff keepalived.conf --ignore-others',
  ];
  static override args = { file: tableArg };
  static override flags = {
    ...outputFlags,
    format: formatFlag,
    'allow-empty': allowEmptyFlag,
    'ignore-others': Flags.boolean({ summary: 'Ignore services that FILE does not name.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsDiff);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { diffFile } = await import('../../core/cli/ipvs/apply.ts');
    process.exitCode = await present(
      flags,
      await diffFile({
        file: args.file,
        format: flags.format,
        prune: !flags['ignore-others'],
        allowEmpty: flags['allow-empty'],
      }),
    );
  }
}
