// `vs save` and `vs export`: the whole table as rules, YAML or JSON, to stdout or over a file.
// Spec: ipvsadm(8) -S, but lossless and always numeric; schema lvskit/ipvs/1.

import { readFileSync, writeFileSync } from 'node:fs';
import { exitCodes, FaultError, fail, type Outcome, succeed } from '../../fault.ts';
import {
  ByteSink,
  type IpvsClient,
  type ObservedService,
  rulesPrinter,
  schemaName,
  type TablePrinter,
  type TableSize,
  type TakePiece,
  tableDocument,
} from '../../ipvs/index.ts';
import { replaceFile } from '../commands/replace-file.ts';
import { writePiece } from '../stdout.ts';
import { jsonPrinter, unfinished, yamlPrinter } from './listing.ts';
import { type OutputFlags, present, type Shown, withIpvs } from './present.ts';
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

function textBefore(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No file yet: there are no comments to keep.
    return undefined;
  }
}

function createFile(path: string, bytes: Uint8Array): Outcome<undefined> {
  try {
    writeFileSync(path, bytes, { flag: 'wx' });
    return succeed(undefined);
  } catch (error) {
    const { code: errno = 'EIO' } = error as NodeJS.ErrnoException;
    return fail({ code: 'file-unreadable', message: `${path} cannot be written: ${errno}`, errno });
  }
}

const itemOf = (service: ObservedService) => tableDocument([service]).services;
const printers: Readonly<Record<WriteFormat, () => TablePrinter>> = {
  rules: rulesPrinter,
  json: () => jsonPrinter(itemOf, false),
  yaml: () => yamlPrinter(itemOf, false, yamlForms()),
};

/** How much of a table was written, and in a file's case what. */
interface Written extends TableSize {
  readonly pieces: readonly Uint8Array[];
}

/**
 * The table as it is now in a language, given away as it is read. LOCAL and BYPASS are the kernel's own: asked for again, they come back.
 */
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
  const printed = await client.print(printers[format](), sink);
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
  const before = textBefore(output);
  const made = await withIpvs<Written>(async client => {
    const kept =
      format === 'yaml' && before !== undefined ? await keepingComments(client, before) : succeed(undefined);
    if (!kept.ok) return kept;
    return kept.value === undefined ? gatherTable(client, format) : succeed(kept.value);
  });
  if (!made.ok) return made;
  const { pieces, services, servers } = made.value;
  const bytes = Buffer.concat(pieces);
  const written = before === undefined ? createFile(output, bytes) : replaceFile(output, bytes);
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
