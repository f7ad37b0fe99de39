// Walks the files line by line: plain lines become events as they stand; the rest goes through conditions, definitions, loops, includes.
// Behind it: keepalived.conf(5); the order is condition, definition, loop, substitution (then again), include, words.

import {
  type Definition,
  madeDefinition,
  type Standard,
  type Substituted,
  substituteAll,
} from './definitions.ts';
import { Events, ExpandedUnit, fileUnit } from './events.ts';
import { Findings } from './findings.ts';
import {
  eitherStrict,
  findIncluded,
  type IncludedFile,
  includeCheck,
  includeWords,
  lenient,
  mainFile,
  type Strictness,
  strictest,
} from './include.ts';
import { loopPasses, parseLoopHead } from './loops.ts';
import { type MappedLine, type Span, type Surrounding, sliceLine, spanOf, trimLine } from './mapped.ts';
import { eventCount } from './nest.ts';
import {
  codeEnd,
  codeOf,
  continuation,
  continues,
  definitionHead,
  withoutContinuation,
} from './physical-line.ts';
import type { ConfigurationReader } from './reader.ts';
import { readable, SourceFile } from './source.ts';
import { flag, shape, Tape } from './tape.ts';

export interface ExpandOptions {
  readonly configId: string;
  readonly includeChecks: boolean;
}

/** A line under work: where it came from and how deep in expansions it is. */
interface Line {
  readonly line: MappedLine;
  readonly around: Surrounding | undefined;
  readonly depth: number;
}

/** The file being read. */
interface Reading {
  readonly file: SourceFile;
  readonly unit: number;
  readonly tape: Tape;
  readonly standard: Standard;
  /** Directory that relative includes start from; empty for the process's own. */
  readonly directory: string;
  readonly includedFrom: Surrounding | undefined;
  /** Identities of this file and of those that include it. */
  readonly chain: readonly string[];
  strictness: Strictness;
  /** Offset up to which lines were consumed as the continuation of a definition. */
  consumed: number;
}

/** keepalived nests until it runs out of file descriptors. */
const deepestInclude = 200;
const deepestExpansion = 100;
/** A line that is still replaced after so many conditions and replacements never ends. */
const deepestRounds = 1_000;
/** Together over the whole configuration; a loop in a loop in a loop gets there, no real configuration does. */
const mostExpandedLines = 3_000_000;
const mostIncludes = 50_000;

/** Reads everything; afterwards `events`, `files` and `diagnostics` hold the result. */
export class Expansion {
  readonly events = new Events();
  readonly files: SourceFile[] = [];
  readonly findings = new Findings();
  private readonly expanded = new ExpandedUnit();
  private readonly expandedUnit = this.events.addUnit(this.expanded);
  private readonly definitions = new Map<string, Definition>();
  private readonly scanned = new Map<string, { file: SourceFile; tape: Tape }>();
  private readonly reader: ConfigurationReader;
  private readonly options: ExpandOptions;
  private lines = 0;
  private includes = 0;

  constructor(reader: ConfigurationReader, options: ExpandOptions) {
    this.reader = reader;
    this.options = options;
  }

  /** The main file, or files when `path` is a pattern. */
  readMain(path: string): void {
    const nowhere = new SourceFile(path, new Uint8Array());
    const span = { file: nowhere, start: 0, end: 0 };
    const strictness = this.options.includeChecks ? strictest : mainFile;
    const { files, problems } = findIncluded(path, '', strictness, this.reader);
    for (const { rule, severity, message } of problems)
      this.findings.report(rule, severity, message, span, undefined);
    if (files.length > 1) {
      this.findings.report(
        'multiple-files',
        'warning',
        `${path} matches ${files.length} files; all are read`,
        span,
        undefined,
      );
    }
    for (const file of files)
      this.readFile(file, span, undefined, [], this.options.includeChecks ? strictest : lenient);
  }

