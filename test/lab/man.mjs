// Writes man/ from oclif.manifest.json (the flag tables), the fault catalogue and docs/rules.md; --check only compares.
// Spec: man-pages(7), groff_man(7).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rulesPage } from './rules-page.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'));
const { exitCodes, exitMeanings } = await import(pathToFileURL(join(root, 'dist', 'main.js')).href);
const check = process.argv.includes('--check');

/** Text as roff: backslashes, hyphens and leading dots are literal. */
const roff = text =>
  String(text ?? '')
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .split('\n')
    .map(line => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join('\n');
const fill = text => roff(text.replaceAll('<%= config.bin %>', 'lvskit'));

function flagLines(flags) {
  return Object.values(flags)
    .filter(flag => !flag.hidden)
    .sort((a, b) => (a.char ?? a.name).localeCompare(b.char ?? b.name))
    .flatMap(flag => {
      const value =
        flag.type === 'option' ? (flag.options?.join('|') ?? flag.helpValue ?? 'VALUE') : undefined;
      const suffix = value === undefined ? '' : ` \\fI${roff(value)}\\fR`;
      const names = [
        flag.char === undefined ? undefined : `\\fB\\-${flag.char}\\fR`,
        `\\fB\\-\\-${flag.allowNo ? '[no\\-]' : ''}${roff(flag.name)}\\fR`,
      ];
      const shown = names.filter(Boolean).join(', ') + suffix;
      const fallback = ['string', 'number'].includes(typeof flag.default) ? ` Default: ${flag.default}.` : '';
      return ['.TP', shown, fill(`${flag.summary ?? flag.description ?? ''}${fallback}`)];
    });
}

/** Arguments with what they mean; '' for a command without any. */
function argumentLines(args) {
  const list = Object.values(args).filter(arg => !arg.hidden);
  return list.length === 0
    ? []
    : [
        '.SH ARGUMENTS',
        ...list.flatMap(arg => {
          const values = arg.options === undefined ? '' : ` One of: ${arg.options.join(', ')}.`;
          const fallback = typeof arg.default === 'string' ? ` Default: ${arg.default}.` : '';
          return [
            '.TP',
            `\\fI${roff(arg.name.toUpperCase())}\\fR`,
            fill(`${arg.description ?? ''}${values}${fallback}`),
          ];
        }),
      ];
}

/** What an exit code means more exactly, by command; null where a command does not have it. */
const furtherExits = {
  ipvsadm: {
    ok: 'Done, as ipvsadm says it.',
    failure: 'A listing could not be had, or an option is wrong.',
    usage: 'Usage error, or there is no IPVS to talk to.',
    unsupported: null,
    permission: null,
    internal: null,
    refused: 'The kernel refused the change.',
  },
  reload: {
    ok: 'In force in every process; with --check: the file is good.',
    configuration: 'Refused, or a process could not take it; stderr names every error with its place.',
    permission: 'Only root and the user of the daemon may reload.',
    missingFile: 'No daemon answers at the control socket.',
  },
  events: { missingFile: 'No daemon answers at the control socket.' },
  'log:level': {
    permission: 'Only root and the user of the daemon may set it.',
    missingFile: 'No daemon answers at the control socket.',
  },
  'check:now': {
    permission: 'Only root and the user of the daemon may order checks.',
    missingFile: 'No daemon answers at the control socket.',
  },
  status: {
    ok: 'Healthy.',
    failure: 'Something is down; the first lines name it.',
    missingFile: 'No daemon answers at the control socket.',
  },
  'vs:diff': {
    ok: 'No difference.',
    failure: 'The table differs from the file.',
    undecided: exitMeanings.undecided,
  },
  'vs:apply': {
    ok: 'Done, or nothing to do.',
    failure: 'The kernel refuses a change: stderr or the report names it.',
  },
  'vs:boot': {
    ok: 'Done, or nothing to do.',
    failure: 'A part of it failed; its line names it.',
    configuration: 'The settings or the rules are refused; every line that is wrong is named.',
  },
  'vs:doctor': {
    ok: 'Nothing was found, or only notes.',
    failure: 'Errors or warnings were found, or the examination failed; stderr tells.',
  },
  'vs:restore': {
    ok: 'Done, or nothing to do.',
    failure: 'The kernel refuses a change: stderr or the report names it.',
  },
  'rs:drain': {
    ok: 'Drained, or the weight given back.',
    failure:
      'Time was over or the drain was interrupted: the server has weight 0, or was deleted by --force.',
  },
  'conn:list': { missingFile: 'The kernel has no list of connections (/proc/net/ip_vs_conn).' },
  lint: {
    ok: 'No finding at or above --fail-on.',
    failure: 'A finding at or above --fail-on.',
    usage: 'Usage error, or a file that does not exist or cannot be read.',
    configuration: null,
    missingFile: 'With --fix: a file cannot be written.',
  },
  'vrrp:simulate': {
    ok: 'Each scenario ends with exactly one MASTER for each virtual router.',
    failure: 'A scenario ends with no MASTER or with two, or nobody takes over although a node could.',
    missingFile: 'A file cannot be read, or the picture cannot be written.',
    configuration: 'A configuration or the scenario is refused; stderr names every error with its place.',
  },
  fmt: { failure: 'With --check: a file is not formatted.' },
  run: { ok: 'An orderly stop, or a good file with -t.' },
  shims: { ok: 'Linked.', missingFile: 'A name is taken, or the directory cannot be written.' },
  genhash: { failure: 'There is no digest; stderr tells the reason.' },
};
const codes = { ...exitCodes, refused: 255 };

/** The codes a command can end with, by what it does: talks to the kernel, reads or writes a file. */
function exitsOf({ id, args = {}, flags = {} }) {
  const kernel = /^(vs|rs|conn|timeout|sync):|^(ipvsadm|run)$/.test(id) || id === 'doctor';
  const reads =
    Object.values(args).some(arg => /^files?$/i.test(arg.name)) || flags['use-file'] !== undefined;
  const writes = flags.output !== undefined || flags.write !== undefined;
  return new Set([
    'ok',
    'failure',
    'usage',
    ...(kernel ? ['unsupported', 'permission'] : []),
    ...(reads || writes ? ['configuration', 'missingFile'] : []),
    'internal',
  ]);
}

function exitLines(command) {
  const own = command === undefined ? {} : (furtherExits[command.id] ?? {});
  const has = command === undefined ? new Set(Object.keys(exitCodes)) : exitsOf(command);
  for (const [name, text] of Object.entries(own)) {
    if (text === null) has.delete(name);
    else has.add(name);
  }
  return Object.entries(codes).flatMap(([name, code]) =>
    has.has(name) ? ['.TP', `\\fB${code}\\fR`, fill(own[name] ?? exitMeanings[name])] : [],
  );
}

/** What a flag table cannot say, by command: [section, [term, text]...]. */
const further = {
  'rs:drain': [
    [
      'FILES',
      [
        '/run/lvskit/drained/',
        'The weight each drained server had before, one file a server; --undo reads it. Gone when the machine restarts.',
      ],
    ],
  ],
  'vs:apply': [
    [
      'SIGNALS',
      ['SIGINT, SIGTERM, SIGHUP', 'With --watch: end after the present look. The table stays as it is.'],
    ],
  ],
  'vs:boot': [
    [
      'FILES',
      ['/etc/ipvsadm.rules', 'Rules as ipvsadm -S and vs save write them; other ones with --rules.'],
      [
        '/etc/default/ipvsadm',
        'AUTO (true, false), DAEMON (none, master, backup, both), IFACE, SYNCID as Debian has them, and SAVE (true, false), which Debian does not have. Another file with --settings.',
      ],
    ],
  ],
  run: [
    [
      'SIGNALS',
      [
        'SIGHUP',
        'Read the file again. With an error in it the running configuration stays and every error is logged.',
      ],
      [
        'SIGTERM, SIGINT',
        'Stop in order: adverts of priority 0, virtual addresses, routes and IPVS services removed, notify programs waited for 1.2 seconds at most.',
      ],
    ],
    [
      'FILES',
      [
        '/etc/keepalived/keepalived.conf',
        'The configuration; another one with -f. Its language is that of keepalived.conf(5).',
      ],
      [
        '/run/lvskit/control.sock',
        'The control socket that lvskit-status(1) asks; another one with --control-socket.',
      ],
      ['/run/lvskit/lvskit.pid', 'Process id of the parent, the one to signal; another one with -p.'],
      [
        '/run/lvskit/vrrp.pid, /run/lvskit/checkers.pid',
        'Process ids of its children; others with -r and -c.',
      ],
    ],
    [
      'DIAGNOSTICS',
      [
        'FILE:LINE:COLUMN: error: TEXT [RULE]',
        'The configuration is refused for this. What merely follows from a broken file is not listed beside its cause.',
      ],
      [
        'FILE:LINE:COLUMN: warning: TEXT [RULE]',
        'It is run, but not as it reads: a value corrected, a word unknown or not acted on yet.',
      ],
      [
        'The kernel refused ...',
        'An operation failed; the state of the kernel is read anew and for IPVS the rest is tried again after 0, 1, 2, 4 .. 60 seconds.',
      ],
    ],
  ],
};

const furtherLines = id =>
  (further[id] ?? []).flatMap(([section, ...entries]) => [
    `.SH ${section}`,
    ...entries.flatMap(([term, text]) => ['.TP', `\\fB${roff(term)}\\fR`, fill(text)]),
  ]);

function page(command) {
  const words = command.id.replaceAll(':', ' ');
  const name = `lvskit-${command.id.replaceAll(':', '-')}`;
  const args = Object.values(command.args ?? {}).map(arg =>
    (arg.required ? arg.name : `[${arg.name}]`).toUpperCase(),
  );
  const lines = [
    `.TH ${name.toUpperCase()} 1 "" "lvskit ${manifest.version}" "lvskit"`,
    '.SH NAME',
    `${roff(name)} \\- ${fill(command.summary ?? '')}`,
    '.SH SYNOPSIS',
    `\\fBlvskit ${words}\\fR [\\fIOPTION\\fR]... ${roff(args.join(' '))}`.trim(),
  ];
  if (command.description)
    lines.push('.SH DESCRIPTION', fill(command.description).replaceAll('\n\n', '\n.PP\n'));
  lines.push(...argumentLines(command.args ?? {}));
  const flags = flagLines(command.flags ?? {});
  lines.push('.SH OPTIONS', ...(flags.length > 0 ? flags : [`See \\fBlvskit ${words} \\-h\\fR.`]));
  if (command.examples?.length > 0) {
    lines.push('.SH EXAMPLES', ...command.examples.flatMap(text => ['.PP', '.EX', fill(text), '.EE']));
  }
  lines.push(
    ...furtherLines(command.id),
    '.SH EXIT STATUS',
    ...exitLines(command),
    '.SH SEE ALSO',
    `\\fBlvskit\\fR(1), ${command.id === 'lint' ? '\\fBlvskit\\-rules\\fR(7), ' : ''}\\fBkeepalived.conf\\fR(5), \\fBipvsadm\\fR(8)`,
    '',
  );
  return [`${name}.1`, lines.join('\n')];
}

function overview(commands) {
  const lines = [
    `.TH LVSKIT 1 "" "lvskit ${manifest.version}" "lvskit"`,
    '.SH NAME',
    'lvskit \\- Linux Virtual Server toolkit and daemon',
    '.SH SYNOPSIS',
    '\\fBlvskit\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]...',
    '.SH COMMANDS',
    ...commands.flatMap(command => [
      '.TP',
      `\\fBlvskit ${command.id.replaceAll(':', ' ')}\\fR`,
      fill(command.summary ?? ''),
    ]),
    '.SH EXIT STATUS',
    ...exitLines(undefined),
    '.SH ENVIRONMENT',
    '.TP',
    '\\fBNO_COLOR\\fR',
    'When set and not empty, nothing is coloured.',
    '.TP',
    '\\fBDEBUG\\fR',
    'When set, an internal fault shows where it happened.',
    '.SH SEE ALSO',
    commands.map(command => `\\fBlvskit\\-${roff(command.id.replaceAll(':', '-'))}\\fR(1)`).join(', '),
    '',
  ];
  return ['lvskit.1', lines.join('\n')];
}

// oclif lists them as it finds them, in another order each time.
const commands = Object.values(manifest.commands)
  .filter(command => !command.hidden)
  .sort((a, b) => (a.id < b.id ? -1 : 1));
const rules = readFileSync(join(root, 'docs', 'rules.md'), 'utf8');
const pages = [overview(commands), ...commands.map(page), rulesPage(rules, manifest.version)];
let stale = 0;
mkdirSync(join(root, 'man'), { recursive: true });
for (const [file, text] of pages) {
  const path = join(root, 'man', file);
  let before;
  try {
    before = readFileSync(path, 'utf8');
  } catch {
    before = undefined;
  }
  if (before === text) continue;
  stale++;
  if (check) console.error(`man/${file} is not what the flag tables and docs/rules.md say: run npm run man`);
  else writeFileSync(path, text);
}
process.exitCode = check && stale > 0 ? 1 : 0;
