// `lvskit conn list`: what ipvsadm -L -c is.
import { Command, Flags } from '@oclif/core';
import { namesFlag, outputFlags } from '../../core/cli/ipvs/flags.ts';

export default class ConnList extends Command {
  static override summary = 'List connections and persistence templates.';
  static override examples = [
    '<%= config.bin %> conn list --server 10.0.1.1',
    '<%= config.bin %> conn list --templates only --json',
  ];
  static override flags = {
    ...outputFlags,
    names: namesFlag,
    client: Flags.string({ helpValue: 'ADDRESS[:PORT]', summary: 'Only of this client.' }),
    service: Flags.string({
      helpValue: 'SERVICE',
      summary: 'Only of this service: ADDRESS[:PORT], tcp:..., udp:..., fwmark:MARK (its templates).',
    }),
    server: Flags.string({ helpValue: 'ADDRESS[:PORT]', summary: 'Only on this real server.' }),
    protocol: Flags.option({ options: ['tcp', 'udp', 'sctp', 'ip'] as const })({
      summary: 'Only of this protocol; ip are templates of firewall marks.',
    }),
    state: Flags.string({
      helpValue: 'STATE',
      summary: "Only in this state, by the kernel's word: established, fin_wait, ...",
    }),
    templates: Flags.option({ options: ['only', 'without'] as const })({
      summary: 'Only persistence templates, or all but them.',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ConnList);
    const { showConnections } = await import('../../core/cli/ipvs/connection-list.ts');
    process.exitCode = await showConnections(flags);
  }
}
