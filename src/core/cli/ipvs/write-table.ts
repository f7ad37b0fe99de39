// `vs save` and `vs export`: the whole table as rules, YAML or JSON, to stdout or over a file.
// Spec: ipvsadm(8) -S, but lossless and always numeric; schema lvskit/ipvs/1.

import { exitCodes, FaultError, fail, type Outcome, succeed } from '../../fault.ts';
import { placeAt, replaceFile, unwritableFile, writeBytes } from '../../host/index.ts';
import {
  ByteSink,
  type IpvsClient,
  type ObservedService,
  type RulesLoss,
  rulesPrinter,
  schemaName,
  type TablePrinter,
  type TableSize,
  type TakePiece,
  tableDocument,
} from '../../ipvs/index.ts';
import { writePiece } from '../stdout.ts';
import { jsonPrinter, unfinished, yamlPrinter } from './listing.ts';
import { type OutputFlags, present, type Shown, withIpvs } from './present.ts';
import { countLosses } from './rules-losses.ts';
import { readTableText } from './table-file.ts';
import { yamlForms } from './yaml-forms.ts';

export type WriteFormat = 'yaml' | 'json' | 'rules';

export interface WriteOptions {
  /** Undefined: what the file's name says, else YAML. */
  readonly format: WriteFormat | undefined;
  readonly output: string;
}

/** The language that readers will take a file of this name for (table-file.ts). */
function formatOfName(name: string): WriteFormat {
  return /\.json$/i.test(name) ? 'json' : /\.rules$/i.test(name) ? 'rules' : 'yaml';
}

const unwritable = (path: string, error: unknown) => fail(unwritableFile(path, error));

function beforeAt(path: string): Outcome<ReturnType<typeof placeAt>> {
  try {
    return succeed(placeAt(path));
  } catch (error) {
    return unwritable(path, error);
  }
}

/** A file is only written over where it holds a table already, in the same language, or nothing: it may be somebody else's. */
async function mayOverwrite(path: string, text: string, format: WriteFormat): Promise<Outcome<unknown>> {
  if (text.trim() === '') return succeed(undefined);
  const read = await readTableText(path, text, format);
  if (read.ok) return read;
  return fail({
    ...read.fault,
    message: `${path} is not overwritten: it does not hold a table in ${format}`,
    remedy: 'Give another name, correct the file, or remove it first.',
  });
}

function writeNew(path: string, bytes: Uint8Array, as: 'new' | 'any'): Outcome<undefined> {
  try {
    writeBytes(path, bytes, as);
    return succeed(undefined);
  } catch (error) {
    return unwritable(path, error);
  }
}

const itemOf = (service: ObservedService) => tableDocument([service]).services;
const printers: Readonly<Record<WriteFormat, (lost: (loss: RulesLoss) => void) => TablePrinter>> = {
  rules: rulesPrinter,
  json: () => jsonPrinter(itemOf, false),
  yaml: () => yamlPrinter(itemOf, false, yamlForms()),
};

/** How much of a table was written, and in a file's case what. */
interface Written extends TableSize {
  readonly pieces: readonly Uint8Array[];
}

/** The table as it is now in a language, given away as it is read. Rules say on stderr what they cannot hold. */
export async function printTable(
  client: IpvsClient,
  format: WriteFormat,
  take: TakePiece,
): Promise<Outcome<TableSize>> {
  let taken = false;
  const sink = new ByteSink(piece => {
    taken = true;
    return take(piece);
  });
  const losses = countLosses();
  const printed = await client.print(printers[format](losses.take), sink);
  losses.tell();
  if (printed.ok) sink.flush();
  else if (taken) take(Buffer.from(unfinished));
  return printed;
}

async function gatherTable(client: IpvsClient, format: WriteFormat): Promise<Outcome<Written>> {
  const pieces: Uint8Array[] = [];
  const printed = await printTable(client, format, piece => {
    pieces.push(piece);
    return false;
  });
  return printed.ok ? succeed({ pieces, ...printed.value }) : printed;
}

/** The table in the place of what a YAML file holds, with its comments; undefined where that is no table. */
async function keepingComments(client: IpvsClient, before: string): Promise<Outcome<Written | undefined>> {
  const { rewriteYaml } = await import('./keep-comments.ts');
  const observed = await client.observe({ counters: false });
  if (!observed.ok) return observed;
  const services = observed.value;
  const text = rewriteYaml(before, { ...tableDocument(services) });
  if (text === undefined) return succeed(undefined);
  const servers = services.reduce((sum, { destinations }) => sum + destinations.length, 0);
  return succeed({ pieces: [Buffer.from(text)], services: services.length, servers });
}

/** Writes the table over a file or into a new one; the answer says how much it holds. */
export async function writeTable({ format: given, output }: WriteOptions): Promise<Outcome<Shown>> {
  const format = given ?? formatOfName(output);
  const before = beforeAt(output);
  if (!before.ok) return before;
  const old = before.value.kind === 'file' ? before.value.text : '';
  const may = await mayOverwrite(output, old, format);
  if (!may.ok) return may;
  const made = await withIpvs<Written>(async client => {
    const kept = format === 'yaml' && old !== '' ? await keepingComments(client, old) : succeed(undefined);
    if (!kept.ok) return kept;
    return kept.value === undefined ? gatherTable(client, format) : succeed(kept.value);
  });
  if (!made.ok) return made;
  const { pieces, services, servers } = made.value;
  const bytes = Buffer.concat(pieces);
  const { kind } = before.value;
  const written =
    kind === 'file' ? replaceFile(output, bytes) : writeNew(output, bytes, kind === 'stream' ? 'any' : 'new');
  if (!written.ok) return written;
  return succeed({
    document: { schema: schemaName, file: output, services, servers },
    text: () => `${output}: ${services} services, ${servers} servers\n`,
  });
}

/** Writes the table to a file, or to stdout, where the output flags name its language. Returns the exit code. */
export async function presentTable(
  flags: OutputFlags & { readonly format: WriteFormat | undefined; readonly output: string | undefined },
): Promise<number> {
  const { format, output } = flags;
  if (output !== undefined) return present(flags, await writeTable({ format, output }));
  const asked = flags.json === true ? 'json' : flags.yaml === true ? 'yaml' : format;
  const printed = await withIpvs(client => printTable(client, asked ?? 'yaml', writePiece));
  if (!printed.ok) throw new FaultError(printed.fault);
  return exitCodes.ok;
}
