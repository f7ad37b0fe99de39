// Configuration data as YAML text with the comments of the file it came from, and YAML text as data with its comments.
// Spec: YAML 1.2.2 through the package yaml; texts that YAML 1.1 readers would take for something else are quoted.

import { Document, isMap, isScalar, isSeq, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type {
  DataDocument,
  DataItem,
  DataMap,
  DataRemark,
  DataRemarks,
  DataValue,
} from '../../conf/index.ts';
import { type Outcome, succeed } from '../../fault.ts';
import { refuseText } from '../refuse-text.ts';
import { readYamlText } from '../yaml-text.ts';

export function printYaml({ root, trailing }: DataDocument): string {
  const document = new Document(null, { compat: 'yaml-1.1' });
  const contents = mapNode(root);
  for (const [index, { key }] of contents.items.entries()) key.spaceBefore = index > 0;
  document.contents = contents as never;
  if (trailing.length > 0) document.comment = commentText(trailing);
  return document.toString({ lineWidth: 0 });
}

/** Comments are written with `#`; one without text is a blank behind it. */
const commentText = (lines: readonly string[]): string =>
  // A carriage return is a line break to YAML only.
  lines.map(line => (line === '' ? ' ' : line.replaceAll('\r', ' '))).join('\n');

type Key = Scalar<string>;

function mapNode({ entries, trailing = [] }: DataMap): { items: Pair<Key>[] } & YAMLMap<Key> {
  const map = new YAMLMap<Key>() as { items: Pair<Key>[] } & YAMLMap<Key>;
  for (const entry of entries) {
    const key = new Scalar(entry.key);
    const { node, above } = nodeOf(entry);
    if (above !== undefined) key.commentBefore = above;
    map.items.push(new Pair(key, node));
  }
  if (trailing.length > 0) map.comment = commentText(trailing);
  return map;
}

/** The value, and the comment that goes before it (or before its key). */
function nodeOf({ value, remarks }: DataItem): {
  readonly node: Scalar | YAMLMap | YAMLSeq;
  readonly above: string | undefined;
} {
  const { above, behind } = remarks;
  const node = plainNode(value);
  const isScalar = node instanceof Scalar;
  if (isScalar && behind !== undefined) node.comment = commentText([behind]);
  // Behind a key whose value begins on the next line there is no place for a comment.
  const lines = isScalar || behind === undefined ? above : [...above, behind];
  return { node, above: lines.length === 0 ? undefined : commentText(lines) };
}

function plainNode(value: DataValue): Scalar | YAMLMap | YAMLSeq {
  if (value === null || typeof value !== 'object') return new Scalar(value);
  if (value.kind === 'map') return mapNode(value);
  const list = new YAMLSeq();
  for (const item of value.items) {
    const { node, above } = nodeOf(item);
    if (above !== undefined) node.commentBefore = above;
    list.items.push(node);
  }
  if (value.trailing !== undefined) list.comment = commentText(value.trailing);
  return list;
}

export interface YamlData {
  /** Maps as Maps in their order. */
  readonly data: unknown;
  readonly remarks: DataRemarks;
}

/** The data of one YAML document with its comments; every error with line and column. */
export function parseYaml(text: string, name: string): Outcome<YamlData> {
  const { value, problems, document } = readYamlText(text, { mapAsMap: true, merge: true });
  if (document === undefined) return refuseText(name, problems);
  return succeed({ data: value, remarks: remarksOf(document) });
}

const linesOf = (comment: string | null | undefined): readonly string[] =>
  (comment ?? '').split('\n').filter(line => line !== '');

/** Where comments stand, by the place of their neighbour; what stands behind an alias is not looked at. */
function remarksOf(document: Document.Parsed): DataRemarks {
  const remarks = new Map<string, DataRemark>();
  const put = (where: string, above: readonly string[], behind?: string, after: readonly string[] = []) => {
    if (above.length === 0 && behind === undefined && after.length === 0) return;
    const known = remarks.get(where);
    remarks.set(where, {
      above: [...(known?.above ?? []), ...above],
      behind: behind ?? known?.behind,
      after: [...(known?.after ?? []), ...after],
    });
  };
  const visit = (node: unknown, where: string, inList: boolean): void => {
    if (isScalar(node)) {
      const [behind, ...more] = linesOf(node.comment);
      put(where, linesOf(node.commentBefore), behind, more);
    } else if (isMap(node)) {
      // Before the first key of a map that begins on the next line, else before the item of a list.
      put(inList ? where : `${where}.`, linesOf(node.commentBefore), undefined, []);
      put(where, [], undefined, linesOf(node.comment));
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : '';
        const here = where === '' ? name : `${where}.${name}`;
        if (isScalar(key)) put(here, linesOf(key.commentBefore));
        visit(value, here, false);
      }
    } else if (isSeq(node)) {
      put(where, [], undefined, linesOf(node.comment));
      put(`${where}[0]`, linesOf(node.commentBefore));
      for (const [index, item] of node.items.entries()) visit(item, `${where}[${index}]`, true);
    }
  };
  put('.', linesOf(document.commentBefore));
  visit(document.contents, '', false);
  put('', [], undefined, linesOf(document.comment));
  return remarks;
}
