// `lvskit timeout set`: what ipvsadm --set is.
import { Command, Flags } from '@oclif/core';
import { outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class TimeoutSet extends Command {
  static override summary = 'Set timeouts of connections; what is not named stays.';
  static override examples = ['<%= config.bin %> timeout set --tcp 900 --udp 60'];
  static override flags = {
    ...outputFlags,
    tcp: Flags.integer({
      min: 1,
      max: 2_678_400,
      helpValue: 'SECONDS',
      summary: 'Established TCP connections.',
    }),
    'tcp-fin': Flags.integer({
      min: 1,
      max: 2_678_400,
      helpValue: 'SECONDS',
      summary: 'TCP connections after a FIN.',
    }),
    udp: Flags.integer({
      min: 1,
      max: 2_678_400,
      helpValue: 'SECONDS',
      summary: 'UDP, after the last packet.',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TimeoutSet);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { setTimeouts } = await import('../../core/cli/ipvs/settings.ts');
    process.exitCode = await present(
      flags,
      await setTimeouts({ tcp: flags.tcp, tcpFin: flags['tcp-fin'], udp: flags.udp }),
    );
  }
}
