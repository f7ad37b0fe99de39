// `lvskit genhash`: the digest of a page for HTTP_GET and SSL_GET. Spec: man/lvskit-genhash.1; genhash(1).
import { Command, Flags } from '@oclif/core';

export default class Genhash extends Command {
  static override summary = 'Print the MD5 digest of a page, as HTTP_GET and SSL_GET compare it.';
  static override description =
    'Takes the options of genhash. Unlike it, exits 1 with the reason on stderr when there is no digest: connection refused, time over, no HTTP header; and when the digest is that of an error page (HTTP status not 2xx), unless --any-status is given.';
  static override examples = [
    '<%= config.bin %> genhash -s 192.168.1.10 -p 80 -u /index.html',
    '<%= config.bin %> genhash -S -s 192.168.1.10 -p 443 -u / -V www.example.com -I',
    '<%= config.bin %> genhash -s 192.168.1.10 -p 80 -u /health --snippet',
  ];
  static override flags = {
    server: Flags.string({ char: 's', required: true, helpValue: 'IP', summary: 'Address of the server.' }),
    port: Flags.string({ char: 'p', required: true, helpValue: 'PORT', summary: 'Port of the server.' }),
    url: Flags.string({ char: 'u', required: true, helpValue: 'PATH', summary: 'Path to ask for.' }),
    'use-ssl': Flags.boolean({ char: 'S', summary: 'Connect with TLS; certificates are not verified.' }),
    'use-sni': Flags.boolean({ char: 'I', summary: 'Send the virtual host as TLS server name.' }),
    'use-virtualhost': Flags.string({ char: 'V', helpValue: 'NAME', summary: 'Host header, as it stands.' }),
    fwmark: Flags.integer({ char: 'm', default: 0, min: 0, max: 4294967295, summary: 'Mark of the socket.' }),
    protocol: Flags.option({
      char: 'P',
      options: ['1.0', '1.0c', '1.0C', '1.1'] as const,
      default: '1.0' as const,
    })({
      summary: 'HTTP version; 1.0c is 1.0 with Connection: close.',
    }),
    timeout: Flags.string({
      char: 't',
      default: '30',
      helpValue: 'SECONDS',
      summary: 'Give up after this time.',
    }),
    verbose: Flags.boolean({ char: 'v', summary: 'Show header, body and HTTP status too.' }),
    'any-status': Flags.boolean({ summary: 'Succeed whatever the HTTP status is.' }),
    json: Flags.boolean({ summary: 'One JSON object instead of text.', exclusive: ['snippet'] }),
    snippet: Flags.boolean({ summary: 'Print the HTTP_GET or SSL_GET block that checks this page.' }),
    compat: Flags.boolean({
      summary: 'As the first option: everything behind it as genhash itself takes and answers it.',
    }),
    help: Flags.help({ char: 'h', summary: 'Show this help.' }),
  };

  async run(): Promise<void> {
    if (this.argv[0] === '--compat') {
      const { runGenhashCompat } = await import('../core/cli/genhash/compat.ts');
      process.exitCode = await runGenhashCompat(this.argv.slice(1));
      return;
    }
    const { flags } = await this.parse(Genhash);
    if (flags.compat) {
      const { FaultError } = await import('../core/fault.ts');
      throw new FaultError({ code: 'usage', message: '--compat stands first, before all other options' });
    }
    const { runGenhash } = await import('../core/cli/genhash/run.ts');
    process.exitCode = await runGenhash({
      ...flags,
      tls: flags['use-ssl'],
      sni: flags['use-sni'],
      virtualHost: flags['use-virtualhost'],
      anyStatus: flags['any-status'],
    });
  }
}
