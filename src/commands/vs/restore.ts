// `lvskit vs restore`: ipvsadm -R that may be repeated.
import { Args, Command, Flags } from '@oclif/core';
import { allowEmptyFlag, dryRunFlag, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsRestore extends Command {
  static override summary = 'Replace the table with rules saved by vs save or ipvsadm -S.';
  static override description =
    'Reads FILE, or standard input to its end, and checks all rules before the first change. Unlike ipvsadm -R it accepts services that exist already and keeps the connections of what stays; services that the rules do not name are deleted unless --merge is given. Rules without a service are refused unless --allow-empty is given.';
  static override examples = [
    '<%= config.bin %> vs restore < rules',
    '<%= config.bin %> vs restore rules --merge',
  ];
  static override args = {
    file: Args.string({
      default: '-',
      ignoreStdin: true,
      name: 'FILE',
      description: 'Rules as vs save and ipvsadm -S write them; - or nothing is standard input.',
    }),
  };
  static override flags = {
    ...outputFlags,
    merge: Flags.boolean({ summary: 'Keep services that the rules do not name.' }),
    'allow-empty': allowEmptyFlag,
    'dry-run': dryRunFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsRestore);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { applyFile } = await import('../../core/cli/ipvs/apply.ts');
    process.exitCode = await present(
      flags,
      await applyFile({
        file: args.file,
        format: 'rules',
        prune: !flags.merge,
        dryRun: flags['dry-run'],
        allowEmpty: flags['allow-empty'],
      }),
    );
  }
}
