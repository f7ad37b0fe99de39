// `lvskit check config`: ask every check of a configuration.
import { Command, Flags } from '@oclif/core';
import { configIdFlag, fileArgs, sourceFlags, sourceGiven } from '../../core/cli/check/flags.ts';

export default class CheckConfig extends Command {
  static override summary = 'Run every check of a configuration once, and show what the daemon would serve.';
  static override description =
    'Runs each check as the daemon does, many at once, on a director or anywhere else, and shows which real servers would be in the table. It changes nothing: no IPVS table, no notify program; the programs of MISC_CHECK run. It exits 1 when a service would have no real server, 5 when the file is refused.';
  static override examples = [
    '<%= config.bin %> check config keepalived.conf',
    '<%= config.bin %> check config keepalived.conf --watch',
    '<%= config.bin %> check config keepalived.conf --from 10.0.0.5 --json',
  ];
  static override args = fileArgs;
  static override flags = {
    once: Flags.boolean({ exclusive: ['watch'], summary: 'Run each check once and end (the default).' }),
    watch: Flags.boolean({
      summary: 'Go on with the schedule of the file and show each change, until a signal.',
    }),
    ...sourceFlags,
    ...configIdFlag,
    json: Flags.boolean({ summary: 'Print JSON; with --watch one document a line.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CheckConfig);
    const { checkConfig } = await import('../../core/cli/check/config.ts');
    const { watch = false, json = false, 'config-id': configId } = flags;
    process.exitCode = await checkConfig({
      file: args.file,
      configId,
      source: sourceGiven(flags),
      watch,
      json,
    });
  }
}
