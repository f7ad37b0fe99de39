// `lvskit check list`: the checks of a configuration.
import { Command, Flags } from '@oclif/core';
import { configIdFlag, fileArgs } from '../../core/cli/check/flags.ts';

export default class CheckList extends Command {
  static override summary = 'List the checks of a configuration, and how soon each notices a dead server.';
  static override description =
    'One line a check: what is asked, how often, how many attempts follow a failure, and the longest time from the death of a server to its removal. Nothing is asked and nothing is changed.';
  static override examples = [
    '<%= config.bin %> check list keepalived.conf',
    '<%= config.bin %> check list keepalived.conf --json',
  ];
  static override args = fileArgs;
  static override flags = { ...configIdFlag, json: Flags.boolean({ summary: 'Print JSON.' }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CheckList);
    const { listChecks } = await import('../../core/cli/check/list.ts');
    const source = { from: undefined, fwmark: undefined, bindInterface: undefined };
    const { json = false, 'config-id': configId } = flags;
    process.exitCode = listChecks({ file: args.file, configId, source, json });
  }
}
