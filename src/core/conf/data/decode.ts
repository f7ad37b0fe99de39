// Nested data -> keepalived.conf in the canonical style; what no line can say is refused with its path.
// Spec: shape.ts; encode.ts makes what this reads. Accepts what JSON and YAML parsers give: objects or Maps, arrays, scalars.

import { fail, type Outcome, succeed } from '../../fault.ts';
import type { Keyword } from '../keywords/grammar.ts';
import { trimBlanksEnd } from '../mapped.ts';
import { flag, Tape, shape as tokenShape } from '../tape.ts';
import { writeWord } from '../written-line.ts';
import {
  childPath,
  isKey,
  keywordAt,
  reserved,
  reservedKeys,
  rootPath,
  type Shape,
  shapeOf,
} from './shape.ts';

/** Comments of the data, by the place of what they stand at, named as in messages: `a[0].b`; the empty one is the document. */
export type DataRemarks = ReadonlyMap<string, DataRemark>;

export interface DataRemark {
  readonly above: readonly string[];
  readonly behind: string | undefined;
  /** Behind the last entry of a map or list. */
  readonly after: readonly string[];
}

/** The text of the configuration. Fails with `configuration-refused`, the message naming the place as `a[0].b`. */
export function decodeData(data: unknown, remarks: DataRemarks = new Map()): Outcome<string> {
  const writer = new Writer(remarks);
  try {
    const root = mapOf(data);
    if (root === undefined) throw new Unwritable('', 'a map of keywords is expected');
    if (root.has(reserved.name) || root.has(reserved.line) || root.has(reserved.lines)) {
      throw new Unwritable('', `only ${reserved.block} and keywords may stand here`);
    }
    writer.block(root, rootPath, '', '');
    return succeed(writer.text());
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    const where = error.where === '' ? 'the document' : error.where;
    return fail({
      code: 'configuration-refused',
      message: `${where}: ${error.message}`,
      remedy: error.remedy,
    });
  }
}

/** keepalived.conf has at most six levels; the reader stops at this one. */
const deepest = 200;

class Unwritable extends Error {
  readonly where: string;
  readonly remedy = 'docs/schema/keepalived.schema.json describes what may stand where.';
  constructor(where: string, message: string) {
    super(message);
    this.where = where;
  }
}

type Fields = ReadonlyMap<string, unknown>;

function mapOf(value: unknown): Fields | undefined {
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [String(key), item]));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}

const isScalar = (value: unknown): value is string | number | bigint | boolean | null =>
  value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);

class Writer {
  private readonly lines: string[] = [];
  private readonly remarks: DataRemarks;
  /** Comments that wait for the line they stand above. */
  private waiting: string[] = [];
  private wasBlock = false;

  constructor(remarks: DataRemarks) {
    this.remarks = remarks;
  }

  text(): string {
    this.close('', '');
    return this.lines.map(line => `${line}\n`).join('');
  }

  private note(where: string): void {
    const above = this.remarks.get(where)?.above;
    if (above !== undefined) this.waiting.push(...above);
  }

  private flush(indent: string): void {
    for (const text of this.waiting) this.lines.push(commentLine(indent, text));
    this.waiting = [];
  }

  /** What stands at the end of a block, and what waited for a line that never came. */
  private close(where: string, indent: string): void {
    this.waiting.push(...(this.remarks.get(where)?.after ?? []));
    if (this.waiting.length > 0 && indent === '' && this.wasBlock) this.lines.push('');
    this.flush(indent);
  }

  /** The keywords of a block, `_name` left to the caller. */
  block(fields: Fields, path: string, where: string, indent: string): void {
    this.note(`${where}.`);
    for (const [key, value] of fields) {
      const here = where === '' ? key : `${where}.${key}`;
      if (key === reserved.block) this.inOrder(value, path, here, indent);
      else if (key !== reserved.name) this.keyword(key, value, path, here, indent);
    }
  }

