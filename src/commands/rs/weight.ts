// `lvskit rs weight`: a weight, and nothing else.
import { Command } from '@oclif/core';
import { outputFlags, serverArg, serviceArg, weightArg } from '../../core/cli/ipvs/flags.ts';

export default class RsWeight extends Command {
  static override summary = 'Set the weight of a real server.';
  static override examples = ['<%= config.bin %> rs weight tcp:10.0.0.1:80 10.0.1.1 0'];
  static override args = {
    service: serviceArg,
    server: serverArg,
    weight: weightArg,
  };
  static override flags = { ...outputFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RsWeight);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { editServer } = await import('../../core/cli/ipvs/change-server.ts');
    process.exitCode = await present(
      flags,
      await editServer(args.service, args.server, { weight: args.weight }),
    );
  }
}
