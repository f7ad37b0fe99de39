// `lvskit check udp`: one UDP_CHECK now.
import { Command, Flags } from '@oclif/core';
import { probeFlags, probeGiven, sourceFlags, sourceGiven, targetArg } from '../../core/cli/check/flags.ts';

export default class CheckUdp extends Command {
  static override summary = 'Send a datagram as UDP_CHECK does, and tell what came back.';
  static override description =
    'Without --require-reply silence is a success: only an ICMP error fails. Exit codes are those of monitoring plugins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (it could not be asked).';
  static override examples = [
    '<%= config.bin %> check udp 10.0.1.1:514',
    '<%= config.bin %> check udp 10.0.1.1:161 --payload 302902 --require-reply',
  ];
  static override args = targetArg('HOST:PORT, or [IPv6]:PORT.');
  static override flags = {
    payload: Flags.string({ helpValue: 'HEX', summary: 'What is sent, in hexadecimal digits.' }),
    'require-reply': Flags.boolean({ summary: 'Fail without a reply.' }),
    ...probeFlags,
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CheckUdp);
    const { checkUdp } = await import('../../core/cli/check/kinds.ts');
    const { payload, 'require-reply': requireReply = false } = flags;
    process.exitCode = await checkUdp(args.target, {
      payload,
      requireReply,
      ...probeGiven(flags),
      ...sourceGiven(flags),
    });
  }
}
