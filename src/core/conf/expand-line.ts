// One line that is not plain: conditions, definitions, loops and references, until it is words, or an include, or nothing.
// Spec: keepalived.conf(5); the order is condition, definition, loop, substitution (then again), include, words.

import {
  type Definition,
  madeDefinition,
  type Standard,
  type Substituted,
  substituteAll,
} from './definitions.ts';
import { type Events, ExpandedUnit } from './events.ts';
import type { Findings } from './findings.ts';
import { loopPasses, parseLoopHead } from './loops.ts';
import { type MappedLine, type Surrounding, sliceLine, spanOf, trimLine } from './mapped.ts';
import {
  codeEnd,
  codeOf,
  continuation,
  continues,
  definitionHead,
  lineContinues,
  withoutContinuation,
  withPlainMarks,
} from './physical-line.ts';
import { readable, type SourceFile } from './source.ts';
import type { Tape } from './tape.ts';

/** A line under work: where it came from and how deep in expansions it is. */
interface Line {
  readonly line: MappedLine;
  readonly around: Surrounding | undefined;
  readonly depth: number;
}

/** The file being read, as its lines need it. */
export interface FileContext {
  readonly file: SourceFile;
  readonly unit: number;
  readonly tape: Tape;
  readonly standard: Standard;
  readonly includedFrom: Surrounding | undefined;
  /** Offset of the physical line under work. */
  lineStart: number;
  /** Offset up to which lines were consumed as the continuation of a definition. */
  consumed: number;
}

/** Deeper than definitions of many lines are nested by anyone; one that contains itself is unfolded so often. */
const deepestExpansion = 16;
/** A line that is still replaced after so many conditions and replacements never ends. */
const deepestRounds = 1_000;
/** Lines made by loops and definitions over the whole configuration; a loop in a loop in a loop gets there. */
const mostExpandedLines = 500_000;
/** Lines made deeper than loops and definitions are nested by anyone count so often: only what contains itself makes many. */
const usualDepth = 4;
const deepLine = 50;

/** What a finished line may turn out to be besides words; R is the caller's own context of a file. */
export interface LineOutcomes<R extends FileContext> {
  /** Whether the line was an include, which has then been read. */
  include(reading: R, line: MappedLine, around: Surrounding | undefined): boolean;
  /** Told of each statement a special line gave. */
  stated(reading: R, event: number): void;
}

/** Works on lines one after another; definitions live as long as this does. */
export class LineExpansion<R extends FileContext> {
  private readonly expanded = new ExpandedUnit();
  private readonly definitions = new Map<string, Definition>();
  private readonly events: Events;
  private readonly findings: Findings;
  private readonly outcomes: LineOutcomes<R>;
  private readonly expandedUnit: number;
  private lines = 0;

  constructor(events: Events, findings: Findings, outcomes: LineOutcomes<R>) {
    this.events = events;
    this.findings = findings;
    this.outcomes = outcomes;
    this.expandedUnit = events.addUnit(this.expanded);
  }

  /** The physical line `[start, end)`; moves `reading.consumed` on when a definition takes further lines. */
  processLine(reading: R, start: number, end: number): void {
    reading.lineStart = start;
    reading.consumed = end;
    this.process(reading, { line: codeOf(reading.file, start, end), around: reading.includedFrom, depth: 0 });
  }

