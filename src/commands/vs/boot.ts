// `lvskit vs boot`: what lvskit-ipvs.service runs.
import { Args, Command, Flags } from '@oclif/core';
import type { BootAction } from '../../core/cli/ipvs/boot.ts';
import { outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsBoot extends Command {
  static override summary = "Restore or save IPVS at boot, from the files of Debian's ipvsadm package.";
  static override description =
    'start: with AUTO="true" the table becomes what the rules say (what stays is kept, and rules without services clear nothing), and the sync daemons that DAEMON, IFACE and SYNCID name are started. reload: the table alone. stop: with SAVE="true" the rules are written first (an empty table is not); then the daemons are stopped and, with AUTO="true", the table is cleared. save: the rules are written. Nothing in the settings file is executed. systemd/lvskit-ipvs.service runs these.';
  static override examples = [
    '<%= config.bin %> vs boot start',
    '<%= config.bin %> vs boot save --rules /etc/ipvsadm.rules',
  ];
  static override args = {
    action: Args.custom<BootAction>({ options: ['start', 'stop', 'reload', 'save'] })({
      required: true,
      ignoreStdin: true,
      name: 'ACTION',
      description: 'What to do: start, stop, reload or save.',
    }),
  };
  static override flags = {
    ...outputFlags,
    rules: Flags.string({
      default: '/etc/ipvsadm.rules',
      helpValue: 'FILE',
      summary: 'Rules as ipvsadm -S writes them.',
    }),
    settings: Flags.string({
      default: '/etc/default/ipvsadm',
      helpValue: 'FILE',
      summary: 'AUTO, DAEMON, IFACE, SYNCID and SAVE.',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsBoot);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { boot } = await import('../../core/cli/ipvs/boot.ts');
    process.exitCode = await present(flags, await boot(args.action, flags));
  }
}
