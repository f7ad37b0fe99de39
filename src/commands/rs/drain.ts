// `lvskit rs drain`: takes a server out of service without cutting anybody off.
import { Command, Flags } from '@oclif/core';
import { outputFlags, serverArg, serviceArg } from '../../core/cli/ipvs/flags.ts';

export default class RsDrain extends Command {
  static override summary = 'Set weight 0, wait until the connections are gone, then delete the server.';
  static override description =
    'Waits for active connections and persistence templates. Interrupted, or when time is over, the server stays with weight 0 and the exit code is 1; --undo gives it its weight back.';
  static override examples = [
    '<%= config.bin %> rs drain tcp:10.0.0.1:80 10.0.1.1 --deadline 600',
    '<%= config.bin %> rs drain tcp:10.0.0.1:80 10.0.1.1 --undo',
  ];
  static override args = { service: serviceArg, server: serverArg };
  static override flags = {
    ...outputFlags,
    deadline: Flags.integer({
      default: 300,
      min: 0,
      helpValue: 'SECONDS',
      summary: 'Wait no longer than this.',
    }),
    interval: Flags.integer({
      default: 1,
      min: 1,
      max: 3600,
      helpValue: 'SECONDS',
      summary: 'Time between looks.',
    }),
    keep: Flags.boolean({ summary: 'Leave the drained server in the table with weight 0.' }),
    inactive: Flags.boolean({ summary: 'Wait for inactive connections too; UDP has no others.' }),
    force: Flags.boolean({ summary: 'Delete it even when time is over.' }),
    undo: Flags.boolean({ summary: 'Give it back the weight it had before the drain.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RsDrain);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { drainServer } = await import('../../core/cli/ipvs/drain.ts');
    process.exitCode = await present(flags, await drainServer({ ...args, ...flags }));
  }
}