  private process(reading: R, { line: given, around, depth }: Line): void {
    let line = given;
    for (let rounds = 0; ; rounds++) {
      line = trimLine(line);
      const { text } = line;
      if (text === '') return;
      if (text.startsWith('@')) {
        const rest = this.condition(reading, line, around, depth);
        if (rest === undefined) return;
        line = rest;
        continue;
      }
      const head = definitionHead.exec(text);
      if (head !== null) {
        this.define(reading, line, around, depth, head);
        return;
      }
      if (text.startsWith('~') && this.loop(reading, line, around, depth)) return;
      if (!text.includes('$')) break;
      if (rounds > deepestRounds) {
        this.findings.reportLine(
          'definition-recursion',
          'error',
          'the replacement of definitions in this line never ends',
          given,
          around,
        );
        return;
      }
      const done = this.substitute(reading, line, around, depth);
      if (done === undefined) return;
      const { following } = done;
      if (following.length > 0) {
        this.process(reading, { line: done.line, around, depth: depth + 1 });
        for (const next of following) {
          if (!this.allowed(line, around, depth)) return;
          this.process(reading, { line: next, around, depth: depth + 1 });
        }
        return;
      }
      if (!done.changed) break;
      line = sliceLine(done.line, 0, codeEnd(done.line.text));
      // What substitution made may be a condition, a definition or a loop; references it left alone are final.
      if (!/^[ \t]*[@$~]/.test(line.text) || depth > deepestExpansion) {
        line = trimLine(line);
        break;
      }
      if (/^[ \t]*\$/.test(line.text) && !/^[ \t]*\$[A-Za-z_][A-Za-z0-9_]*=/.test(line.text)) break;
    }
    if (line.text === '' || this.outcomes.include(reading, line, around)) return;
    this.emit(reading, line, around);
  }

  /** `@ID text`, `@^ID text`: the text if the config-id fits. A definition dropped this way takes its continuation along. */
  private condition(
    reading: R,
    line: MappedLine,
    around: Surrounding | undefined,
    depth: number,
  ): MappedLine | undefined {
    const match = /^@(\^?)([^ \t\v\f\r]*)[ \t]*/.exec(line.text)!;
    const used = (readable(match[2]!) === reading.standard.configId) === (match[1] === '');
    const rest = sliceLine(line, match[0].length);
    if (used) return rest.text === '' ? undefined : rest;
    if (depth === 0 && /^\$[A-Za-z_][A-Za-z0-9_]*=/.test(rest.text) && this.continued(reading)) {
      this.continuation(reading);
      this.findings.reportLine(
        'condition-continuation',
        'warning',
        'this definition is not for this config-id; its further lines are passed over too, but keepalived reads them as configuration',
        line,
        around,
      );
    }
    return undefined;
  }

  private define(
    reading: R,
    line: MappedLine,
    around: Surrounding | undefined,
    depth: number,
    head: RegExpExecArray,
  ): void {
    const name = head[1]!;
    if (head[2] !== '') {
      this.findings.reportLine(
        'definition-blank',
        'error',
        `no blank may stand between $${name} and "="`,
        line,
        around,
      );
      if (depth === 0 && this.continued(reading)) this.continuation(reading);
      return;
    }
    const value = trimLine(sliceLine(line, head[0].length));
    const lines = [continues(value.text) ? withoutContinuation(value) : value];
    if (depth === 0 && this.continued(reading)) lines.push(...this.continuation(reading));
    // Lines that are empty but for the backslash are dropped; the last remaining one may be all there is.
    const kept = lines.filter(({ text }) => text !== '');
    this.definitions.set(name, {
      name,
      lines: (kept.length === 0 ? [lines[0]!] : kept).map(withPlainMarks),
    });
  }

  /** Whether the physical line under work (depth 0) is continued. */
  private continued({ file, consumed, lineStart }: R): boolean {
    return lineContinues(file, lineStart, consumed);
  }

  /** Takes the physical lines after the current one as continuation. */
  private continuation(reading: R): readonly MappedLine[] {
    const { lines, end } = continuation(reading.file, reading.consumed);
    reading.consumed = end;
    return lines;
  }

