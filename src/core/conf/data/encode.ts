// Statements -> nested data: maps by keyword, lists where a keyword repeats, a line as it stands where nothing else holds it.
// Spec: shape.ts; order matters to keepalived (keepalived.conf(5)), so a block whose order a map would lose is a list.

import { parseBoolean } from '../model/arguments.ts';
import type { SourceFile } from '../source.ts';
import type { Statement } from '../statement.ts';
import { writeLine, writeWord } from '../written-line.ts';
import { Comments, noRemarks, type Remarks } from './comments.ts';
import {
  childPath,
  isKey,
  keywordAt,
  reserved,
  rootPath,
  type Shape,
  shapeOf,
  startsWithNumber,
} from './shape.ts';

export type DataValue = null | boolean | number | string | DataList | DataMap;

export interface DataItem {
  readonly value: DataValue;
  readonly remarks: Remarks;
}

export interface DataEntry extends DataItem {
  readonly key: string;
}

export interface DataList {
  readonly kind: 'list';
  readonly items: readonly DataItem[];
  /** Comments behind the last item. */
  readonly trailing?: readonly string[];
}

export interface DataMap {
  readonly kind: 'map';
  readonly entries: readonly DataEntry[];
  readonly trailing?: readonly string[];
}

export interface DataDocument {
  readonly root: DataMap;
  /** Comments behind the last statement. */
  readonly trailing: readonly string[];
  /** Whether a keyword's places were brought together past others: the order must then be proven not to matter. */
  readonly regrouped: boolean;
}

/**
 * The whole configuration. `regroup`: a keyword that comes again after others is put into one list all the same; without
 * it such a block becomes a list in its own order. Comments come from `files`.
 */
export function encodeData(
  statements: readonly Statement[],
  files: readonly SourceFile[],
  regroup: boolean,
): DataDocument {
  const encoder = new Encoder(new Comments(files), regroup);
  const root = encoder.block(statements, rootPath, []);
  return { root, trailing: encoder.comments.rest(), regrouped: encoder.regrouped };
}

/** The value of one statement; only some can stand in a list of their like without being taken for something else. */
interface Encoded extends DataEntry {
  readonly isEscape: boolean;
  readonly shape: Shape;
}

class Encoder {
  readonly comments: Comments;
  private readonly regroup: boolean;
  regrouped = false;

  constructor(comments: Comments, regroup: boolean) {
    this.comments = comments;
    this.regroup = regroup;
  }

  /** A block's map; `head` comes first. */
  block(statements: readonly Statement[], path: string, head: readonly DataEntry[]): DataMap {
    const encoded = statements.map(statement => this.statement(statement, path));
    const groups = new Map<string, Encoded[]>();
    let contiguous = true;
    let last: string | undefined;
    for (const item of encoded) {
      const group = groups.get(item.key);
      if (group === undefined) groups.set(item.key, [item]);
      else {
        group.push(item);
        if (last !== item.key) contiguous = false;
      }
      last = item.key;
    }
    // Several blocks of records, one of them as a line, would read as one block of records.
    const unclear = [...groups.values()].some(
      group => group.length > 1 && group[0]!.shape === 'lines' && group.some(({ isEscape }) => isEscape),
    );
    if (unclear || (!contiguous && !this.regroup))
      return { kind: 'map', entries: [...head, inOrder(encoded)] };
    if (!contiguous) this.regrouped = true;
    const entries = [...groups].map(([key, group]): DataEntry => {
      const [first] = group as [Encoded, ...Encoded[]];
      if (group.length === 1) return first;
      return { key, value: { kind: 'list', items: group }, remarks: noRemarks };
    });
    return { kind: 'map', entries: [...head, ...entries] };
  }

