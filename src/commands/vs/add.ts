// `lvskit vs add`: what ipvsadm -A is.
import { Command } from '@oclif/core';
import { outputFlags, serviceArg, serviceFlags } from '../../core/cli/ipvs/flags.ts';

export default class VsAdd extends Command {
  static override summary = 'Add a virtual service.';
  static override examples = [
    '<%= config.bin %> vs add tcp:10.0.0.1:80 --scheduler wrr',
    '<%= config.bin %> vs add udp:[2001:db8::1]:53 --one-packet',
    '<%= config.bin %> vs add fwmark:5 --persistent 300 --netmask 24',
  ];
  static override args = { service: serviceArg };
  static override flags = { ...serviceFlags, ...outputFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VsAdd);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { addService } = await import('../../core/cli/ipvs/change-service.ts');
    process.exitCode = await present(flags, await addService(args.service, flags));
  }
}
