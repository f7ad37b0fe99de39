// `lvskit check now`: checks of the running daemon, without waiting for their time.
import { Args, Command } from '@oclif/core';
import { daemonFlags, daemonOf } from '../../core/cli/control/flags.ts';

export default class CheckNow extends Command {
  static override summary = 'Let the running daemon check now, instead of when the next check is due.';
  static override usage = 'check now [NAME] [-i NAME | -s PATH]';
  static override examples = ['<%= config.bin %> check now', '<%= config.bin %> check now 10.0.1.2:80'];
  static override args = {
    name: Args.string({
      ignoreStdin: true,
      description: 'A service (tcp 10.0.0.1:80), a server or a check; without it all.',
    }),
  };
  static override flags = {
    ...daemonFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CheckNow);
    const { checkNow } = await import('../../core/cli/control/orders.ts');
    process.exitCode = await checkNow({ name: args.name, ...daemonOf(flags) });
  }
}
