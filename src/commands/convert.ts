// `lvskit convert`: keepalived.conf, YAML and JSON into one another. Spec: man/lvskit-convert.1; core/conf/data.
import { Args, Command, Flags } from '@oclif/core';

const formats = ['conf', 'yaml', 'json'] as const;

export default class Convert extends Command {
  static override summary =
    'Convert keepalived.conf to YAML or JSON and back; the typed configuration stays the same.';
  static override description =
    'Maps by keyword, lists where a keyword repeats or a block holds lines. _name are the words behind the keyword of a block; _line is a line as keepalived.conf has it, for what fits nowhere else; _block is a block whose order would be lost in a map. Includes, definitions, loops and conditions are resolved; comments become YAML comments. --schema prints the JSON Schema of the data.';
  static override examples = [
    '<%= config.bin %> convert /etc/keepalived/keepalived.conf --to yaml',
    '<%= config.bin %> convert keepalived.yaml --to conf',
    '<%= config.bin %> convert --schema',
  ];
  static override args = {
    file: Args.string({
      description: 'File to convert; - or nothing is standard input.',
      default: '-',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    to: Flags.option({ options: formats, default: 'yaml' as const })({
      char: 't',
      summary: 'What to print.',
    }),
    from: Flags.option({ options: formats })({
      char: 'f',
      summary: 'What FILE is (default: by its name; conf unless it ends in .yaml, .yml or .json).',
    }),
    'config-id': Flags.string({
      char: 'i',
      helpValue: 'ID',
      summary: 'Identity for @ID lines (default: host name).',
    }),
    schema: Flags.boolean({ summary: 'Print the JSON Schema of the data instead.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Convert);
    const { printSchema, runConvert } = await import('../core/cli/commands/convert.ts');
    if (flags.schema) process.stdout.write(printSchema());
    else {
      const { from, to, 'config-id': configId } = flags;
      process.exitCode = await runConvert({ path: args.file, from, to, configId });
    }
  }
}
