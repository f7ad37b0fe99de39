// Reads a table from YAML, JSON, ipvsadm rules or keepalived.conf, whichever the file is.
// Spec: schema lvskit/ipvs/1; ipvsadm(8) -R; keepalived.conf(5) virtual_server, all checks taken for successful.

import { type Fault, fail, type Outcome, succeed } from '../../fault.ts';
import {
  applyToTable,
  parseSave,
  printPath,
  readDocument,
  type Service,
  serverRefusal,
  servicesOf,
  tableOf,
} from '../../ipvs/index.ts';
import { visible } from '../../visible.ts';
import { readInput } from '../commands/text-input.ts';
import { readJsonText } from '../json-text.ts';
import { refusePlaces, refuseText } from '../refuse-text.ts';
import { tellFindings } from './findings.ts';
import { gatherNames } from './names.ts';
import { serviceWord } from './words.ts';

export type TableFormat = 'yaml' | 'json' | 'rules' | 'keepalived';

/** What the name or, failing that, the content says. */
export function formatOf(path: string, text: string): TableFormat {
  if (/\.ya?ml$/i.test(path)) return 'yaml';
  if (/\.json$/i.test(path)) return 'json';
  if (/\.rules$/i.test(path)) return 'rules';
  if (/\.conf$/i.test(path)) return 'keepalived';
  const first = text.split('\n').find(line => line.trim() !== '' && !/^\s*[#!]/.test(line)) ?? '';
  if (/^\s*\{/.test(first)) return 'json';
  if (/^\s*(ipvsadm\s+)?-/.test(first) && !/^\s*-(\s|--)/.test(first)) return 'rules';
  // Before YAML: an IPv6 address in a keepalived.conf begins like a key.
  if (/^\s*(?:virtual_server|virtual_server_group|vrrp_\w+|global_defs)\b[^:]*\{/m.test(text))
    return 'keepalived';
  if (/^\s*virtual_server(?:_group)?\s+\S/m.test(text)) return 'keepalived';
  return /^\s*\w+\s*:/m.test(text) ? 'yaml' : 'rules';
}

async function readRules(path: string, text: string): Promise<Outcome<Service[]>> {
  const names = gatherNames();
  let parsed = parseSave(text, names);
  while (await names.resolve()) parsed = parseSave(text, names);
  const problems = [...parsed.problems];
  const table = tableOf([]);
  // A rule that follows from a wrong one would only be named beside its cause.
  if (problems.length === 0) {
    for (const { line, rule } of parsed.rules) {
      const refused =
        'destination' in rule && 'weight' in rule.destination ? serverRefusal(rule.destination) : undefined;
      const message = refused ?? applyToTable(table, rule)?.message;
      if (message !== undefined) problems.push({ line, message });
    }
  }
  if (problems.length === 0) return succeed(servicesOf(table));
  return refusePlaces(
    path,
    problems.map(({ line, message }) => `${path}:${line}: error: ${message}`),
  );
}

/** What the kernel takes and never uses: it balances port 0, every port, for persistent services only. */
const unusable = (services: readonly Service[]): string[] =>
  services.flatMap(({ id, persistence }) =>
    id.kind === 'address' && id.port === 0 && persistence === undefined
      ? [`${serviceWord(id)}: port 0 stands for every port and takes no connections without persistence`]
      : [],
  );

async function readDocumentText(
  path: string,
  text: string,
  format: 'yaml' | 'json',
): Promise<Outcome<Service[]>> {
  const read = format === 'json' ? readJsonText(text) : (await import('../yaml-text.ts')).readYamlText(text);
  if (read.problems.length > 0) return refuseText(path, read.problems);
  const { services, problems } = readDocument(read.value);
  if (problems.length === 0) {
    tellFindings(unusable(services).map(line => `${path}: warning: ${line}`));
    return succeed(services);
  }
  return refuseText(
    path,
    problems.map(problem => ({
      ...(read.placeOf(problem.path) ?? { line: 1, column: 1 }),
      message: `${printPath(problem.path)} ${problem.message}`,
    })),
  );
}

const onlyFromFile: Fault = {
  code: 'usage',
  message: 'a keepalived.conf must be a file, not standard input: it may include others',
};

const settingWords = {
  scheduler: 'scheduler',
  schedulerFlags: 'scheduler flags',
  persistence: 'persistence',
  onePacket: 'one-packet mode',
  engine: 'persistence engine',
} as const;

/** What `lvskit run` programs while every check succeeds, by the same code. */
async function readKeepalived(path: string): Promise<Outcome<Service[]>> {
  if (path === '-') return fail(onlyFromFile);
  const { loadForDaemon, printDiagnostic } = await import('../../runtime/index.ts');
  const { servicesWhenHealthy, unlikeSettings } = await import('../../pool/index.ts');
  const loaded = loadForDaemon({ file: path, configId: undefined });
  const findings = loaded.ok ? loaded.value.diagnostics : loaded.errors;
  tellFindings(findings.map(printDiagnostic));
  if (!loaded.ok) return loaded;
  const { virtualServers } = loaded.value.config;
  tellFindings(
    unlikeSettings(virtualServers).map(
      ({ service, holds, differs, settings }) =>
        `${visible(path)}: warning: ${serviceWord(service)} is in ${visible(holds)} and in ${visible(differs)}: the ${settings.map(name => settingWords[name]).join(', ')} of the first ${settings.length === 1 ? 'holds' : 'hold'} for both`,
    ),
  );
  return succeed([...servicesWhenHealthy(virtualServers)]);
}

/** The services of a text that is not a keepalived.conf. `name` is what messages call it. */
export async function readTableText(
  name: string,
  given: string,
  format: Exclude<TableFormat, 'keepalived'>,
): Promise<Outcome<Service[]>> {
  const text = given.replace(/^\ufeff/, '');
  return format === 'rules' ? readRules(name, text) : readDocumentText(name, text, format);
}

/** A program, an archive, a table in UTF-16: each of its lines would be wrong, and none of them says what is the matter. */
const notText = (name: string): Fault => ({
  code: 'configuration-refused',
  message: `${name} is not a text in UTF-8: it has NUL bytes; nothing was changed`,
  remedy: 'Check that it is the file you mean, or save it again in UTF-8.',
});

/** What a terminal is asked for. */
const awaited = (format: TableFormat | undefined) => (format === 'rules' ? 'rules' : 'a table');

/**
 * The services the file describes; `-` is standard input. Faults: `file-unreadable`, `configuration-refused` with every place that is
 * wrong, and for a file without services unless `allowEmpty`: a producer that failed leaves an empty file behind.
 */
export async function readTable(
  path: string,
  given: TableFormat | undefined,
  allowEmpty = false,
): Promise<Outcome<Service[]>> {
  if (path === '-' && given === 'keepalived') return fail(onlyFromFile);
  const input = await readInput(path, awaited(given));
  if (!input.ok) return input;
  if (input.value.bytes.includes(0)) return fail(notText(input.value.name));
  const text = input.value.bytes.toString('utf8');
  const format = given ?? formatOf(path, text.replace(/^\ufeff/, ''));
  const services =
    format === 'keepalived'
      ? await readKeepalived(path)
      : await readTableText(input.value.name, text, format);
  if (!services.ok || services.value.length > 0 || allowEmpty) return services;
  return fail({
    code: 'configuration-refused',
    message: `${input.value.name} ${text.trim() === '' ? 'is empty' : 'names no service'}; nothing was changed`,
    remedy: 'If that is intended, add --allow-empty.',
  });
}
