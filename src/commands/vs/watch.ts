// `lvskit vs watch`: the table as it moves.
import { Command, Flags } from '@oclif/core';
import { intervalFlag } from '../../core/cli/ipvs/flags.ts';

export default class VsWatch extends Command {
  static override summary = 'Watch rates of services and servers: a live table, or JSON lines when piped.';
  static override description =
    'Each JSON line holds the rates since the line before and what changed in the table. Keys of the live table: a c p b t sort, arrows PgUp PgDn Home End scroll, q quits.';
  static override examples = [
    '<%= config.bin %> vs watch --sort bytes',
    '<%= config.bin %> vs watch --count 2 | tail -n 1',
  ];
  static override flags = {
    interval: intervalFlag,
    sort: Flags.option({
      options: ['address', 'connections', 'packets', 'bytes', 'active'] as const,
      default: 'address' as const,
    })({ summary: 'Sort key.' }),
    count: Flags.integer({ char: 'n', min: 1, helpValue: 'N', summary: 'Stop after N samples.' }),
    json: Flags.boolean({ exclusive: ['yaml'], summary: 'JSON lines, on a terminal too.' }),
    yaml: Flags.boolean({ summary: 'YAML, one document a sample.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(VsWatch);
    const { unwrap } = await import('../../core/fault.ts');
    const { watch } = await import('../../core/cli/ipvs/watch.ts');
    process.exitCode = unwrap(await watch({ ...flags, count: flags.count }));
  }
}
