// `lvskit rs add`: what ipvsadm -a is.
import { Command } from '@oclif/core';
import { outputFlags, serverArg, serverFlags, serviceArg } from '../../core/cli/ipvs/flags.ts';

export default class RsAdd extends Command {
  static override summary = 'Add a real server to a virtual service.';
  static override examples = [
    '<%= config.bin %> rs add tcp:10.0.0.1:80 10.0.1.1:8080 --forwarding nat',
    '<%= config.bin %> rs add tcp:10.0.0.1:80 10.0.1.2 --forwarding tun --tunnel-type gue --tunnel-port 6080',
  ];
  static override args = { service: serviceArg, server: serverArg };
  static override flags = { ...serverFlags, ...outputFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RsAdd);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { addServer } = await import('../../core/cli/ipvs/change-server.ts');
    process.exitCode = await present(flags, await addServer(args.service, args.server, flags));
  }
}
