// `lvskit check smtp`: one SMTP_CHECK now.
import { Command, Flags } from '@oclif/core';
import { probeFlags, probeGiven, sourceFlags, sourceGiven, targetArg } from '../../core/cli/check/flags.ts';

export default class CheckSmtp extends Command {
  static override summary = 'Greet a mail server as SMTP_CHECK does, and tell how long each step took.';
  static override description =
    'Waits for the greeting, says HELO and QUIT. Exit codes are those of monitoring plugins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (it could not be asked).';
  static override examples = [
    '<%= config.bin %> check smtp 10.0.1.1',
    '<%= config.bin %> check smtp mail.example.com:587 --helo lb1.example.com',
  ];
  static override args = targetArg('HOST[:PORT]; the port is 25 unless given.');
  static override flags = {
    helo: Flags.string({
      default: 'smtpchecker.keepalived.org',
      helpValue: 'NAME',
      summary: 'The name that HELO says (helo_name).',
    }),
    ...probeFlags,
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CheckSmtp);
    const { checkSmtp } = await import('../../core/cli/check/kinds.ts');
    const { helo } = flags;
    process.exitCode = await checkSmtp(args.target, { helo, ...probeGiven(flags), ...sourceGiven(flags) });
  }
}
