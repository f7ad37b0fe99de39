// What `lvskit convert` does: keepalived.conf, YAML and JSON into one another, through the statements of the configuration.
// Spec: conf/data/; docs/schema/keepalived.schema.json.

import {
  type ConfigurationReader,
  dataOf,
  decodeData,
  plainData,
  printExpanded,
  type Reading,
  readConfiguration,
  schemaOfConfiguration,
} from '../../conf/index.ts';
import { exitCodes, FaultError, type Outcome, succeed, unwrap } from '../../fault.ts';
import { printDiagnostic } from '../../runtime/index.ts';
import { readJsonText } from '../json-text.ts';
import { refuseText } from '../refuse-text.ts';
import { isLoss, readerOf, readInput, type TextInput } from './text-input.ts';
import type { YamlData } from './yaml-document.ts';

export type Format = 'conf' | 'yaml' | 'json';

export interface ConvertOptions {
  /** `-` is standard input. */
  readonly path: string;
  /** Undefined: told from the name's ending; anything unknown is keepalived.conf. */
  readonly from: Format | undefined;
  readonly to: Format;
  readonly configId: string | undefined;
}

/** Prints the result and resolves with the exit code; throws FaultError where there is none. */
export async function runConvert({ path, from, to, configId }: ConvertOptions): Promise<number> {
  const input = unwrap(await readInput(path));
  const text = await confText(input, from ?? formatOf(path));
  if (text !== undefined && to === 'conf') {
    process.stdout.write(text);
    return exitCodes.ok;
  }
  const source = text === undefined ? input : { ...input, bytes: Buffer.from(text) };
  const reader = readerOf(source);
  const reading = readConfiguration(source.name, reader, configId === undefined ? {} : { configId });
  process.stderr.write(reading.diagnostics.map(diagnostic => `${printDiagnostic(diagnostic)}\n`).join(''));
  if (reading.diagnostics.some(isLoss)) return exitCodes.configuration;
  process.stdout.write(await print(reading, reader, to));
  return exitCodes.ok;
}

/** The JSON Schema of the data. */
export function printSchema(): string {
  return `${JSON.stringify(schemaOfConfiguration(), null, 2)}\n`;
}

function formatOf(path: string): Format {
  if (/\.ya?ml$/i.test(path)) return 'yaml';
  return /\.json$/i.test(path) ? 'json' : 'conf';
}

/** Data as keepalived.conf; undefined for an input that is one already. */
async function confText(input: TextInput, from: Format): Promise<string | undefined> {
  if (from === 'conf') return undefined;
  const text = input.bytes.toString('utf8').replace(/^\ufeff/, '');
  const { data, remarks } = unwrap(
    from === 'json' ? parseJson(text, input.name) : await parseYaml(text, input.name),
  );
  const written = decodeData(data, remarks);
  if (written.ok) return written.value;
  throw new FaultError({ ...written.fault, message: `${input.name}: ${written.fault.message}` });
}

function parseJson(text: string, name: string): Outcome<YamlData> {
  const { value, problems } = readJsonText(text);
  return problems.length > 0 ? refuseText(name, problems) : succeed({ data: value, remarks: new Map() });
}

async function parseYaml(text: string, name: string): Promise<Outcome<YamlData>> {
  const yaml = await import('./yaml-document.ts');
  return yaml.parseYaml(text, name);
}

async function print(reading: Reading, reader: ConfigurationReader, to: Format): Promise<string> {
  if (to === 'conf') return printExpanded(reading.statements, { origins: false });
  const data = dataOf(reading, reader);
  if (to === 'json') return `${JSON.stringify(plainData(data.root), null, 2)}\n`;
  const { printYaml } = await import('./yaml-document.ts');
  return printYaml(data);
}
