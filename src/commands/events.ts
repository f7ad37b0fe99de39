// `lvskit events`: what has happened to instances, services, servers, checks and processes.
import { Command, Flags } from '@oclif/core';
import { daemonFlags, daemonOf } from '../core/cli/control/flags.ts';

export default class Events extends Command {
  static override summary = 'List what happened since the daemon started, or follow it.';
  static override usage = 'events [--follow] [--after NUMBER [--epoch TEXT]] [--json] [-i NAME | -s PATH]';
  static override description =
    'One line a transition: time, number, subject, from, to, cause. The last 1,024 are kept. With --json the first line has epoch and next: with --after and --epoch a later call goes on from there, also over a restart of the daemon.';
  static override examples = ['<%= config.bin %> events', '<%= config.bin %> events --follow --json'];
  static override flags = {
    follow: Flags.boolean({ char: 'f', summary: 'Go on with each later one until interrupted.' }),
    after: Flags.integer({ min: 0, helpValue: 'NUMBER', summary: 'Only those behind this number.' }),
    epoch: Flags.string({
      dependsOn: ['after'],
      helpValue: 'TEXT',
      summary: 'The epoch that the number is of.',
    }),
    json: Flags.boolean({ summary: 'A JSON object a line.' }),
    ...daemonFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Events);
    const { showEvents } = await import('../core/cli/control/events.ts');
    process.exitCode = await showEvents({
      ...flags,
      after: flags.after,
      epoch: flags.epoch,
      ...daemonOf(flags),
    });
  }
}
