// `vs doctor`: why a service is not served, or will not be some day. `examine` is what other commands call.
// Spec: doctor/; exit codes: 0 nothing but notes, 1 errors or warnings were found.

import { controlPath, type Status } from '../../control/index.ts';
import { type Diagnosis, diagnose, doctorRules, type Facts } from '../../doctor/index.ts';
import { exitCodes, fail, type Outcome, succeed } from '../../fault.ts';
import { type Service, schemaName, serviceKey } from '../../ipvs/index.ts';
import { parsePrefix } from '../../net/index.ts';
import { visible } from '../../visible.ts';
import { askStatus } from '../control/ask.ts';
import { paint } from './columns.ts';
import { gatherFacts } from './doctor-facts.ts';
import { type Shown, withIpvs } from './present.ts';
import { readService } from './words.ts';

export interface Examination {
  readonly findings: readonly Diagnosis[];
  /** How many services were judged; undefined where the kernel has no IPVS. */
  readonly services: number | undefined;
}

/** The table, or undefined where the kernel has no IPVS: a real server need not have it, unless one of its services is named. */
async function tableHere(named: boolean): Promise<Outcome<readonly Service[] | undefined>> {
  const observed = await withIpvs(client => client.observe({ counters: false }));
  if (observed.ok || named || observed.fault.code !== 'ipvs-missing') return observed;
  return succeed(undefined);
}

/** The virtual addresses of a daemon's instances; nothing where none answers us. */
const managedAddresses = (status: Status | undefined): Facts['managed'] =>
  new Map(
    (status?.instances ?? []).flatMap(({ name, state, addresses }) =>
      addresses.list.flatMap(text => {
        const prefix = parsePrefix(text);
        return prefix === undefined ? [] : [[prefix.address, { instance: name, state }] as const];
      }),
    ),
  );

/** What the daemon of this host answers, if one does. */
async function usualStatus(): Promise<Status | undefined> {
  const asked = await askStatus(controlPath(undefined), undefined);
  return asked.ok ? asked.value : undefined;
}

/** Every rule over this host, or over one service of it. `known`: what the daemon of this host has just answered. */
export async function examine(word: string | undefined, known?: Status): Promise<Outcome<Examination>> {
  const table = await tableHere(word !== undefined);
  if (!table.ok) return table;
  let services = table.value ?? [];
  if (word !== undefined) {
    const id = await readService(word);
    if (!id.ok) return id;
    services = services.filter(one => serviceKey(one.id) === serviceKey(id.value));
    if (services.length === 0)
      return fail({
        code: 'netlink-refused',
        message: `${word}: No such service`,
        remedy: 'lvskit vs list shows the services there are.',
      });
  }
  return succeed({
    findings: diagnose(
      gatherFacts(services, table.value ?? [], managedAddresses(known ?? (await usualStatus()))),
    ),
    services: table.value === undefined ? undefined : services.length,
  });
}

/** Subjects and readings that are shown one by one. */
const most = 4;
const some = (texts: readonly string[]): string => {
  const shown = visible(texts.slice(0, most).join(', '));
  return texts.length <= most ? shown : `${shown} and ${texts.length - most} more`;
};

/** Words broken into lines of `width` behind a margin. */
function wrap(text: string, width: number, margin: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width - margin.length) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${margin}`);
}

function paragraph({ rule, severity, subjects, read, why, command }: Diagnosis, width: number): string {
  const colour = paint();
  const colours = { error: colour.red, warning: colour.yellow, info: colour.cyan };
  const about = subjects.length === 0 ? 'this host' : some(subjects);
  const row = (head: string, text: string) => `  ${head.padEnd(8)}${wrap(text, width, ' '.repeat(10))}`;
  return [
    `${colours[severity](severity)} ${colour.bold(rule)}: ${wrap(about, width, '  ')}`,
    row('read', some(read)),
    row('why', why),
    // Not wrapped: it is copied.
    `  ${'command'.padEnd(8)}${visible(command)}`,
  ].join('\n');
}

/** Findings for people, and what they were found in. */
export function renderFindings({ findings, services }: Examination, columns = 80): string {
  const width = Math.max(40, Math.min(columns, 100));
  const table =
    services === undefined
      ? 'no IPVS in this kernel'
      : `${services} ${services === 1 ? 'service' : 'services'}`;
  const over = `${doctorRules.length} rules, ${table}`;
  if (findings.length === 0) return `Nothing found (${over}).\n`;
  const count = (severity: Diagnosis['severity']) => findings.filter(one => one.severity === severity).length;
  const plural = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  const sum = [
    plural(count('error'), 'error'),
    plural(count('warning'), 'warning'),
    plural(count('info'), 'note'),
  ];
  return `${findings.map(one => `${paragraph(one, width)}\n`).join('\n')}\n${sum.join(', ')} (${over}).\n`;
}

export async function showDiagnosis(word: string | undefined): Promise<Outcome<Shown>> {
  const examined = await examine(word);
  if (!examined.ok) return examined;
  const { findings } = examined.value;
  return succeed({
    document: { schema: schemaName, ipvs: examined.value.services !== undefined, findings },
    exit: findings.some(({ severity }) => severity !== 'info') ? exitCodes.failure : exitCodes.ok,
    text: () => renderFindings(examined.value, process.stdout.columns),
  });
}
