// `lvskit vs export`: the whole table as a document.
import { Command, Flags } from '@oclif/core';
import { outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsExport extends Command {
  static override summary = 'Write the whole table as YAML, JSON or rules, for vs apply to read back.';
  static override description =
    'YAML and JSON hold everything the kernel keeps. Rules are in the language of ipvsadm, which has no word for some of it (forwarding local and bypass, another port of a DR server, thresholds above 2147483647): what they lose is named on stderr. Over an existing YAML file, comments and order of what stays are kept. The schema is lvskit/ipvs/1. Where reading the kernel fails on the way to stdout, the last line is one that no reader takes.';
  static override examples = [
    '<%= config.bin %> vs export > table.yaml',
    '<%= config.bin %> vs export --output table.yaml',
  ];
  static override flags = {
    ...outputFlags,
    format: Flags.option({
      char: 'f',
      options: ['yaml', 'json', 'rules'] as const,
    })({ summary: "Output format (default: by the file's name, else YAML)." }),
    output: Flags.string({ char: 'o', helpValue: 'FILE', summary: 'Write to a file instead of stdout.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(VsExport);
    const { presentTable } = await import('../../core/cli/ipvs/write-table.ts');
    process.exitCode = await presentTable({ ...flags, format: flags.format, output: flags.output });
  }
}
