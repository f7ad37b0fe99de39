// `lvskit log level`: how much the running daemon logs.
import { Args, Command } from '@oclif/core';
import { daemonFlags, daemonOf } from '../../core/cli/control/flags.ts';

export default class LogLevel extends Command {
  static override summary = 'Show or set how much the running daemon logs, until it is restarted.';
  static override usage = 'log level [debug | info | warning] [-i NAME | -s PATH]';
  static override examples = ['<%= config.bin %> log level', '<%= config.bin %> log level debug'];
  static override args = {
    level: Args.string({ ignoreStdin: true, description: 'debug, info or warning.' }),
  };
  static override flags = {
    ...daemonFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LogLevel);
    const { logLevel } = await import('../../core/cli/control/orders.ts');
    process.exitCode = await logLevel({ level: args.level, ...daemonOf(flags) });
  }
}
