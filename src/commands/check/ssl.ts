// `lvskit check ssl`: one SSL_GET now.
import { Command, Flags } from '@oclif/core';
import {
  pageFlags,
  pageGiven,
  probeFlags,
  probeGiven,
  sourceFlags,
  sourceGiven,
  targetArg,
} from '../../core/cli/check/flags.ts';

export default class CheckSsl extends Command {
  static override summary = 'Ask for a page over TLS as SSL_GET does, and tell how long each step took.';
  static override description =
    'Certificates are not verified, as in SSL_GET. Reads until the server closes, then judges status and digest. Exit codes are those of monitoring plugins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (it could not be asked).';
  static override examples = [
    '<%= config.bin %> check ssl 10.0.1.1/',
    '<%= config.bin %> check ssl 10.0.1.1:8443/health --host www.example.com',
  ];
  static override args = targetArg('HOST[:PORT][/PATH]; the port is 443 unless given.');
  static override flags = {
    ...pageFlags,
    sni: Flags.string({
      helpValue: 'NAME',
      summary: 'Name of the server in the handshake (default: that of --host or TARGET).',
    }),
    ...probeFlags,
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CheckSsl);
    const { checkHttp } = await import('../../core/cli/check/kinds.ts');
    const page = { ...pageGiven(flags), tls: true, sni: flags.sni };
    process.exitCode = await checkHttp(args.target, { ...page, ...probeGiven(flags), ...sourceGiven(flags) });
  }
}
