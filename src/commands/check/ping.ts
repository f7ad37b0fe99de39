// `lvskit check ping`: one PING_CHECK now.
import { Command } from '@oclif/core';
import { probeFlags, probeGiven, sourceFlags, sourceGiven, targetArg } from '../../core/cli/check/flags.ts';

export default class CheckPing extends Command {
  static override summary = 'Send an echo request as PING_CHECK does, and tell how long the reply took.';
  static override description =
    'It needs a group that net.ipv4.ping_group_range allows; root adds its own group to it, as the daemon does. Exit codes are those of monitoring plugins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (it could not be asked).';
  static override examples = [
    '<%= config.bin %> check ping 10.0.1.1',
    '<%= config.bin %> check ping 2001:db8::1 --repeat 10 --json',
  ];
  static override args = targetArg('HOST or address.');
  static override flags = {
    ...probeFlags,
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CheckPing);
    const { checkPing } = await import('../../core/cli/check/kinds.ts');
    process.exitCode = await checkPing(args.target, { ...probeGiven(flags), ...sourceGiven(flags) });
  }
}
