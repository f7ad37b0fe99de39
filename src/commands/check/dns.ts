// `lvskit check dns`: one DNS_CHECK now.
import { Command, Flags } from '@oclif/core';
import { probeFlags, probeGiven, sourceFlags, sourceGiven, targetArg } from '../../core/cli/check/flags.ts';

export default class CheckDns extends Command {
  static override summary = 'Ask a name server as DNS_CHECK does, and tell how long it took.';
  static override description =
    'Any answer without an error code is a success. Exit codes are those of monitoring plugins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (it could not be asked).';
  static override examples = [
    '<%= config.bin %> check dns 10.0.1.1',
    '<%= config.bin %> check dns 10.0.1.1:5353 --name www.example.com --type A',
  ];
  static override args = targetArg('HOST[:PORT]; the port is 53 unless given.');
  static override flags = {
    name: Flags.string({
      char: 'n',
      default: '',
      helpValue: 'NAME',
      summary: 'The name that is asked for (default: the root).',
    }),
    type: Flags.string({ default: 'SOA', helpValue: 'TYPE', summary: 'The type of the records.' }),
    ...probeFlags,
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CheckDns);
    const { checkDns } = await import('../../core/cli/check/kinds.ts');
    const { name, type } = flags;
    process.exitCode = await checkDns(args.target, {
      name,
      type,
      ...probeGiven(flags),
      ...sourceGiven(flags),
    });
  }
}
