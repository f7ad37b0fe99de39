// The lossless tree as physical lines, each with what may be done to it: laid out anew, only moved, or nothing at all.
// Behind it: keepalived.conf(5): conditions, definitions, loops and includes are matters of whole physical lines.

import type { Document, Node, Token } from './document.ts';
import { longestPortableLine } from './tape.ts';

/** A word or brace of a line; `gap` is what stands between it and the one before. */
export interface Item {
  readonly kind: 'word' | 'open' | 'close';
  readonly gap: string;
  readonly text: string;
}

/**
 * `plain`: words and braces that mean the same however they are broken into lines. `condition`: `@ID ...`, one line for ever,
 * its words one blank apart. `fixed`: may be indented, nothing else. `frozen`: every byte stays. `comment`: a comment alone.
 */
export type LineKind = 'plain' | 'condition' | 'fixed' | 'frozen' | 'comment';

export interface PhysicalLine {
  readonly kind: LineKind;
  /** Empty lines stood before it. */
  readonly blankBefore: boolean;
  /** What the file has before the text, for frozen lines. */
  readonly indent: string;
  /** The whole line without blanks around it, comment included. */
  readonly text: string;
  readonly items: readonly Item[];
  /** The comment at the end of a plain line or condition, or the one of a comment line. */
  readonly comment: string | undefined;
}

/** Lines are laid out anew only up to this length: with indentation and brace they still fit keepalived's buffer. */
const longestLaidOut = longestPortableLine - 122;

type Role = Item['kind'] | 'comment' | 'whole' | 'further' | 'dropped';

interface Piece {
  readonly role: Role;
  readonly token: Token;
}

/** All lines that hold anything, in order. */
export function physicalLines(document: Document): readonly PhysicalLine[] {
  const known = constantNames(document);
  const lines: PhysicalLine[] = [];
  let pieces: Piece[] = [];
  const finish = () => {
    if (pieces.length > 0) lines.push(lineOf(pieces, known));
    pieces = [];
  };
  for (const piece of piecesOf(document)) {
    if (piece.token.leading.includes('\n')) finish();
    pieces.push(piece);
  }
  finish();
  return lines;
}

function* piecesOf(document: Document): Generator<Piece> {
  // A work list instead of recursion: blocks may nest as deep as the file is long.
  const work: (Node | Piece)[] = [...document.nodes].reverse();
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    if ('role' in item) {
      yield item;
      continue;
    }
    for (const [index, token] of item.tokens.entries()) yield { role: roleOf(item, token, index), token };
    const { block } = item;
    if (block === undefined) continue;
    if (block.close !== undefined) work.push({ role: 'close', token: block.close });
    for (let at = block.nodes.length - 1; at >= 0; at--) work.push(block.nodes[at]!);
    work.push({ role: 'open', token: block.open });
    for (let at = block.before.length - 1; at >= 0; at--) work.push(block.before[at]!);
  }
}

function roleOf({ kind }: Node, { text }: Token, index: number): Role {
  switch (kind) {
    case 'statement':
      return 'word';
    case 'include':
    case 'loop':
      return 'whole';
    case 'definition':
      return index === 0 ? 'whole' : 'further';
    case 'brace':
      return text === '{' ? 'open' : 'close';
    case 'comment':
      return 'comment';
    case 'dropped':
      return 'dropped';
  }
}

function lineOf(pieces: readonly Piece[], known: ReadonlySet<string>): PhysicalLine {
  const [first] = pieces as [Piece, ...Piece[]];
  const breaks = first.token.leading.split('\n');
  const indent = breaks[breaks.length - 1]!;
  const written = pieces.map(({ token }, at) => (at === 0 ? '' : token.leading) + token.text).join('');
  const items: Item[] = [];
  for (const { role, token } of pieces) {
    if (role === 'word' || role === 'open' || role === 'close') {
      items.push({ kind: role, gap: token.leading, text: token.text });
    }
  }
  const last = pieces[pieces.length - 1]!;
  const kind = kindOf(pieces, items, written, known);
  return {
    kind,
    blankBefore: breaks.length > 2,
    indent,
    text: kind === 'frozen' ? written : written.trimEnd(),
    items,
    comment: last.role === 'comment' ? last.token.text.trimEnd() : undefined,
  };
}

function kindOf(
  pieces: readonly Piece[],
  items: readonly Item[],
  written: string,
  known: ReadonlySet<string>,
): LineKind {
  if (pieces.some(({ role }) => role === 'dropped' || role === 'further')) return 'frozen';
  // An open quote takes up everything to the end of the line, blanks included.
  if (items.some(({ text }) => text.startsWith('"') && !isMovable(text))) return 'frozen';
  if (items.length === 0) return pieces[0]!.role === 'comment' ? 'comment' : 'fixed';
  if (pieces.some(({ role }) => role === 'whole') || written.length > longestLaidOut) return 'fixed';
  if (items.some(item => item.kind === 'word' && !isMovable(item.text))) return 'fixed';
  if (!items.every(({ text }) => refersToConstants(text, known))) return 'fixed';
  const [first] = items as [Item, ...Item[]];
  if (first.text.startsWith('@')) return 'condition';
  // A run of words that comes to stand at the start of a line must not become a directive there.
  const starts = items.filter(
    (item, at) => item.kind === 'word' && (at === 0 || items[at - 1]!.kind !== 'word'),
  );
  return starts.some(({ text }) => /^(?:[@~]|incl)|\$/.test(text)) ? 'fixed' : 'plain';
}

/** Blanks around the word mean nothing. Single quotes and backslashes mean something to scripts, which split the line again. */
function isMovable(text: string): boolean {
  if (text.startsWith('"')) return /^"(?:\\[\s\S]|[^"\\])*"$/.test(text);
  return !/['\\]/.test(text);
}

const reference = /\$(?:([A-Za-z_]\w*)(?=[\s,)]|$)|\{([A-Za-z_]\w*)\})/g;

/** Every `$` of the word refers to a definition that is known to be harmless. */
function refersToConstants(text: string, known: ReadonlySet<string>): boolean {
  if (!text.includes('$')) return true;
  let harmless = true;
  const rest = text.replace(reference, (_, bare: string | undefined, braced: string | undefined) => {
    if (!known.has(bare ?? braced!)) harmless = false;
    return '';
  });
  return harmless && !rest.includes('$');
}

const definition = /^(?:@\S*[ \t]+)*\$([A-Za-z_]\w*)=[ \t]*(.*)$/s;
const constantValue = /^[\w.:/,%+-]+(?: [\w.:/,%+-]+)*$/;

/** Names whose every definition is one line of ordinary words. An include may redefine any of them, so then there are none. */
function constantNames(document: Document): ReadonlySet<string> {
  const harmless = new Set<string>();
  const harmful = new Set<string>();
  const work: Node[] = [...document.nodes];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (node.kind === 'include') return new Set();
    if (node.kind === 'definition') {
      const match = definition.exec(node.tokens[0]!.text);
      if (match === null) continue;
      const constant = node.tokens.length === 1 && constantValue.test(match[2]!);
      (constant ? harmless : harmful).add(match[1]!);
    } else if (node.kind === 'loop') {
      for (const [name] of node.tokens[0]!.text.matchAll(/[A-Za-z_]\w*/g)) harmful.add(name);
    }
    for (const inner of node.block?.nodes ?? []) work.push(inner);
  }
  for (const name of harmful) harmless.delete(name);
  return harmless;
}
