// `lvskit shims`: links for scripts that call ipvsadm or genhash by name. Spec: bin/ipvsadm, bin/ipvsadm-save, bin/ipvsadm-restore, bin/genhash.
import { Command, Flags } from '@oclif/core';

export default class Shims extends Command {
  static override summary = 'Link ipvsadm, ipvsadm-save, ipvsadm-restore and genhash into a directory.';
  static override description =
    'An installation never puts these names on the PATH; this does, where you say. What is there already is left alone unless --force is given.';
  static override examples = ['<%= config.bin %> shims --dir /usr/local/sbin'];
  static override flags = {
    dir: Flags.string({ char: 'd', required: true, helpValue: 'DIR', summary: 'Where the links go.' }),
    force: Flags.boolean({ summary: 'Replace what is there.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Shims);
    const { linkShims } = await import('../core/cli/ipvs/shims.ts');
    const { unwrap } = await import('../core/fault.ts');
    process.stdout.write(unwrap(linkShims(this.config.root, flags.dir, flags.force)));
  }
}