  private inOrder(value: unknown, path: string, where: string, indent: string): void {
    if (!Array.isArray(value))
      throw new Unwritable(where, 'a list of maps with one keyword each is expected');
    for (const [index, item] of value.entries()) {
      const fields = mapOf(item);
      const here = `${where}[${index}]`;
      this.note(here);
      if (fields?.size !== 1) throw new Unwritable(here, 'a map with one keyword is expected');
      for (const [key, inner] of fields) this.keyword(key, inner, path, `${here}.${key}`, indent);
    }
  }

  /** `inList`: the value is one of several of the keyword. */
  private keyword(
    key: string,
    value: unknown,
    path: string,
    where: string,
    indent: string,
    inList = false,
  ): void {
    const fields = mapOf(value);
    this.note(where);
    if (fields?.has(reserved.line)) {
      this.asWritten(fields, path, where, indent);
      return;
    }
    if (reservedKeys.has(key) && key !== reserved.other)
      throw new Unwritable(where, `${key} has no meaning here`);
    const known = keywordAt(path, key);
    const shape = shapeHere(known, value);
    if (Array.isArray(value) && !(shape === 'lines' && (inList || !isRepeated(value, where)))) {
      if (inList) throw new Unwritable(where, 'a list in a list has no meaning here');
      for (const [index, item] of value.entries()) {
        this.keyword(key, item, path, `${where}[${index}]`, indent, true);
      }
      return;
    }
    if (!isKey(key)) throw new Unwritable(where, `${JSON.stringify(key)} is no keyword`);
    switch (shape) {
      case 'block':
        if (fields === undefined && value !== null)
          throw new Unwritable(where, 'a map of keywords is expected');
        this.braces(headOf(key, fields, where), where, indent, inner =>
          this.block(fields ?? new Map(), childPath(path, key), where, inner),
        );
        return;
      case 'lines':
        this.records(key, fields, value, where, indent);
        return;
      default: {
        if (!isScalar(value)) throw new Unwritable(where, 'one value is expected, not a map');
        const line = lineOf(key, value, shape, where);
        if (line !== undefined) this.statement(line, where, indent);
      }
    }
  }

  private records(
    key: string,
    fields: Fields | undefined,
    value: unknown,
    where: string,
    indent: string,
  ): void {
    const list = fields === undefined ? value : fields.get(reserved.lines);
    if (!Array.isArray(list)) throw new Unwritable(where, 'a list of lines is expected');
    const odd = [...(fields?.keys() ?? [])].find(name => name !== reserved.name && name !== reserved.lines);
    if (odd !== undefined) throw new Unwritable(`${where}.${odd}`, 'only _name and _lines may stand here');
    this.braces(headOf(key, fields, where), where, indent, inner => {
      for (const [index, item] of list.entries()) {
        const here = `${where}[${index}]`;
        this.note(here);
        const written = mapOf(item);
        if (written !== undefined) this.asWritten(written, '', here, inner);
        else if (isScalar(item) && item !== null) this.statement(String(item), here, inner);
        else throw new Unwritable(here, 'a line of text is expected');
      }
    });
  }

  /** `_line`, maybe with a `_block`. */
  private asWritten(fields: Fields, path: string, where: string, indent: string): void {
    const text = fields.get(reserved.line);
    if (typeof text !== 'string') throw new Unwritable(where, 'the text of the line is expected');
    const odd = [...fields.keys()].find(name => name !== reserved.line && name !== reserved.block);
    if (odd !== undefined) throw new Unwritable(`${where}.${odd}`, 'only _line and _block may stand here');
    if (!fields.has(reserved.block)) {
      this.statement(text, where, indent, true);
      return;
    }
    this.braces(text, where, indent, inner =>
      this.inOrder(fields.get(reserved.block), childPath(path, '?'), `${where}.${reserved.block}`, inner),
    );
  }

  private statement(line: string, where: string, indent: string, open = false): void {
    const closed = checkLine(line, where, open);
    const behind = this.remarks.get(where)?.behind;
    if (behind !== undefined && !closed) this.waiting.push(behind);
    if (indent === '' && this.wasBlock) this.lines.push('');
    this.wasBlock = false;
    this.flush(indent);
    this.lines.push(indent + line + (behind !== undefined && closed ? ` ${commentLine('', behind)}` : ''));
  }