  /** Whether the line was a loop (and is done with). */
  private loop(reading: R, line: MappedLine, around: Surrounding | undefined, depth: number): boolean {
    const head = parseLoopHead(line.text);
    if (head === undefined) return false;
    const refuse = (reason: string) => {
      this.findings.reportLine(
        'loop-malformed',
        'error',
        `this loop cannot be read: ${reason}`,
        line,
        around,
      );
      return true;
    };
    if (head === 'unclosed') return refuse('its ")" is missing');
    if (depth > deepestExpansion) return refuse('it is nested too deep');
    const open = line.text.indexOf('(') + 1;
    const inner = this.substitute(reading, sliceLine(line, open, head.end - 1), around, depth);
    if (inner === undefined) return true;
    if (inner.following.length > 0)
      return refuse('a definition of several lines cannot stand in its parentheses');
    const passes = loopPasses(head.word, inner.line.text);
    if (typeof passes === 'string') return refuse(passes);
    const body = trimLine(sliceLine(line, head.end));
    const span = spanOf(line.pieces, 0, head.end) ?? spanOf(line.pieces, 0, 0)!;
    for (const pass of passes) {
      if (!this.allowed(line, around, depth)) return true;
      for (const [name, value] of pass) this.definitions.set(name, madeDefinition(name, value, span));
      const values = pass.map(([name, value]) => `${name} is ${value === '' ? 'empty' : value}`).join(', ');
      this.process(reading, {
        line: body,
        around: { message: `in this loop, where ${values}`, span, outer: around },
        depth: depth + 1,
      });
    }
    return true;
  }

  /** Replaces until nothing changes; undefined: the line is unusable (reported). */
  private substitute(
    { standard }: R,
    line: MappedLine,
    around: Surrounding | undefined,
    depth: number,
  ): Substituted | undefined {
    const done = substituteAll(line, this.definitions, standard);
    for (const { rule, severity, message, span, fatal } of done.problems) {
      const at = span ?? spanOf(line.pieces, 0, line.text.length);
      if (at !== undefined) this.findings.report(rule, severity, message, at, around);
      if (fatal) return undefined;
    }
    if (done.following.length > 0 && depth > deepestExpansion) {
      this.findings.reportLine('definition-recursion', 'error', 'a definition contains itself', line, around);
      return undefined;
    }
    return done;
  }

  /** Turns a finished line into events: the file's own tokens if nothing changed, else a line of the expanded text. */
  private emit(reading: R, line: MappedLine, around: Surrounding | undefined): void {
    const [piece] = line.pieces;
    const { unit, tape, file } = reading;
    if (
      line.pieces.length === 1 &&
      piece!.exact &&
      piece!.expansion === undefined &&
      piece!.span.file === file &&
      around === reading.includedFrom
    ) {
      const from = firstTokenAt(tape, piece!.span.start);
      let to = from;
      while (to < tape.count && tape.starts[to]! < piece!.span.end) to++;
      this.emitTokens(reading, unit, tape, from, to);
      return;
    }
    const problems = this.expanded.tape.problems.length;
    const from = this.expanded.add(line, around);
    // The scanner's findings on the made line stand at its references.
    for (const { kind, start, end } of this.expanded.tape.problems.slice(problems)) {
      this.findings.reportExpanded(kind, this.expanded.span(start, end), around);
    }
    this.emitTokens(reading, this.expandedUnit, this.expanded.tape, from, this.expanded.tape.count);
  }

  private emitTokens(reading: R, unit: number, tape: Tape, from: number, to: number): void {
    const { events } = this;
    for (let event = events.length, stop = events.addTokens(unit, tape, from, to); event < stop; event++) {
      if (events.counts[event]! > 0) this.outcomes.stated(reading, event);
    }
  }

  /** Counts one more line that a loop or a definition makes; false (and reported, once) when there are too many. */
  private allowed(line: MappedLine, around: Surrounding | undefined, depth: number): boolean {
    if (this.lines > mostExpandedLines) return false;
    this.lines += depth > usualDepth ? deepLine : 1;
    if (this.lines <= mostExpandedLines) return true;
    const made = depth > usualDepth ? mostExpandedLines / deepLine : mostExpandedLines;
    const message = `the expansion makes more than ${made} lines${made < mostExpandedLines ? ' in definitions nested this deep' : ''}; the rest is left out`;
    this.findings.reportLine('expansion-too-large', 'error', message, line, around);
    return false;
  }
}

/** The first token at or after an offset. */
function firstTokenAt(tape: Tape, offset: number): number {
  let low = 0;
  let high = tape.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tape.starts[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
