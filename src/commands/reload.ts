// `lvskit reload`: the running daemon reads its file again, and says what came of it.
import { Command, Flags } from '@oclif/core';
import { daemonFlags, daemonOf } from '../core/cli/control/flags.ts';

export default class Reload extends Command {
  static override summary = 'Let the running daemon read its file again, and say what came of it.';
  static override usage = 'reload [--check] [--json] [-i NAME | -s PATH]';
  static override description =
    'Unlike SIGHUP it answers: when every process has the new configuration, or why the old one stays. --check only reads the file of the daemon, as it would.';
  static override examples = ['<%= config.bin %> reload --check', '<%= config.bin %> reload'];
  static override flags = {
    check: Flags.boolean({ summary: 'Say what would be refused; reload nothing.' }),
    json: Flags.boolean({ summary: 'JSON: accepted, cause, findings.' }),
    ...daemonFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Reload);
    const { reloadDaemon } = await import('../core/cli/control/orders.ts');
    process.exitCode = await reloadDaemon({ ...flags, ...daemonOf(flags) });
  }
}
