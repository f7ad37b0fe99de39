// `lvskit vs watch`: the table as it moves.
import { Command, Flags } from '@oclif/core';
import { intervalFlag } from '../../core/cli/ipvs/flags.ts';

export default class VsWatch extends Command {
  static override summary = 'Watch rates of services and servers: a live table, or JSON lines when piped.';
  static override description =
    'On a terminal: a c p b t sort, Up, Down, PgUp, PgDn, Home and End (or k j Space g G) scroll, q quits. Each JSON line holds the rates since the line before and what changed in the table.';
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
