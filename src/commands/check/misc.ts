// `lvskit check misc`: one MISC_CHECK now.
import { Args, Command, Flags } from '@oclif/core';
import { accountGiven, probeFlags, probeGiven } from '../../core/cli/check/flags.ts';

export default class CheckMisc extends Command {
  static override summary = 'Run a program as MISC_CHECK does, and tell what its exit status means.';
  static override description =
    'The program gets the environment, the user and the time limit that the daemon gives it. Exit codes are those of monitoring plugins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (it could not be started).';
  static override usage = 'check misc [FLAGS] -- PROGRAM [ARGUMENT...]';
  static override examples = [
    '<%= config.bin %> check misc -- /usr/local/bin/check-web 10.0.1.1',
    '<%= config.bin %> check misc --as nobody --dynamic -- /usr/local/bin/load-of 10.0.1.1',
  ];
  static override args = {
    program: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'The program; its arguments follow.',
    }),
  };
  static override strict = false;
  static override flags = {
    as: Flags.string({ helpValue: 'USER[:GROUP]', summary: 'Who runs it (default: as the daemon does).' }),
    dynamic: Flags.boolean({ summary: 'Exit statuses 2 to 255 are weights (misc_dynamic).' }),
    ...probeFlags,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(CheckMisc);
    const { checkMisc } = await import('../../core/cli/check/kinds.ts');
    process.exitCode = await checkMisc(argv as string[], {
      ...probeGiven(flags),
      ...accountGiven(flags.as),
      dynamic: flags.dynamic ?? false,
    });
  }
}
