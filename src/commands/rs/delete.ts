// `lvskit rs delete`: what ipvsadm -d is.
import { Command } from '@oclif/core';
import { outputFlags, serverArg, serviceArg } from '../../core/cli/ipvs/flags.ts';

export default class RsDelete extends Command {
  static override summary = 'Delete real servers from a virtual service.';
  static override description =
    'Takes one server or several of one service. rs drain waits for their connections first.';
  static override strict = false;
  static override args = { service: serviceArg, server: serverArg };
  static override flags = { ...outputFlags };

  async run(): Promise<void> {
    const { args, argv, flags } = await this.parse(RsDelete);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { deleteServers } = await import('../../core/cli/ipvs/change-server.ts');
    process.exitCode = await present(flags, await deleteServers(args.service, argv.slice(1).map(String)));
  }
}
