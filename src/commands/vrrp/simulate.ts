// `lvskit vrrp simulate`: what a fleet does when something fails, before it fails.
import { Args, Command, Flags } from '@oclif/core';

export default class VrrpSimulate extends Command {
  static override summary = 'Play failures on a simulated LAN: who takes over, when, and why not.';
  static override usage = 'vrrp simulate FILES... [--scenario FILE] [--timeline] [--svg FILE] [--json]';
  static override description =
    'FILES are the keepalived.conf of each node, as FILE or NAME=FILE. Whole VRRP processes run on a virtual clock; nothing is sent and no root is needed. Without --scenario the standard ones are played: start, power loss, stop, crash, each script, each link, partition, 30 % loss, one node alone, reload. Exits 1 when one of them does not end with exactly one MASTER.';
  static override examples = [
    '<%= config.bin %> vrrp simulate lb1.conf lb2.conf',
    '<%= config.bin %> vrrp simulate lb1=/etc/keepalived/keepalived.conf lb2=lb2.conf --svg failover.svg',
    '<%= config.bin %> vrrp simulate lb1.conf lb2.conf --scenario friday.yaml',
  ];
  static override strict = false;
  static override args = {
    files: Args.string({ ignoreStdin: true, required: true, description: 'The configuration of each node.' }),
  };
  static override flags = {
    scenario: Flags.string({ helpValue: 'FILE', summary: 'Play this YAML file (docs/simulate.md) instead.' }),
    seed: Flags.integer({
      helpValue: 'NUMBER',
      min: 0,
      max: 4_294_967_295,
      default: 1,
      summary: 'What loss and jitter are drawn from: equal seeds give equal results.',
    }),
    timeline: Flags.boolean({ char: 't', summary: 'Show the states of each node over time.' }),
    svg: Flags.string({ helpValue: 'FILE', summary: 'Also draw all of it into FILE.' }),
    json: Flags.boolean({ summary: 'JSON instead of text.' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(VrrpSimulate);
    const { simulateFleet } = await import('../../core/cli/vrrp/simulate.ts');
    process.exitCode = await simulateFleet({
      ...flags,
      words: argv as string[],
      scenario: flags.scenario,
      svg: flags.svg,
    });
  }
}