  private readFile(
    { path, identity }: IncludedFile,
    at: Span,
    includedFrom: Surrounding | undefined,
    chain: readonly string[],
    strictness: Strictness,
  ): void {
    let known = this.scanned.get(path);
    if (known === undefined) {
      const content = this.reader.read(path);
      if (!content.ok) {
        this.findings.report('file-unreadable', 'error', content.fault.message, at, includedFrom?.outer);
        return;
      }
      const file = new SourceFile(path, content.value);
      const tape = new Tape((file.size >> 3) + 64);
      tape.scan(file.bytes, file.bodyStart, file.size);
      known = { file, tape };
      this.scanned.set(path, known);
      this.files.push(file);
      this.findings.reportFile(file, tape.problems, includedFrom);
    }
    const { file, tape } = known;
    const slash = path.lastIndexOf('/');
    const absolute = this.reader.absolute(path);
    const standard = {
      reader: this.reader,
      configId: this.options.configId,
      directory: absolute.slice(0, Math.max(absolute.lastIndexOf('/'), 1)),
    };
    this.events.reserve(tape.count);
    this.walk({
      file,
      unit: this.events.addUnit(fileUnit(file, tape, includedFrom)),
      tape,
      standard,
      directory: slash < 0 ? '' : path.slice(0, Math.max(slash, 1)),
      includedFrom,
      chain: [...chain, identity],
      strictness,
      consumed: 0,
    });
  }

  /** The hot path: a plain line costs a look at each of its tokens. */
  private walk(reading: Reading): void {
    const { events } = this;
    const { unit, tape } = reading;
    const { kinds, count } = tape;
    const stops = flag.first | shape.brace;
    let token = 0;
    while (token < count) {
      const kind = kinds[token]!;
      if ((kind & flag.special) !== 0) {
        token = this.special(reading, token);
      } else if ((kind & shape.brace) !== 0) {
        events.add(unit, token, (kind & shape.mask) === shape.open ? eventCount.open : eventCount.close);
        token++;
      } else {
        const first = token++;
        while (token < count && (kinds[token]! & stops) === 0) token++;
        events.add(unit, first, token - first);
        // `global_defs { include_check }` on one line; at the start of a line it is a special one.
        if ((kind & flag.first) === 0) this.noticeIncludeCheck(reading, events.length - 1);
      }
    }
  }

  /** A line that needs work; returns the first token of the line after it (and after a definition's continuation). */
  private special(reading: Reading, token: number): number {
    const { file, tape } = reading;
    const start = tape.starts[token]!;
    const end = file.lineEnd(start);
    reading.consumed = end;
    this.process(reading, { line: codeOf(file, start, end), around: reading.includedFrom, depth: 0 });
    let next = token + 1;
    while (next < tape.count && tape.starts[next]! < reading.consumed) next++;
    return next;
  }

  private process(reading: Reading, { line: given, around, depth }: Line): void {
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
          if (!this.allowed(line, around)) return;
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
    if (line.text === '' || this.include(reading, line, around)) return;
    this.emit(reading, line, around);
  }

  /** `@ID text`, `@^ID text`: the text if the config-id fits. A definition dropped this way takes its continuation along. */
  private condition(
    reading: Reading,
    line: MappedLine,
    around: Surrounding | undefined,
    depth: number,
  ): MappedLine | undefined {
    const match = /^@(\^?)(\S*)[ \t]*/.exec(line.text)!;
    const used = (readable(match[2]!) === this.options.configId) === (match[1] === '');
    const rest = sliceLine(line, match[0].length);
    if (used) return rest.text === '' ? undefined : rest;
    if (depth === 0 && /^\$[A-Za-z_][A-Za-z0-9_]*=/.test(rest.text) && continues(rest.text)) {
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
    reading: Reading,
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
      if (depth === 0 && continues(line.text)) this.continuation(reading);
      return;
    }
    const value = trimLine(sliceLine(line, head[0].length));
    const lines = [continues(value.text) ? withoutContinuation(value) : value];
    if (depth === 0 && continues(value.text)) lines.push(...this.continuation(reading));
    // Lines that are empty but for the backslash are dropped; the last remaining one may be all there is.
    const kept = lines.filter(({ text }) => text !== '');
    this.definitions.set(name, { name, lines: kept.length === 0 ? [lines[0]!] : kept });
  }

