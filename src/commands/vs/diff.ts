// `lvskit vs diff`: drift between a file and the table.
import { Args, Command, Flags } from '@oclif/core';
import { formatFlag, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsDiff extends Command {
  static override summary = 'Show how the table differs from a file; exits 1 when it does.';
  static override examples = ['<%= config.bin %> vs diff table.yaml'];
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
    'ignore-others': Flags.boolean({ summary: 'Pass over services that the file does not have.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsDiff);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { diffFile } = await import('../../core/cli/ipvs/apply.ts');
    process.exitCode = await present(
      flags,
      await diffFile({ file: args.file, format: flags.format, prune: !flags['ignore-others'] }),
    );
  }
}
