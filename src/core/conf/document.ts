// One file as a lossless tree: every byte is in a token or before one. For formatting, fixes and editors; nothing is expanded.
// Spec: keepalived.conf(5); printing the tree (print.ts) gives the file back byte for byte, whatever is in it.

import { type PieceKind, type PieceReader, Pieces } from './pieces.ts';
import type { SourceFile } from './source.ts';

/** A token: `leading` is what stands before it (blanks and line ends only), `text` the token itself. Both latin1. */
export interface Token {
  readonly leading: string;
  readonly text: string;
}

/**
 * `statement`: words, maybe a block; a condition `@id` is its first word. `include`: the keyword and the pattern. `definition`: one
 * token per physical line. `loop`: one token. `comment`: one token up to the line end. `dropped`: a line no reader takes (NUL bytes,
 * endless). `brace`: one that opens or closes nothing that has a name.
 */
export type NodeKind = 'statement' | 'include' | 'definition' | 'loop' | 'comment' | 'dropped' | 'brace';

export interface Node {
  readonly kind: NodeKind;
  readonly tokens: readonly Token[];
  readonly block: Block | undefined;
}

export interface Block {
  /** Comments between the statement's words and its `{`. */
  readonly before: readonly Node[];
  readonly open: Token;
  readonly nodes: readonly Node[];
  /** Undefined when the file ends first. */
  readonly close: Token | undefined;
}

export interface Document {
  /** The byte order mark, or nothing. */
  readonly mark: string;
  readonly nodes: readonly Node[];
  /** What follows the last token: blanks and line ends. */
  readonly trailing: string;
}

/** Builds the tree of one file. Never throws; unbalanced braces become `brace` nodes or blocks without a close. */
export function parseDocument(file: SourceFile): Document {
  const builder = new Builder(file.text);
  const end = new Pieces(file).read(builder);
  return { mark: file.text.slice(0, file.bodyStart), nodes: builder.root, trailing: file.text.slice(end) };
}

interface OpenBlock {
  readonly nodes: Node[];
  readonly block: { before: Node[]; open: Token; nodes: Node[]; close: Token | undefined };
}

class Builder implements PieceReader {
  private readonly text: string;
  private nodes: Node[] = [];
  /** Those of the last node, which further pieces may continue. */
  private tokens: Token[] = [];
  private readonly stack: OpenBlock[] = [];

  constructor(text: string) {
    this.text = text;
  }

  get root(): readonly Node[] {
    return this.stack.length > 0 ? this.stack[0]!.nodes : this.nodes;
  }

  piece(kind: PieceKind, more: boolean, from: number, start: number, end: number): void {
    const token = { leading: this.text.slice(from, start), text: this.text.slice(start, end) };
    if (more) this.tokens.push(token);
    else if (kind === 'open') this.open(token);
    else if (kind === 'close') this.close(token);
    else this.push(kind, token);
  }

  private push(kind: NodeKind, token: Token): void {
    this.tokens = [token];
    this.nodes.push({ kind, tokens: this.tokens, block: undefined });
  }

  private open(open: Token): void {
    const { nodes } = this;
    let owner = nodes.length - 1;
    while (owner >= 0 && nodes[owner]!.kind === 'comment') owner--;
    const statement = nodes[owner];
    if (statement?.kind !== 'statement' || statement.block !== undefined) {
      this.push('brace', open);
      return;
    }
    const block = { before: nodes.splice(owner + 1), open, nodes: [], close: undefined };
    nodes[owner] = { ...statement, block };
    this.stack.push({ nodes, block });
    this.nodes = block.nodes;
  }

  private close(token: Token): void {
    const open = this.stack.pop();
    if (open === undefined) {
      this.push('brace', token);
      return;
    }
    open.block.close = token;
    this.nodes = open.nodes;
  }
}
