// `lvskit status`: what the daemon does, and why.
import { Args, Command, Flags } from '@oclif/core';
import { daemonFlags, daemonOf } from '../core/cli/control/flags.ts';

export default class StatusCommand extends Command {
  static override summary =
    'Show what the running daemon does and why: instances, services, servers, processes.';
  static override usage = 'status [NAME] [-a] [-w] [--json | --plugin | --schema] [-i NAME | -s PATH]';
  static override description =
    'Asks over the control socket; no signal is sent and nothing is logged. With NAME one instance, service, server or script is explained with its last 32 transitions. Exits 1 when something is down.';
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status VI_1',
    '<%= config.bin %> status 10.0.1.2:80',
    '<%= config.bin %> status --plugin',
  ];
  static override args = {
    name: Args.string({
      ignoreStdin: true,
      description: 'An instance, group, script, service (tcp 10.0.0.1:80) or server.',
    }),
  };
  static override flags = {
    json: Flags.boolean({ exclusive: ['plugin'], summary: 'JSON (docs/schema/status.schema.json).' }),
    watch: Flags.boolean({
      char: 'w',
      exclusive: ['plugin'],
      summary: 'Again every second; with --json a line each.',
    }),
    plugin: Flags.boolean({ summary: 'One line for monitoring, with performance data; exits 0, 1, 2 or 3.' }),
    all: Flags.boolean({ char: 'a', summary: 'Everything, however many there are.' }),
    schema: Flags.boolean({
      exclusive: ['json', 'watch', 'plugin'],
      summary: 'Print the JSON Schema of what --json prints instead.',
    }),
    ...daemonFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(StatusCommand);
    const { showStatus } = await import('../core/cli/status/status.ts');
    process.exitCode = await showStatus({
      ...flags,
      name: args.name,
      ...daemonOf(flags),
    });
  }
}
