// `lvskit check tcp`: one TCP_CHECK now.
import { Command } from '@oclif/core';
import { probeFlags, probeGiven, sourceFlags, sourceGiven, targetArg } from '../../core/cli/check/flags.ts';

export default class CheckTcp extends Command {
  static override summary = 'Connect to a TCP port as TCP_CHECK does, and tell how long each step took.';
  static override description =
    'Nothing is sent: a connection that stands is a success. Exit codes are those of monitoring plugins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (it could not be asked).';
  static override examples = [
    '<%= config.bin %> check tcp 10.0.1.1:80',
    '<%= config.bin %> check tcp www.example.com:443 -w 0.5 --repeat 10',
  ];
  static override args = targetArg('HOST:PORT, or [IPv6]:PORT.');
  static override flags = {
    ...probeFlags,
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CheckTcp);
    const { checkTcp } = await import('../../core/cli/check/kinds.ts');
    process.exitCode = await checkTcp(args.target, { ...probeGiven(flags), ...sourceGiven(flags) });
  }
}
