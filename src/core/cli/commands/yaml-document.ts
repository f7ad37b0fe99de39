// Configuration data as YAML text with the comments of the file it came from, and YAML text as data.
// Behind it: YAML 1.2.2 through the package yaml; texts that YAML 1.1 readers would take for something else are quoted.

import { Document, LineCounter, Pair, parseDocument, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { DataDocument, DataItem, DataMap, DataValue } from '../../conf/index.ts';
import { fail, type Outcome, succeed } from '../../fault.ts';

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
  lines.map(line => (line === '' ? ' ' : line)).join('\n');

type Key = Scalar<string>;

function mapNode({ entries }: DataMap): { items: Pair<Key>[] } & YAMLMap<Key> {
  const map = new YAMLMap<Key>() as { items: Pair<Key>[] } & YAMLMap<Key>;
  for (const entry of entries) {
    const key = new Scalar(entry.key);
    const { node, above } = nodeOf(entry);
    if (above !== undefined) key.commentBefore = above;
    map.items.push(new Pair(key, node));
  }
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
  return list;
}

/** The data of one YAML document, maps as Maps in their order; the first error with line and column. */
export function parseYaml(text: string, name: string): Outcome<unknown> {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, merge: true, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = counter.linePos(error.pos[0]);
    return fail({ code: 'configuration-refused', message: `${name}:${line}:${col}: ${error.message}` });
  }
  try {
    return succeed(document.toJS({ mapAsMap: true }));
  } catch (error) {
    // Aliases that would unfold without measure.
    return fail({ code: 'configuration-refused', message: `${name}: ${(error as Error).message}` });
  }
}