  /** Takes the physical lines after the current one as continuation. */
  private continuation(reading: Reading): readonly MappedLine[] {
    const { lines, end } = continuation(reading.file, reading.consumed);
    reading.consumed = end;
    return lines;
  }

  /** Whether the line was a loop (and is done with). */
  private loop(reading: Reading, line: MappedLine, around: Surrounding | undefined, depth: number): boolean {
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
      if (!this.allowed(line, around)) return true;
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
    { standard }: Reading,
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

  /** Whether the line was an include (and is done with). */
  private include(reading: Reading, line: MappedLine, around: Surrounding | undefined): boolean {
    const match = /^(include[rmwba]?)[ \t]+(?=\S)/.exec(line.text);
    const own = match === null ? undefined : includeWords.get(match[1]!);
    if (match === null || own === undefined) return false;
    const pattern = readable(line.text.slice(match[0].length));
    const span = spanOf(line.pieces, 0, line.text.length)!;
    this.includes++;
    if (this.includes > mostIncludes || reading.chain.length > deepestInclude) {
      if (this.includes <= mostIncludes + 1) {
        this.findings.report('include-depth', 'error', 'too many includes: is there a cycle?', span, around);
      }
      return true;
    }
    const strictness = eitherStrict(own, reading.strictness);
    const { files, problems } = findIncluded(pattern, reading.directory, strictness, this.reader);
    for (const { rule, severity, message } of problems) {
      const hint = pattern.includes('"') ? ' (quotes are part of the name)' : '';
      this.findings.report(rule, severity, message + hint, span, around);
    }
    const surrounding: Surrounding = { message: 'included here', span, outer: around };
    for (const file of files) {
      if (reading.chain.includes(file.identity)) {
        this.findings.report(
          'include-cycle',
          'error',
          `${file.path} includes itself through this line`,
          span,
          around,
        );
        continue;
      }
      this.readFile(file, span, surrounding, reading.chain, reading.strictness);
    }
    return true;
  }

  private noticeIncludeCheck(reading: Reading, event: number): void {
    if (this.events.wordOf(event, 0) !== 'include_check') return;
    const words = Array.from({ length: this.events.counts[event]! - 1 }, (_, i) =>
      this.events.wordOf(event, i + 1),
    );
    const { strictness, unknown } = includeCheck(reading.strictness, words);
    reading.strictness = strictness;
    if (unknown.length === 0) return;
    const message = `include_check does not know ${unknown.map(readable).join(', ')}`;
    this.findings.report('include-check', 'error', message, this.events.spanOf(event), reading.includedFrom);
  }

  /** Turns a finished line into events: the file's own tokens if nothing changed, else a line of the expanded text. */
  private emit(reading: Reading, line: MappedLine, around: Surrounding | undefined): void {
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
    if (!this.allowed(line, around)) return;
    this.lines++;
    const problems = this.expanded.tape.problems.length;
    const from = this.expanded.add(line, around);
    // The scanner's findings on the made line stand at its references.
    for (const { kind, start, end } of this.expanded.tape.problems.slice(problems)) {
      this.findings.reportExpanded(kind, this.expanded.span(start, end), around);
    }
    this.emitTokens(reading, this.expandedUnit, this.expanded.tape, from, this.expanded.tape.count);
  }

  private emitTokens(reading: Reading, unit: number, tape: Tape, from: number, to: number): void {
    const { events } = this;
    for (let event = events.length, stop = events.addTokens(unit, tape, from, to); event < stop; event++) {
      if (events.counts[event]! > 0) this.noticeIncludeCheck(reading, event);
    }
  }

  /** False (and reported, once) when expansion has made too many lines. */
  private allowed(line: MappedLine, around: Surrounding | undefined): boolean {
    if (this.lines < mostExpandedLines) return true;
    if (this.lines === mostExpandedLines) {
      this.lines++;
      const message = `the expansion makes more than ${mostExpandedLines} lines; the rest is left out`;
      this.findings.reportLine('expansion-too-large', 'error', message, line, around);
    }
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
