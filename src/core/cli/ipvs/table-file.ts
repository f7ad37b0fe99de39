// Reads a table from YAML, JSON, ipvsadm rules or keepalived.conf, whichever the file is.
// Spec: schema lvskit/ipvs/1; ipvsadm(8) -R; keepalived.conf(5) virtual_server, all checkers taken for healthy.

import { readFileSync } from 'node:fs';
import type { Config } from '../../conf/config.ts';
import { fail, type Outcome, succeed } from '../../fault.ts';
import {
  applyToTable,
  parseSave,
  readTableDocument,
  type Service,
  servicesOf,
  tableOf,
} from '../../ipvs/index.ts';
import { gatherNames } from './names.ts';

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
  return /^\s*\w+\s*:/m.test(text) ? 'yaml' : /^\s*virtual_server/m.test(text) ? 'keepalived' : 'rules';
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
  return services.ok ? services : wrong(path, [`: ${services.fault.message}`]);
}

/** Services with all real servers alive and no sorry server: what the daemon holds when everything is well. */
export const servicesOfConfig = (config: Config): Service[] =>
  config.virtualServers.flatMap(server =>
    server.services.map(
      (id): Service => ({
        id,
        scheduler: server.scheduler,
        schedulerFlags: server.schedulerFlags,
        persistence: server.persistence,
        onePacket: server.onePacket,
        engine: server.engine,
        destinations: server.realServers.map(real => ({
          address: real.address,
          port: id.kind === 'address' && real.forwarding !== 'NAT' ? id.port : real.port,
          forwarding: real.forwarding,
          tunnel: real.tunnel,
          weight: real.weight,
          upperThreshold: real.upperThreshold,
          lowerThreshold: real.lowerThreshold,
        })),
      }),
    ),
  );

async function readKeepalived(path: string): Promise<Outcome<Service[]>> {
  if (path === '-')
    return fail({ code: 'usage', message: 'a keepalived.conf must be a file: it may include others' });
  const { loadForDaemon } = await import('../../runtime/index.ts');
  const loaded = loadForDaemon({ file: path, configId: undefined });
  return loaded.ok ? succeed(servicesOfConfig(loaded.value.config)) : loaded;
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
