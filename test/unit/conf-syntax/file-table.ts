// A ConfigurationReader over a table of files, and short ways to read and show configurations in tests.
// Spec: the contract in src/core/reader.ts; globbing knows only `*` here.

import { readConfiguration } from '../../../src/core/conf/read.ts';
import type { Statement } from '../../../src/core/conf/statement.ts';
import { fail, succeed } from '../../../src/core/fault.ts';
import type { ConfigurationReader, FileFacts } from '../../../src/core/reader.ts';

export interface TableOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly facts?: Readonly<Record<string, Partial<FileFacts>>>;
}

type Content = string | Uint8Array;

export function tableReader(
  files: Readonly<Record<string, Content>>,
  options: TableOptions = {},
): ConfigurationReader {
  return {
    read(path) {
      const content = files[path];
      if (content === undefined)
        return fail({ code: 'file-unreadable', message: `${path} cannot be read: ENOENT` });
      return succeed(typeof content === 'string' ? Buffer.from(content, 'utf8') : content);
    },
    facts(path) {
      if (files[path] === undefined) return undefined;
      const plain = { regular: true, directory: false, executable: false, readable: true, identity: path };
      return { ...plain, ...options.facts?.[path] };
    },
    glob(pattern, directory) {
      const full = pattern.startsWith('/') || directory === '' ? pattern : `${directory}/${pattern}`;
      const source = full.replace(/[.+^$()|[\]\\?]/g, '\\$&').replaceAll('*', '[^/]*');
      return Object.keys(files)
        .filter(name => new RegExp(`^${source}$`).test(name))
        .sort();
    },
    absolute: path => (path.startsWith('/') ? path : `/work-directory/${path}`),
    environment: name => options.environment?.[name],
    random: (minimum, maximum) => minimum + Math.floor((maximum - minimum) / 2),
    hostName: () => 'node1.example.org',
  };
}

/** Statements as nested arrays: `[words..., [children...]]`. */
export type Shown = readonly (string | readonly Shown[])[];

export function show(statements: readonly Statement[]): readonly Shown[] {
  return statements.map(statement => {
    const words = statement.words(0);
    return statement.block === undefined ? words : [...words, show(statement.block)];
  });
}

/** Reads `/etc/main.conf` of a table, or of one text. */
export function readTable(
  files: Content | Readonly<Record<string, Content>>,
  options: TableOptions & { configId?: string } = {},
) {
  const table =
    typeof files === 'string' || files instanceof Uint8Array ? { '/etc/main.conf': files } : files;
  const reading = readConfiguration('/etc/main.conf', tableReader(table, options), {
    ...(options.configId === undefined ? {} : { configId: options.configId }),
  });
  return {
    ...reading,
    shown: show(reading.statements),
    rules: reading.diagnostics.map(
      ({ rule, severity, place }) => `${severity} ${rule} ${place.line}:${place.column}`,
    ),
  };
}
