// `lvskit expand`: keepalived.conf without includes, definitions, loops and conditions. Spec: man/lvskit-expand.1.
import { Args, Command, Flags } from '@oclif/core';

export default class Expand extends Command {
  static override summary =
    'Print what keepalived.conf comes to: includes, definitions, loops and conditions resolved.';
  static override description =
    'The output is a keepalived.conf of its own that means the same on a host with this config-id. Comments are left out. With --origins a comment behind each line says where it was written and what brought it here. Exit 5 when something could not be read; what could is printed.';
  static override examples = [
    '<%= config.bin %> expand /etc/keepalived/keepalived.conf',
    '<%= config.bin %> expand --origins -i lb2 keepalived.conf',
  ];
  static override args = {
    file: Args.string({
      description: 'Configuration file; - is standard input.',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    'config-id': Flags.string({
      char: 'i',
      helpValue: 'ID',
      summary: 'Identity for @ID lines (default: host name).',
    }),
    origins: Flags.boolean({ char: 'o', summary: 'Say behind each line where it comes from.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Expand);
    const { runExpand } = await import('../core/cli/commands/expand.ts');
    process.exitCode = await runExpand({
      path: args.file,
      configId: flags['config-id'],
      origins: flags.origins,
    });
  }
}
