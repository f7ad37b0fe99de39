// `lvskit sync start`: what ipvsadm --start-daemon is.
import { Command, Flags } from '@oclif/core';
import { outputFlags, stateArg } from '../../core/cli/ipvs/flags.ts';

export default class SyncStart extends Command {
  static override summary = 'Start a connection synchronization daemon in the kernel.';
  static override examples = ['<%= config.bin %> sync start master --interface eth1 --sync-id 7'];
  static override args = { state: stateArg };
  static override flags = {
    ...outputFlags,
    interface: Flags.string({
      char: 'i',
      required: true,
      helpValue: 'NAME',
      summary: 'Multicast interface.',
    }),
    'sync-id': Flags.integer({
      default: 0,
      min: 0,
      max: 255,
      helpValue: 'ID',
      summary: 'Sent by the master; a backup with 0 takes any.',
    }),
    'max-length': Flags.integer({ min: 1, max: 65_507, helpValue: 'BYTES', summary: 'Longest message.' }),
    group: Flags.string({ helpValue: 'ADDRESS', summary: 'Multicast group (default 224.0.0.81).' }),
    port: Flags.integer({ min: 1, max: 65_535, helpValue: 'PORT', summary: 'UDP port (default 8848).' }),
    ttl: Flags.integer({ min: 1, max: 255, helpValue: 'TTL', summary: 'Hops (default 1).' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SyncStart);
    const { present } = await import('../../core/cli/ipvs/present.ts');
    const { startSync } = await import('../../core/cli/ipvs/settings.ts');
    process.exitCode = await present(
      flags,
      await startSync(args.state === 'backup' ? 'backup' : 'master', flags),
    );
  }
}
