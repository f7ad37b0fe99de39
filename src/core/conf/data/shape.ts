// A configuration as nested data: what each keyword's value looks like, told from the catalogue.
// Spec: JSON (RFC 8259) and YAML 1.2, whose values these are; docs/schema/keepalived.schema.json describes them.

import { keywordsOf } from '../keywords/catalogue.ts';
import type { Argument, Keyword } from '../keywords/grammar.ts';

/**
 * Keys that are no keywords: the words behind a block's keyword, a block in its order, records, a line as it stands, and
 * lines that begin with what cannot be a key.
 */
export const reserved = {
  name: '_name',
  block: '_block',
  lines: '_lines',
  line: '_line',
  other: '_other',
} as const;

export const reservedKeys: ReadonlySet<string> = new Set(Object.values(reserved));

/**
 * `flag`: true, or false for leaving it out. `boolean`: true or false. `word`: one word, whatever is in it. `number`: the same
 * for a number. `text`: the rest of the line as keepalived.conf has it, quotes included. `lines`: a list of such texts.
 * `block`: a map of keywords.
 */
export type Shape = 'flag' | 'boolean' | 'word' | 'number' | 'text' | 'lines' | 'block';

const wordTypes: ReadonlySet<Argument['type']> = new Set([
  'text',
  'interface',
  'path',
  'address',
  'email',
  'domain',
  'word',
  'mac',
  'port',
  'time',
  'glob',
]);

/** The shape of a keyword's value; an unknown keyword is `text` (or a `block` where it has one). */
export function shapeOf(keyword: Keyword | undefined): Shape {
  if (keyword === undefined) return 'text';
  if (keyword.kind === 'block' || keyword.kind === 'lines') return keyword.kind;
  const [first, second] = keyword.arguments;
  if (first === undefined) return keyword.kind === 'flag' ? 'flag' : 'text';
  if (second !== undefined || first.repeated === true) return 'text';
  if (first.type === 'boolean') return 'boolean';
  if (first.type === 'integer' || first.type === 'decimal') return 'number';
  return wordTypes.has(first.type) ? 'word' : 'text';
}

/** Whether the first word is a number: `weight 10 reverse` is a text, `weight 10` a number. */
export const startsWithNumber = (keyword: Keyword | undefined): boolean => {
  const type = keyword?.arguments[0]?.type;
  return type === 'integer' || type === 'decimal';
};

export const rootPath = '(root)';

export const childPath = (path: string, name: string): string =>
  path === rootPath ? name : `${path}/${name}`;

export const keywordAt = (path: string, name: string): Keyword | undefined =>
  keywordsOf(path).find(keyword => keyword.name === name);

/** What may stand as a key; anything else goes with its whole line under `_other`. A run of digits would lose its place among the keys. */
export const isKey = (name: string): boolean => /^[A-Za-z_][\w.-]*$/.test(name) && !reservedKeys.has(name);
