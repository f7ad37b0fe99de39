// Reads a table from YAML, JSON, ipvsadm rules or keepalived.conf, whichever the file is.
// Spec: schema lvskit/ipvs/1; ipvsadm(8) -R; keepalived.conf(5) virtual_server, all checks taken for successful.

import { readFileSync } from 'node:fs';
import { fail, type Outcome, succeed } from '../../fault.ts';
import {
  applyToTable,
  parseSave,
  readTableDocument,
  type Service,
  servicesOf,
  tableOf,
} from '../../ipvs/index.ts';
import { tellFindings } from './findings.ts';
import { gatherNames } from './names.ts';
import { serviceWord } from './words.ts';

export type TableFormat = 'yaml' | 'json' | 'rules' | 'keepalived';

/** All of a file, or of standard input for `-`. Fault `file-unreadable`. */
export function readText(path: string): Outcome<string> {
  try {
    return succeed(readFileSync(path === '-' ? 0 : path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail({ code: 'file-unreadable', message: `${path}: ${code ?? message}`, operation: 'read' });
  }
}

/** What the name or, failing that, the content says. */
export function formatOf(path: string, text: string): TableFormat {
  if (/\.ya?ml$/i.test(path)) return 'yaml';
  if (/\.json$/i.test(path)) return 'json';
  if (/\.rules$/i.test(path)) return 'rules';
  if (/\.conf$/i.test(path)) return 'keepalived';
  const first = text.split('\n').find(line => line.trim() !== '' && !/^\s*[#!]/.test(line)) ?? '';
  if (/^\s*\{/.test(first)) return 'json';
  if (/^\s*(ipvsadm\s+)?-/.test(first) && !/^\s*-(\s|--)/.test(first)) return 'rules';
  // Before YAML: an IPv6 address at the beginning of a line looks like a key.
  if (/^\s*virtual_server(_group)?\s/m.test(text)) return 'keepalived';
  return /^\s*\w+\s*:/m.test(text) ? 'yaml' : 'rules';
}

const wrong = (path: string, messages: readonly string[]) =>
  fail({
    code: 'configuration-refused',
    message: messages.map(message => `${path}${message}`).join('\n'),
    remedy: 'Correct what is named above; nothing was changed.',
  });

async function readRules(path: string, text: string): Promise<Outcome<Service[]>> {
  const names = gatherNames();
  let parsed = parseSave(text, names);
  while (await names.resolve()) parsed = parseSave(text, names);
  if (parsed.problems.length > 0)
    return wrong(
      path,
      parsed.problems.map(({ line, message }) => `:${line}: ${message}`),
    );
  const table = tableOf([]);
  for (const { line, rule } of parsed.rules) {
    const refusal = applyToTable(table, rule);
    if (refusal !== undefined) return wrong(path, [`:${line}: ${refusal.message}`]);
  }
  return succeed(servicesOf(table));
}

/** What the kernel takes and never uses: it balances port 0, every port, for persistent services only. */
const unusable = (services: readonly Service[]): string[] =>
  services.flatMap(({ id, persistence }) =>
    id.kind === 'address' && id.port === 0 && persistence === undefined
      ? [`${serviceWord(id)}: port 0 stands for every port and takes no connections without persistence`]
      : [],
  );

async function readDocument(
  path: string,
  text: string,
  format: 'yaml' | 'json',
): Promise<Outcome<Service[]>> {
  let value: unknown;
  try {
    value = format === 'json' ? JSON.parse(text) : (await import('yaml')).parse(text);
  } catch (error) {
    return wrong(path, [`: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`]);
  }
  const services = readTableDocument(value);
  if (!services.ok) return wrong(path, [`: ${services.fault.message}`]);
  tellFindings(unusable(services.value).map(line => `${path}: warning: ${line}`));
  return services;
}

/** What `lvskit run` programs while every check succeeds, by the same code. */
async function readKeepalived(path: string): Promise<Outcome<Service[]>> {
  if (path === '-')
    return fail({ code: 'usage', message: 'a keepalived.conf must be a file: it may include others' });
  const { loadForDaemon, printDiagnostic } = await import('../../runtime/index.ts');
  const { servicesWhenHealthy } = await import('../../pool/index.ts');
  const loaded = loadForDaemon({ file: path, configId: undefined });
  const findings = loaded.ok ? loaded.value.diagnostics : loaded.errors;
  tellFindings(findings.map(printDiagnostic));
  return loaded.ok ? succeed([...servicesWhenHealthy(loaded.value.config.virtualServers)]) : loaded;
}

/** The services the file describes. Faults: `file-unreadable`, `configuration-refused` with every place that is wrong. */
export async function readTable(path: string, given: TableFormat | undefined): Promise<Outcome<Service[]>> {
  const text = readText(path);
  if (!text.ok) return text;
  const format = given ?? formatOf(path, text.value);
  if (format === 'rules') return readRules(path, text.value);
  if (format === 'keepalived') return readKeepalived(path);
  return readDocument(path, text.value, format);
}
