// A read configuration as data, as plain as it may be: where keywords are brought together, that this changes nothing is proven.
// Spec: encode.ts, decode.ts; the typed configuration of both sides is compared.

import type { ConfigurationReader } from '../../reader.ts';
import { buildConfiguration } from '../model/build.ts';
import { type Reading, readConfiguration } from '../read.ts';
import type { Statement } from '../statement.ts';
import { decodeData } from './decode.ts';
import { type DataDocument, type DataValue, encodeData } from './encode.ts';

/** The data of a configuration; `reader` is the one it was read with. */
export function dataOf(reading: Reading, reader: ConfigurationReader): DataDocument {
  const { statements, files } = reading;
  const grouped = encodeData(statements, files, true);
  if (!grouped.regrouped) return grouped;
  const text = decodeData(plainData(grouped.root));
  const same = text.ok && meaning(statements, reader) === meaning(statementsOf(text.value, reader), reader);
  return same ? grouped : encodeData(statements, files, false);
}

/** Data as JSON has it: objects, arrays and scalars; comments are left out. */
export function plainData(value: DataValue): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value.kind === 'list') return value.items.map(item => plainData(item.value));
  // Without a prototype any key is just a key.
  const object: Record<string, unknown> = Object.create(null);
  for (const { key, value: inner } of value.entries) object[key] = plainData(inner);
  return object;
}

function statementsOf(text: string, reader: ConfigurationReader): readonly Statement[] {
  const path = 'keepalived.conf';
  const facts = { regular: true, directory: false, executable: false, readable: true, identity: path };
  const content = Buffer.from(text);
  return readConfiguration(path, {
    ...reader,
    read: () => ({ ok: true, value: content }),
    facts: () => facts,
    glob: () => [path],
  }).statements;
}

/** The typed configuration as a text to compare. */
function meaning(statements: readonly Statement[], reader: ConfigurationReader): string {
  const { config } = buildConfiguration(statements, {
    hostName: '',
    readTable: file => {
      const table = reader.read(file);
      return table.ok ? Buffer.from(table.value).toString('utf8') : undefined;
    },
  });
  return JSON.stringify(config, (_key, value: unknown) =>
    value instanceof Map ? [...value] : typeof value === 'bigint' ? `${value}n` : value,
  );
}
