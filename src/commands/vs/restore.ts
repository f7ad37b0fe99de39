// `lvskit vs restore`: ipvsadm -R that may be repeated.
import { Args, Command, Flags } from '@oclif/core';
import { dryRunFlag, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsRestore extends Command {
  static override summary = 'Make the table what ipvsadm rules say, whatever it holds now.';
  static override description =
    'Unlike ipvsadm -R it neither fails for what is there already nor drops connections of what stays.';
  static override examples = [
    '<%= config.bin %> vs restore < rules',
    '<%= config.bin %> vs restore rules --merge',
  ];
  static override args = {
    file: Args.string({
      default: '-',
      name: 'FILE',
      description: 'Rules as vs save and ipvsadm -S write them; - is standard input.',
    }),
  };
  static override flags = {
    ...outputFlags,
    merge: Flags.boolean({ summary: 'Keep services that the rules do not have.' }),
    'dry-run': dryRunFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsRestore);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { applyFile } = await import('../../core/cli/ipvs/apply.ts');
    process.exitCode = await present(
      flags,
      await applyFile({ file: args.file, format: 'rules', prune: !flags.merge, dryRun: flags['dry-run'] }),
    );
  }
}
