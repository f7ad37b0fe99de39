// `lvskit ipvsadm`: ipvsadm 1.31 in our words. Spec: ipvsadm(8); core/ipvs/ipvsadm.
import { Command } from '@oclif/core';

export default class Ipvsadm extends Command {
  static override summary = 'Answer as ipvsadm 1.31 does, byte for byte.';
  static override description =
    'For scripts written for ipvsadm; lvskit shims links it under its name. -h prints the options.\n\nWhat differs: -h is worded anew, with the same options and defaults; the hint at -h names the program by its path where the search path does not find it there, because a script cannot see argv[0]; a restore with start-daemon and stop-daemon in one input ends at its deadline where ipvsadm may hang.\n\nKnown faults of ipvsadm are kept: -S leaves out -x and -y; a firewall mark above 2147483647 prints as a negative number that cannot be read back; -S without -n prints names, which another machine may not know; a way of forwarding of the kernel itself prints as (null); -L hides a persistence engine without persistence; -b flag-3 of sh and mh prints as an empty list; -R fails for what is there already, knows neither comments nor quotes, and returns the status of its last line only; addresses more than 2147483648 apart sort the wrong way round; names are cut to 15 bytes. lvskit vs and lvskit rs have none of them.';
  static override examples = [
    '<%= config.bin %> ipvsadm -A -t 10.0.0.1:80 -s wrr',
    '<%= config.bin %> ipvsadm -Ln --stats',
  ];
  static override strict = false;

  async run(): Promise<void> {
    const { runIpvsadm } = await import('../core/cli/ipvs/ipvsadm/process.ts');
    process.exitCode = await runIpvsadm(this.argv);
  }
}