  private braces(line: string, where: string, indent: string, inside: (indent: string) => void): void {
    const closed = checkLine(line, where, true);
    if (indent.length > 4 * deepest) throw new Unwritable(where, 'blocks are nested too deep here');
    if (indent === '' && this.lines.length > 0) this.lines.push('');
    this.note(`${where}.${reserved.name}`);
    this.flush(indent);
    if (closed) this.lines.push(`${indent}${line} {`);
    else this.lines.push(indent + line, `${indent}{`);
    this.wasBlock = false;
    inside(`${indent}    `);
    this.close(where, `${indent}    `);
    this.lines.push(`${indent}}`);
    if (indent === '') this.wasBlock = true;
  }
}

/** One comment may be of several lines in YAML only; a carriage return would end it there and not here. */
const commentLine = (indent: string, text: string): string =>
  trimBlanksEnd(`${indent}#${text.replace(/[\r\n\0]+/g, ' ')}`);

/** An unknown keyword is a block if it has a map. */
function shapeHere(known: Keyword | undefined, value: unknown): Shape {
  if (known !== undefined) return shapeOf(known);
  const first = Array.isArray(value) ? value[0] : value;
  return mapOf(first) !== undefined ? 'block' : 'text';
}

/** Several blocks of records (lists, or maps with a name), or the records of one. */
function isRepeated(list: readonly unknown[], where: string): boolean {
  const blocks = list.filter(item => Array.isArray(item) || mapOf(item)?.has(reserved.lines) === true).length;
  if (blocks !== 0 && blocks !== list.length)
    throw new Unwritable(where, 'lines and lists of lines are mixed');
  return blocks > 0;
}

function headOf(key: string, fields: Fields | undefined, where: string): string {
  const name = fields?.get(reserved.name);
  if (name === undefined || name === null) return key;
  if (!isScalar(name)) throw new Unwritable(`${where}.${reserved.name}`, 'one text is expected');
  return `${key} ${String(name)}`;
}

/** The line of a keyword without a block; undefined: it is left out. */
function lineOf(
  key: string,
  value: string | number | bigint | boolean | null,
  shape: Exclude<Shape, 'block' | 'lines'>,
  where: string,
): string | undefined {
  if (value === null) return key;
  if (typeof value === 'boolean') {
    if (shape === 'flag') return value ? key : undefined;
    return shape === 'boolean' && value ? key : `${key} ${value}`;
  }
  if (typeof value === 'number' && /e/i.test(String(value)))
    throw new Unwritable(where, `${value} is no plain number`);
  const text = String(value);
  if (shape === 'text') return text === '' ? key : `${key} ${text}`;
  const word = writeWord(text);
  if (word === undefined)
    throw new Unwritable(where, `${JSON.stringify(text)} cannot be written as one word`);
  return `${key} ${word}`;
}

/** Refuses what would be read as more, or less, than this one line. Whether something may follow on it. */
function checkLine(line: string, where: string, open: boolean): boolean {
  if (/[\n\0]/.test(line)) throw new Unwritable(where, 'one line is expected');
  const bytes = Buffer.from(`${line}\n`);
  const tape = new Tape(16);
  tape.scan(bytes, 0, bytes.length - 1);
  const { count, kinds, ends } = tape;
  for (let token = 0; token < count; token++) {
    if ((kinds[token]! & tokenShape.brace) !== 0) {
      throw new Unwritable(where, `${line}: braces belong into quotes`);
    }
  }
  const unclosed = count > 0 && (kinds[count - 1]! & flag.unclosed) !== 0;
  // Blanks at the end belong to a quoted word that is not closed.
  const whole = bytes.length - 1;
  const stop = unclosed ? whole : Buffer.byteLength(trimBlanksEnd(line));
  if (count === 0 || ends[count - 1] !== stop) {
    throw new Unwritable(where, `${line}: a comment begins here; write \\# or \\!`);
  }
  if (unclosed && !open) throw new Unwritable(where, `${line}: the closing double quote is missing`);
  return !unclosed && !/['\\]/.test(line.replace(/"(?:\\[\s\S]|[^"\\])*"/g, ''));
}
