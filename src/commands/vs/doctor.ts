// `lvskit vs doctor`: why services are not served.
import { Command } from '@oclif/core';
import { optionalServiceArg, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsDoctor extends Command {
  static override summary = 'Find out why services are not served, and what will bite some day.';
  static override description =
    'Reads the table, kernel settings, interfaces and connections of this host and tells for each finding what was read, why it matters and the command that changes it. It changes nothing. On a real server it looks at ARP. It exits 1 when there are errors or warnings; notes alone are 0.';
  static override examples = [
    '<%= config.bin %> vs doctor',
    '<%= config.bin %> vs doctor tcp:10.0.0.1:80 --json',
  ];
  static override args = { service: optionalServiceArg };
  static override flags = outputFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsDoctor);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { showDiagnosis } = await import('../../core/cli/ipvs/doctor.ts');
    process.exitCode = await present(flags, await showDiagnosis(args.service));
  }
}
