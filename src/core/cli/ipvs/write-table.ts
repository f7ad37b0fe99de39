// `vs save` and `vs export`: the whole table as rules, YAML or JSON, to stdout or over a file.
// Behind it: ipvsadm(8) -S, but lossless and always numeric; schema lvskit/ipvs/1.

import { readFileSync, writeFileSync } from 'node:fs';
import { fail, type Outcome, succeed } from '../../fault.ts';
import { printSave, type Service, schemaName, tableDocument } from '../../ipvs/index.ts';
import { replaceFile } from '../commands/replace-file.ts';
import { type Shown, withIpvs } from './present.ts';

export type WriteFormat = 'yaml' | 'json' | 'rules';

export interface WriteOptions {
  readonly format: WriteFormat;
  /** A file to write; undefined is stdout. */
  readonly output: string | undefined;
}

function textBefore(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No file yet: there are no comments to keep.
    return undefined;
  }
}

function createFile(path: string, text: string): Outcome<undefined> {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return succeed(undefined);
  } catch (error) {
    const { code: errno = 'EIO' } = error as NodeJS.ErrnoException;
    return fail({ code: 'file-unreadable', message: `${path} cannot be written: ${errno}`, errno });
  }
}

/** The table in a format; `before` is what the file held. */
export async function tableText(
  services: readonly Service[],
  format: WriteFormat,
  before?: string,
): Promise<string> {
  if (format === 'rules') return printSave(services);
  const document = tableDocument(services);
  if (format === 'json') return `${JSON.stringify(document, undefined, 2)}\n`;
  if (before !== undefined) {
    const { rewriteYaml } = await import('./keep-comments.ts');
    const kept = rewriteYaml(before, { ...document });
    if (kept !== undefined) return kept;
  }
  return (await import('yaml')).stringify(document);
}

/** Prints or writes the table; the answer to a file says how much it holds. */
export const writeTable = ({ format, output }: WriteOptions): Promise<Outcome<Shown>> =>
  withIpvs<Shown>(async client => {
    const observed = await client.observe({ counters: false });
    if (!observed.ok) return observed;
    const services = observed.value;
    // LOCAL and BYPASS are the kernel's own; asked for again they come back by themselves.
    if (output === undefined) {
      const text = await tableText(services, format);
      return succeed({ document: tableDocument(services), text: () => text });
    }
    const before = textBefore(output);
    const text = await tableText(services, format, before);
    const written = before === undefined ? createFile(output, text) : replaceFile(output, Buffer.from(text));
    if (!written.ok) return written;
    const servers = services.reduce((sum, { destinations }) => sum + destinations.length, 0);
    return succeed({
      document: { schema: schemaName, file: output, services: services.length, servers },
      text: () => `${output}: ${services.length} services, ${servers} servers\n`,
    });
  });
