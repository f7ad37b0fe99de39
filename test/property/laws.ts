// The laws that formatting, expansion and conversion must keep for every text; used with random, damaged and real files.
// Truth: the reader and builder themselves: what a text means is the typed configuration they make of it.

import { expect } from 'vitest';
import { parseYaml, printYaml } from '../../src/core/cli/commands/yaml-document.ts';
import {
  dataOf,
  decodeData,
  formatFile,
  loadConfiguration,
  plainData,
  printExpanded,
  readConfiguration,
  SourceFile,
} from '../../src/core/conf/index.ts';
import { unwrap } from '../../src/core/fault.ts';
import { tableReader } from '../unit/conf-syntax/file-table.ts';

export const mainPath = '/etc/main.conf';

/** Files beside the main one, for its includes. */
export type Others = Readonly<Record<string, Uint8Array>>;

const plain = (_key: string, value: unknown) =>
  value instanceof Map ? [...value] : typeof value === 'bigint' ? `${value}n` : value;

const load = (content: Uint8Array | string, configId: string, others: Others) =>
  loadConfiguration(mainPath, tableReader({ ...others, [mainPath]: content }), { configId });

/** The typed configuration as a text. */
const meaning = (content: Uint8Array | string, configId: string, others: Others): string =>
  JSON.stringify(load(content, configId, others).config, plain);

/** With the findings without their places; undefined where unbalanced braces leave it to the indentation. */
function meaningAndFindings(bytes: Uint8Array, configId: string, others: Others): string | undefined {
  const { config, diagnostics } = load(bytes, configId, others);
  if (diagnostics.some(({ rule }) => rule === 'missing-brace' || rule === 'extra-brace')) return undefined;
  const told = diagnostics.map(({ rule, severity, message }) => `${severity} ${rule} ${message}`);
  return JSON.stringify({ config, told: told.sort() }, plain);
}

const isCanonical = (text: string) => {
  const formatted = formatFile(new SourceFile(mainPath, Buffer.from(text)));
  return formatted.kind === 'formatted' && !formatted.changed;
};

/** The expanded text, and the text made from YAML and JSON, mean what the original means, and are in canonical style. */
export function checkExchange(content: Uint8Array, configId: string, others: Others = {}): void {
  const before = meaning(content, configId, others);
  const reader = tableReader({ ...others, [mainPath]: content });
  const reading = readConfiguration(mainPath, reader, { configId });
  for (const origins of [false, true]) {
    const expanded = printExpanded(reading.statements, { origins });
    expect(meaning(expanded, configId, {})).toBe(before);
    expect(isCanonical(expanded)).toBe(true);
  }
  const data = dataOf(reading, reader);
  const json: unknown = JSON.parse(JSON.stringify(plainData(data.root)));
  const yaml = unwrap(parseYaml(printYaml(data), 'x.yaml'));
  for (const { data: read, remarks } of [{ data: json, remarks: undefined }, yaml]) {
    const written = unwrap(decodeData(read, remarks));
    expect(meaning(written, configId, {})).toBe(before);
    expect(isCanonical(written)).toBe(true);
  }
}

/** Formatting changes no meaning and is done after one time. Whether the file was formatted at all. */
export function checkFormat(bytes: Uint8Array, configIds: readonly string[], others: Others = {}): boolean {
  const formatted = formatFile(new SourceFile(mainPath, bytes));
  if (formatted.kind === 'refused') {
    // The proof is a net under the layout; nothing may fall into it.
    for (const { rule } of formatted.diagnostics) expect(rule).not.toBe('format-unsafe');
    return false;
  }
  for (const id of configIds) {
    expect(meaningAndFindings(formatted.bytes, id, others)).toBe(meaningAndFindings(bytes, id, others));
  }
  expect(formatFile(new SourceFile(mainPath, formatted.bytes))).toEqual({ ...formatted, changed: false });
  return true;
}
