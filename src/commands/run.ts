// `lvskit run`: the daemon. Spec: keepalived(8); man/lvskit-run.1.
import { Command, Flags } from '@oclif/core';
import { runDaemon } from '../core/cli/index.ts';

export default class Run extends Command {
  static override summary = 'Run the director: VRRP failover and health-checked IPVS from keepalived.conf.';
  static override description =
    'Stays in the foreground and logs to stderr. SIGHUP reloads, SIGTERM or SIGINT stops cleanly: adverts of priority 0, virtual addresses and IPVS entries removed.';
  static override examples = [
    '<%= config.bin %> run -f /etc/keepalived/keepalived.conf',
    '<%= config.bin %> run -t -f keepalived.conf',
  ];
  static override flags = {
    'use-file': Flags.string({
      char: 'f',
      default: '/etc/keepalived/keepalived.conf',
      helpValue: 'FILE',
      summary: 'Configuration file.',
    }),
    'dont-fork': Flags.boolean({
      char: 'n',
      summary: 'Stay in the foreground (always so; accepted for keepalived scripts).',
    }),
    'log-console': Flags.boolean({
      char: 'l',
      summary: 'Log to the console (always so; accepted for keepalived scripts).',
    }),
    'log-detail': Flags.boolean({ char: 'D', summary: 'Log details.' }),
    'log-format': Flags.option({ options: ['text', 'json'] as const, default: 'text' as const })({
      summary: 'Readable lines, or one JSON object a line.',
    }),
    vrrp: Flags.boolean({ char: 'P', exclusive: ['check'], summary: 'Only the VRRP process.' }),
    check: Flags.boolean({ char: 'C', summary: 'Only the checker process.' }),
    pid: Flags.string({
      char: 'p',
      default: '/run/lvskit/lvskit.pid',
      helpValue: 'FILE',
      summary: 'PID file of the parent.',
    }),
    vrrp_pid: Flags.string({
      char: 'r',
      default: '/run/lvskit/vrrp.pid',
      helpValue: 'FILE',
      summary: 'PID file of the VRRP process.',
    }),
    checkers_pid: Flags.string({
      char: 'c',
      default: '/run/lvskit/checkers.pid',
      helpValue: 'FILE',
      summary: 'PID file of the checker process.',
    }),
    'control-socket': Flags.string({
      helpValue: 'PATH',
      summary: 'Control socket (default: /run/lvskit/control.sock, or beside the file of -p).',
    }),
    'control-group': Flags.string({
      helpValue: 'GROUP',
      summary: 'Group whose members may ask for the status (default: root alone).',
    }),
    'config-test': Flags.boolean({
      char: 't',
      summary: 'Check the configuration and exit: 0 good, 5 refused, 6 missing.',
    }),
    'config-id': Flags.string({
      char: 'i',
      helpValue: 'ID',
      summary: 'Identity for @ID lines (default: host name).',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Run);
    process.exitCode = await runDaemon({
      file: flags['use-file'],
      test: flags['config-test'],
      logFormat: flags['log-format'],
      detail: flags['log-detail'],
      only: flags.vrrp ? 'vrrp' : flags.check ? 'checker' : undefined,
      pidFiles: { daemon: flags.pid, vrrp: flags.vrrp_pid, checker: flags.checkers_pid },
      configId: flags['config-id'],
      control: { path: flags['control-socket'], group: flags['control-group'] },
      root: this.config.root,
    });
  }
}
