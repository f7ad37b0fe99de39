// `lvskit lint`: what is wrong with a keepalived.conf. Spec: man/lvskit-lint.1; core/lint.
import { Args, Command, Flags } from '@oclif/core';

const formats = ['human', 'json', 'sarif', 'github', 'checkstyle', 'junit', 'line'] as const;
const levels = ['error', 'warning', 'info', 'never'] as const;

export default class Lint extends Command {
  static override summary = 'Say what is wrong with a keepalived.conf, on any machine and without root.';
  static override description =
    'FILES are configurations; a directory stands for its *.conf files, - (or nothing) for standard input. Exit code 0: no finding at or above --fail-on, 1: some, 2: wrong command line or unreadable file.';
  static override examples = [
    '<%= config.bin %> lint /etc/keepalived/keepalived.conf',
    '<%= config.bin %> lint --target 2.2.8 --format sarif conf.d > findings.sarif',
    '<%= config.bin %> lint --fleet lb1.conf lb2.conf',
    '<%= config.bin %> lint --explain script-weight',
  ];
  static override strict = false;
  static override args = {
    files: Args.string({
      description: 'Files or directories to lint; - or nothing is standard input.',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    format: Flags.option({ options: formats, default: 'human' as const })({
      summary: 'Shape of the report.',
    }),
    'fail-on': Flags.option({ options: levels })({
      summary: 'Least severity that makes the exit code 1 (default: error).',
    }),
    target: Flags.string({
      helpValue: 'RELEASE',
      summary: 'What will read the file: a keepalived (2.2.8, 2.3.x), or lvskit.',
    }),
    'on-target': Flags.boolean({
      summary:
        'Also judge what only this machine knows: interfaces, addresses, accounts, scripts, kernel modules.',
    }),
    fix: Flags.boolean({ exclusive: ['fleet'], summary: 'Repair in place what is certain.' }),
    fleet: Flags.boolean({
      summary: 'FILES are the nodes of a cluster: compare them with each other as well.',
    }),
    project: Flags.string({
      helpValue: 'FILE',
      summary: 'Project file (default: lvskit.yaml here or above).',
    }),
    'config-id': Flags.string({
      char: 'i',
      helpValue: 'ID',
      summary: 'Identity for @ID lines (default: host name).',
    }),
    explain: Flags.string({ helpValue: 'RULE', summary: 'Show the page of a rule; "all" lists the rules.' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Lint);
    const { explainRule, lintCommand } = await import('../core/cli/commands/lint.ts');
    process.exitCode =
      flags.explain !== undefined
        ? explainRule(flags.explain)
        : await lintCommand({
            words: argv as string[],
            format: flags.format,
            failOn: flags['fail-on'],
            target: flags.target,
            onTarget: flags['on-target'],
            fix: flags.fix,
            fleet: flags.fleet,
            project: flags.project,
            configId: flags['config-id'],
            colour: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
            root: this.config.root,
          });
  }
}
