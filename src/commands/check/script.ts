// `lvskit check script`: would this program of the configuration run.
import { Args, Command, Flags } from '@oclif/core';
import { accountGiven } from '../../core/cli/check/flags.ts';

export default class CheckScript extends Command {
  static override summary = 'Say whether a script of the configuration would run, and who may change it.';
  static override description =
    'Looks at the program as the daemon does: whether the user may execute it, and, where it has the rights of root, whether others than root may change the file or a folder on its way; enable_script_security keeps such a script from running. It exits 1 when the script would not run.';
  static override examples = [
    '<%= config.bin %> check script /usr/local/bin/check-web',
    '<%= config.bin %> check script /etc/keepalived/notify.sh --as keepalived_script --json',
  ];
  static override args = {
    program: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'Its path, or a name that is looked for as the daemon does.',
    }),
  };
  static override flags = {
    as: Flags.string({
      helpValue: 'USER[:GROUP]',
      summary: 'Who runs it (default: keepalived_script where that user exists, else you).',
    }),
    json: Flags.boolean({ summary: 'Print JSON.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CheckScript);
    const { checkScript } = await import('../../core/cli/check/script.ts');
    process.exitCode = await checkScript({
      program: args.program,
      ...accountGiven(flags.as),
      json: flags.json ?? false,
    });
  }
}
