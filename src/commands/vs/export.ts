// `lvskit vs export`: the whole table as a document.
import { Command, Flags } from '@oclif/core';
import { outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsExport extends Command {
  static override summary =
    'Write the whole table as YAML, JSON or rules; vs apply reads it back without loss.';
  static override description =
    'Over an existing YAML file, comments and order of what stays are kept. The schema is lvskit/ipvs/1. Where reading the kernel fails on the way to stdout, the last line is one that no reader takes.';
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
