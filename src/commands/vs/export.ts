// `lvskit vs export`: the whole table as a document.
import { Command, Flags } from '@oclif/core';

export default class VsExport extends Command {
  static override summary =
    'Write the whole table as YAML, JSON or rules; vs apply reads it back without loss.';
  static override description =
    'Over an existing YAML file, comments and order of what stays are kept. The schema is lvskit/ipvs/1.';
  static override examples = [
    '<%= config.bin %> vs export > table.yaml',
    '<%= config.bin %> vs export --output table.yaml',
  ];
  static override flags = {
    format: Flags.option({
      char: 'f',
      options: ['yaml', 'json', 'rules'] as const,
      default: 'yaml' as const,
    })({ summary: 'Language.' }),
    output: Flags.string({ char: 'o', helpValue: 'FILE', summary: 'Write to a file instead of stdout.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(VsExport);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { writeTable } = await import('../../core/cli/ipvs/write-table.ts');
    const { format, output } = flags;
    process.exitCode = await present({}, await writeTable({ format, output }));
  }
}
