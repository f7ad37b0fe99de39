// `lvskit fmt`: keepalived.conf in one canonical style. Spec: man/lvskit-fmt.1; core/conf/format.ts.
import { Args, Command, Flags } from '@oclif/core';

export default class Fmt extends Command {
  static override summary = 'Format keepalived.conf: one style, the same meaning, comments kept.';
  static override description =
    'Four blanks a level, one statement a line, braces behind their keyword, an empty line between blocks. Without FILES, or with -, reads standard input. The result is read again before it is offered; a file whose braces do not balance comes out as it is (exit 5). With --check the exit code is 1 when anything would change.';
  static override examples = [
    '<%= config.bin %> fmt --write /etc/keepalived/keepalived.conf',
    '<%= config.bin %> fmt --check --diff *.conf',
    '<%= config.bin %> fmt < keepalived.conf',
  ];
  static override strict = false;
  static override args = {
    files: Args.string({
      description: 'Files to format; - or nothing is standard input.',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    check: Flags.boolean({
      char: 'c',
      exclusive: ['write'],
      summary: 'Only name the files that would change.',
    }),
    diff: Flags.boolean({ char: 'd', summary: 'Show the changes as a unified diff.' }),
    write: Flags.boolean({ char: 'w', summary: 'Replace the files.' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Fmt);
    const { runFmt } = await import('../core/cli/commands/fmt.ts');
    process.exitCode = await runFmt({ paths: argv as string[], ...flags });
  }
}
