// `lvskit rs edit`: ipvsadm -e that changes only what is named.
import { Command } from '@oclif/core';
import { outputFlags, serverArg, serverFlags, serviceArg } from '../../core/cli/ipvs/flags.ts';

export default class RsEdit extends Command {
  static override summary = 'Change settings of a real server; what is not named stays.';
  static override args = { service: serviceArg, server: serverArg };
  static override flags = { ...serverFlags, ...outputFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RsEdit);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { editServer } = await import('../../core/cli/ipvs/change-server.ts');
    process.exitCode = await present(flags, await editServer(args.service, args.server, flags));
  }
}
