// Statements as windows on the event columns: made when visited, so that a walk leaves only short-lived objects.
// Spec: statement.ts is the contract; the columns are in events.ts, the braces in nest.ts.

import type { Place } from './config.ts';
import type { Events } from './events.ts';
import { definitionsOf, placeOf, type Span, surroundingsOf } from './mapped.ts';
import { eventCount, type Nesting } from './nesting.ts';
import { readable } from './source.ts';
import type { Origin, Statement } from './statement.ts';
import { shape, unescapeMarks } from './tape.ts';

/** The columns of one reading, and the keywords seen so far. */
export interface Tree {
  readonly events: Events;
  readonly nesting: Nesting;
}

/** The statements of events `[from, to)`; braces without an owner and what follows them count as this level. */
export function statementsBetween(tree: Tree, from: number, to: number): Statement[] {
  const { counts } = tree.events;
  const { ends, closed } = tree.nesting;
  const statements: Statement[] = [];
  let event = from;
  while (event < to) {
    if (counts[event]! <= 0) {
      event++;
      continue;
    }
    statements.push(new StatementView(tree, event));
    // A block is opened by the next event, or by the statement itself if its brace is missing.
    const open = event + 1 < to && counts[event + 1] === eventCount.open ? event + 1 : event;
    event = ends[open]! > 0 ? ends[open]! + closed[open]! : open + 1;
  }
  return statements;
}

class StatementView implements Statement {
  private readonly tree: Tree;
  private readonly event: number;
  private known: string | undefined = undefined;

  constructor(tree: Tree, event: number) {
    this.tree = tree;
    this.event = event;
  }

  get keyword(): string {
    this.known ??= this.tree.events.keywordOf(this.event);
    return this.known;
  }

  get length(): number {
    return this.tree.events.counts[this.event]!;
  }

  word(i: number): string | undefined {
    const { events } = this.tree;
    if (i < 0 || i >= events.counts[this.event]!) return undefined;
    const text = events.wordOf(this.event, i);
    return events.unitOf(this.event).ascii ? text : readable(text);
  }

  words(from = 1): readonly string[] {
    const words: string[] = [];
    for (let i = from; i < this.length; i++) words.push(this.word(i)!);
    return words;
  }

  isQuoted(i: number): boolean {
    const { events } = this.tree;
    if (i < 0 || i >= this.length) return false;
    const kind = events.unitOf(this.event).tape.kinds[events.firsts[this.event]! + i]!;
    return (kind & shape.mask) === shape.quoted;
  }

  get raw(): string {
    const { events } = this.tree;
    const text = events.unitOf(this.event).slice(events.startOf(this.event), events.endOf(this.event));
    return readable(text.includes('\\') ? withoutMarkEscapes(text) : text);
  }

  /** The event that opens the block, undefined without one. */
  private get opening(): number | undefined {
    const { events, nesting } = this.tree;
    const next = this.event + 1;
    if (next < events.length && events.counts[next] === eventCount.open) {
      return nesting.ends[next]! > 0 ? next : undefined;
    }
    return nesting.ends[this.event]! > 0 ? this.event : undefined;
  }

  get block(): readonly Statement[] | undefined {
    const open = this.opening;
    if (open === undefined) return undefined;
    return statementsBetween(this.tree, open + 1, this.tree.nesting.ends[open]!);
  }

  private spanOf(i: number | undefined): Span {
    const { events } = this.tree;
    if (i === undefined || i < 0 || i >= this.length) return events.spanOf(this.event);
    const { tape } = events.unitOf(this.event);
    const token = events.firsts[this.event]! + i;
    return events.unitOf(this.event).span(tape.starts[token]!, tape.ends[token]!);
  }

  place(i?: number): Place {
    return placeOf(this.spanOf(i));
  }

  origins(i?: number): readonly Origin[] {
    const { events } = this.tree;
    const unit = events.unitOf(this.event);
    const token = events.firsts[this.event]! + (i === undefined || i >= this.length ? 0 : i);
    const start = unit.tape.starts[token]!;
    const around = surroundingsOf(unit.surrounding(start));
    const written = unit.pieces(start);
    if (written === undefined) return around;
    const end = i === undefined ? events.endOf(this.event) : unit.tape.ends[token]!;
    const { pieces, lineStart } = written;
    const definitions = definitionsOf(pieces, start - lineStart, end - lineStart);
    // A loop's variable is defined by the loop itself: the loop's own line says it with the value.
    const same = (one: Place, other: Place) =>
      one.file === other.file && one.line === other.line && one.column === other.column;
    return [...definitions.filter(({ place }) => !around.some(loop => same(loop.place, place))), ...around];
  }

  get openPlace(): Place | undefined {
    const open = this.opening;
    return open === undefined || open === this.event ? undefined : placeOf(this.tree.events.spanOf(open));
  }

  get closePlace(): Place | undefined {
    const open = this.opening;
    const { ends, closed } = this.tree.nesting;
    return open === undefined || closed[open] === 0
      ? undefined
      : placeOf(this.tree.events.spanOf(ends[open]!));
  }
}

/** `\#` and `\!` resolved outside double quotes; inside them backslash pairs stay. */
function withoutMarkEscapes(text: string): string {
  return text.replace(/"(?:\\[\s\S]|[^"\\])*"?|(?:\\[\s\S]|[^"\\])+/g, part =>
    part.startsWith('"') ? part : unescapeMarks(part),
  );
}
