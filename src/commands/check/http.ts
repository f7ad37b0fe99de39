// `lvskit check http`: one HTTP_GET now.
import { Command, Flags } from '@oclif/core';
import { probeFlags, probeGiven, sourceFlags, sourceGiven, targetArg } from '../../core/cli/check/flags.ts';

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
    host: Flags.string({
      helpValue: 'NAME',
      summary: 'Host header (virtualhost; default: the name in TARGET).',
    }),
    status: Flags.string({
      helpValue: 'CODES',
      summary: 'Status codes that are right: 200-299,404 (default: 200-299).',
    }),
    digest: Flags.string({ helpValue: 'MD5', summary: 'The digest that the page must have.' }),
    regex: Flags.string({ helpValue: 'PATTERN', summary: 'What the page must have (PCRE2).' }),
    'no-match': Flags.boolean({ dependsOn: ['regex'], summary: 'What the page must not have.' }),
    protocol: Flags.option({ options: ['1.0', '1.0C', '1.1'] as const, default: '1.0' as const })({
      summary: 'HTTP version; 1.0C is 1.0 with Connection: close.',
    }),
    ...probeFlags,
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CheckHttp);
    const { checkHttp } = await import('../../core/cli/check/kinds.ts');
    const { host, status, digest, regex, protocol } = flags;
    const noMatch = flags['no-match'] ?? false;
    const page = { regex, noMatch, tls: false, host, status, digest, protocol, sni: undefined };
    process.exitCode = await checkHttp(args.target, { ...page, ...probeGiven(flags), ...sourceGiven(flags) });
  }
}