  private statement(statement: Statement, path: string): Encoded {
    const remarks = this.comments.take(statement.place());
    const { keyword, block } = statement;
    const known = keywordAt(path, keyword);
    const shape = known === undefined && block !== undefined ? 'block' : shapeOf(known);
    const line = writeLine(statement);
    const words = restOf(line.text, keyword);
    const entry = (value: DataValue, isEscape = false): Encoded => ({
      key: keyword,
      value,
      remarks,
      isEscape,
      shape,
    });
    const owns = shape === 'block' || shape === 'lines';
    if (words === undefined || !line.closed || !isKey(keyword) || owns !== (block !== undefined)) {
      return {
        ...entry(this.escape(line.text, block, path), true),
        key: isKey(keyword) ? keyword : reserved.other,
      };
    }
    const inner = childPath(path, keyword);
    const head = words === '' ? [] : [plainEntry(reserved.name, words)];
    switch (shape) {
      case 'block': {
        const map = this.block(block!, inner, head);
        return entry({ ...map, ...this.trailing(statement) });
      }
      case 'lines': {
        const items = block!.map(record => this.record(record));
        const list: DataList = { kind: 'list', items, ...this.trailing(statement) };
        if (head.length === 0) return entry(list);
        return entry({ kind: 'map', entries: [...head, plainEntry(reserved.lines, list)] });
      }
      default: {
        const value = scalarOf(statement, shape, words, startsWithNumber(known));
        return value === undefined ? entry(this.escape(line.text, undefined, path), true) : entry(value);
      }
    }
  }

  /** Comments between the last statement of a block and its end, and behind its closing brace. */
  private trailing({ closePlace }: Statement): { readonly trailing?: readonly string[] } {
    if (closePlace === undefined) return {};
    const { above, behind } = this.comments.take(closePlace);
    const trailing = behind === undefined ? above : [...above, behind];
    return trailing.length === 0 ? {} : { trailing };
  }

  /** One line of a block of records. */
  private record(statement: Statement): DataItem {
    const remarks = this.comments.take(statement.place());
    const { text, closed } = writeLine(statement);
    if (closed && statement.block === undefined) return { value: text, remarks };
    return { value: this.escape(text, statement.block, ''), remarks };
  }

  private escape(text: string, block: readonly Statement[] | undefined, path: string): DataMap {
    const line = plainEntry(reserved.line, text);
    if (block === undefined) return { kind: 'map', entries: [line] };
    const inner = inOrder(block.map(statement => this.statement(statement, childPath(path, '?'))));
    return { kind: 'map', entries: [line, inner] };
  }
}

const plainEntry = (key: string, value: DataValue): DataEntry => ({ key, value, remarks: noRemarks });

/** Statement by statement, each a map of one. */
function inOrder(encoded: readonly Encoded[]): DataEntry {
  const items = encoded.map((item): DataItem => {
    return { value: { kind: 'map', entries: [{ ...item, remarks: noRemarks }] }, remarks: item.remarks };
  });
  return plainEntry(reserved.block, { kind: 'list', items });
}

/** What stands behind the keyword; undefined when the keyword is quoted or runs into the next word. */
function restOf(line: string, keyword: string): string | undefined {
  if (!line.startsWith(keyword)) return undefined;
  if (line.length === keyword.length) return '';
  return line[keyword.length] === ' ' ? line.slice(keyword.length + 1) : undefined;
}

const plainNumber = /^-?\d{1,15}(?:\.\d{1,6})?$/;

/** The value of a statement without a block; undefined when only its line can say it. */
function scalarOf(
  statement: Statement,
  shape: Exclude<Shape, 'block' | 'lines'>,
  words: string,
  numeric: boolean,
): DataValue | undefined {
  const word = statement.length === 2 ? statement.word(1)! : undefined;
  const none = statement.length === 1;
  switch (shape) {
    case 'flag':
      return none ? true : undefined;
    case 'boolean':
      return none ? true : word === undefined ? undefined : parseBoolean(word);
    case 'number':
      if (none) return null;
      return word !== undefined && plainNumber.test(word) ? Number(word) : undefined;
    case 'word':
      if (none) return null;
      return word === undefined || writeWord(word) === undefined ? undefined : word;
    case 'text':
      if (none) return null;
      if (numeric && plainNumber.test(words)) return Number(words);
      // Quotes around what needs none.
      return /^"([\w./:=@%+,-]+)"$/.exec(words)?.[1] ?? words;
  }
}
