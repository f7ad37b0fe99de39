// `lvskit rs drain`: takes a server out of service without cutting anybody off.
import { Command, Flags } from '@oclif/core';
import { outputFlags, serverArg, serviceArg } from '../../core/cli/ipvs/flags.ts';

export default class RsDrain extends Command {
  static override summary = 'Set weight 0, wait until the connections are gone, then delete the server.';
  static override description =
    'Waits for active connections and persistence templates; of UDP services and firewall marks for inactive connections too, because UDP has no others. Each look also checks the weight and that the server still exists: if somebody else sets another weight, or deletes the server or its service, the drain ends, changes nothing more and exits with 7. When it is interrupted (INT, TERM, HUP) or the deadline passes, the server stays with weight 0 and the exit code is 1; --undo sets the former weight again, unless it is no longer 0. A service of a running lvskit daemon is refused (7).';
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
      summary: 'Wait at most this long.',
    }),
    interval: Flags.integer({
      default: 1,
      min: 1,
      max: 3600,
      helpValue: 'SECONDS',
      summary: 'Polling interval in seconds.',
    }),
    keep: Flags.boolean({ summary: 'Leave the drained server in the table with weight 0.' }),
    inactive: Flags.boolean({
      allowNo: true,
      summary: 'Wait for inactive connections too (default for UDP and firewall marks).',
    }),
    force: Flags.boolean({
      summary: 'Delete the server when the deadline passes, even with open connections.',
    }),
    undo: Flags.boolean({ summary: 'Set the weight that the server had before the drain.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RsDrain);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { drainServer } = await import('../../core/cli/ipvs/drain/run.ts');
    process.exitCode = await present(flags, await drainServer({ ...args, ...flags }));
  }
}
