// `lvskit check http`: one HTTP_GET now.
import { Command } from '@oclif/core';
import {
  pageFlags,
  pageGiven,
  probeFlags,
  probeGiven,
  sourceFlags,
  sourceGiven,
  targetArg,
} from '../../core/cli/check/flags.ts';

export default class CheckHttp extends Command {
  static override summary = 'Ask for a page as HTTP_GET does, and tell how long each step took.';
  static override description =
    'Reads until the server closes, then judges status and digest. Exit codes are those of monitoring plugins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (it could not be asked).';
  static override examples = [
    '<%= config.bin %> check http 10.0.1.1/index.html',
    '<%= config.bin %> check http 10.0.1.1:8080/health --host www.example.com --status 200,204',
  ];
  static override args = targetArg('HOST[:PORT][/PATH]; the port is 80 unless given.');
  static override flags = {
    ...pageFlags,
    ...probeFlags,
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CheckHttp);
    const { checkHttp } = await import('../../core/cli/check/kinds.ts');
    const page = { ...pageGiven(flags), tls: false, sni: undefined };
    process.exitCode = await checkHttp(args.target, { ...page, ...probeGiven(flags), ...sourceGiven(flags) });
  }
}
