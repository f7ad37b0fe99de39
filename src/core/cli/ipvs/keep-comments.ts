// Writes a table over a YAML file and keeps the comments, order and style of what stays.
// Spec: yaml 2's Document, whose nodes carry the comments; schema lvskit/ipvs/1.

import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';

type Fields = Readonly<Record<string, unknown>>;

const identity = ['protocol', 'address', 'port', 'fwmark', 'family'];

/** What makes an entry of a list the same entry. Defaults stand in where the file leaves them out. */
function keyOf(fields: Fields, inherited: Fields): string {
  const defaults: Fields =
    fields['fwmark'] !== undefined
      ? { family: 'inet' }
      : 'destinations' in fields || 'scheduler' in fields
        ? { protocol: 'tcp' }
        : { port: inherited['port'] };
  return identity.map(name => String(fields[name] ?? defaults[name] ?? '')).join(' ');
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function updateMap(document: Document, map: YAMLMap, fields: Fields): void {
  const names = map.items.map(({ key }) => String(isScalar(key) ? key.value : key));
  for (const name of names) if (!(name in fields)) map.delete(name);
  for (const [name, value] of Object.entries(fields)) {
    const present = map.get(name, true) as unknown;
    if (isMap(present) && isFields(value)) updateMap(document, present, value);
    else if (isSeq(present) && Array.isArray(value)) updateSeq(document, present, value, fields);
    else if (isScalar(present) && (typeof value !== 'object' || value === null)) {
      if (present.value !== value) present.value = value;
    } else map.set(document.createNode(name), document.createNode(value));
  }
}

/** Entries that stay keep their place; new ones come behind, gone ones leave with their comments. */
function updateSeq(document: Document, seq: YAMLSeq, list: readonly unknown[], parent: Fields): void {
  if (!list.every(isFields)) {
    const same = JSON.stringify(seq.toJSON()) === JSON.stringify(list);
    if (!same) seq.items = list.map(one => document.createNode(one));
    return;
  }
  const wanted = new Map(list.map(fields => [keyOf(fields, parent), fields]));
  seq.items = seq.items.filter(item => {
    if (!isMap(item)) return false;
    const key = keyOf(item.toJSON() as Fields, parent);
    const fields = wanted.get(key);
    if (fields === undefined) return false;
    wanted.delete(key);
    updateMap(document, item, fields);
    return true;
  });
  for (const fields of wanted.values()) seq.items.push(document.createNode(fields));
}

/** The text with `value` in it; undefined when the text is no YAML mapping. */
export function rewriteYaml(text: string, value: Fields): string | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  updateMap(document, document.contents, value);
  return document.toString();
}
