// Walks the files line by line: plain lines become events as they stand; the rest goes through conditions, definitions, loops, includes.
// Behind it: keepalived.conf(5); the order is condition, definition, loop, substitution (then again), include, words.

import type { Diagnostic } from './config.ts';
import { type Definition, madeDefinition, type Standard, substitute } from './definitions.ts';
import { Events, ExpandedUnit, fileUnit } from './events.ts';
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
import {
  codeEnd,
  type MappedLine,
  mapSpan,
  placeOf,
  type Span,
  type Surrounding,
  sliceLine,
  spanOf,
  surroundingsOf,
  trimLine,
} from './mapped.ts';
import { eventCount } from './nest.ts';
import type { ConfigurationReader } from './reader.ts';
import { readable, SourceFile } from './source.ts';
import { flag, shape, Tape } from './tape.ts';
import { byteOrderMark, tapeDiagnostics } from './tape-diagnostics.ts';

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
  readonly diagnostics: Diagnostic[] = [];
  private readonly expanded = new ExpandedUnit();
  private readonly expandedUnit = this.events.addUnit(this.expanded);
  private readonly definitions = new Map<string, Definition>();
  private readonly scanned = new Map<string, { file: SourceFile; tape: Tape }>();
  private readonly reader: ConfigurationReader;
  private readonly options: ExpandOptions;
  private readonly told = new Set<string>();
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
    for (const { rule, severity, message } of problems) this.report(rule, severity, message, span, undefined);
    if (files.length > 1) {
      this.report(
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
        this.report('file-unreadable', 'error', content.fault.message, at, includedFrom?.outer);
        return;
      }
      const file = new SourceFile(path, content.value);
      const tape = new Tape((file.size >> 3) + 64);
      tape.scan(file.bytes, file.bodyStart, file.size);
      known = { file, tape };
      this.scanned.set(path, known);
      this.files.push(file);
      if (file.bodyStart > 0) this.diagnostics.push(byteOrderMark(file));
      this.diagnostics.push(...tapeDiagnostics(file, tape.problems, surroundingsOf(includedFrom)));
    }
    const { file, tape } = known;
    const slash = path.lastIndexOf('/');
    const absolute = this.reader.absolute(path);
    const standard = {
      reader: this.reader,
      configId: this.options.configId,
      directory: absolute.slice(0, Math.max(absolute.lastIndexOf('/'), 1)),
    };
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
      const head = /^\$([A-Za-z_][A-Za-z0-9_]*)([ \t]*)=/.exec(text);
      if (head !== null) return this.define(reading, line, around, depth, head);
      if (text.startsWith('~') && this.loop(reading, line, around, depth)) return;
      if (!text.includes('$')) break;
      if (rounds > deepestRounds) {
        this.reportLine(
          'definition-recursion',
          'error',
          'the replacement of definitions in this line never ends',
          given,
          around,
        );
        return;
      }
      const done = this.substituteAll(reading, line, around, depth);
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
      this.reportLine(
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
      this.reportLine(
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

  /** Takes the physical lines after the current one as continuation, up to the first without a backslash or an empty one. */
  private continuation(reading: Reading): MappedLine[] {
    const { file } = reading;
    const lines: MappedLine[] = [];
    while (reading.consumed < file.size) {
      const start = reading.consumed + 1;
      if (start >= file.size) break;
      const end = file.lineEnd(start);
      reading.consumed = end;
      if (file.text.slice(start, end).trim() === '') break;
      const line = codeOf(file, start, end);
      // A line of comment only neither ends the definition nor adds to it.
      if (line.text === '') continue;
      if (!continues(line.text)) {
        lines.push(line);
        break;
      }
      lines.push(withoutContinuation(line));
    }
    return lines;
  }

  /** Whether the line was a loop (and is done with). */
  private loop(reading: Reading, line: MappedLine, around: Surrounding | undefined, depth: number): boolean {
    const head = parseLoopHead(line.text);
    if (head === undefined) return false;
    const refuse = (reason: string) => {
      this.reportLine('loop-malformed', 'error', `this loop cannot be read: ${reason}`, line, around);
      return true;
    };
    if (head === 'unclosed') return refuse('its ")" is missing');
    if (depth > deepestExpansion) return refuse('it is nested too deep');
    const open = line.text.indexOf('(') + 1;
    const inner = this.substituteAll(reading, sliceLine(line, open, head.end - 1), around, depth);
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
  private substituteAll(reading: Reading, given: MappedLine, around: Surrounding | undefined, depth: number) {
    let line = given;
    let following: readonly MappedLine[] = [];
    let changed = false;
    for (let pass = 0; ; pass++) {
      const done = substitute(line, this.definitions, reading.standard);
      line = done.line;
      changed ||= done.changed;
      following = [...done.following, ...following];
      // A replacement may have made a new reference; what is unknown is known only after the last pass.
      const again =
        done.changed && line.text.includes('$') && !/^[ \t]*~/.test(line.text) && pass < deepestExpansion;
      for (const { rule, message, span, fatal } of done.problems) {
        if (again && rule === 'unknown-definition') continue;
        const at = span ?? spanOf(given.pieces, 0, given.text.length);
        if (at === undefined) continue;
        const severity = rule === 'unknown-definition' ? unknownSeverity(line.text, message) : 'error';
        this.report(rule, severity, message, at, around);
        if (fatal) return undefined;
      }
      if (!again) break;
    }
    if (following.length > 0 && depth > deepestExpansion) {
      this.reportLine('definition-recursion', 'error', 'a definition contains itself', given, around);
      return undefined;
    }
    return { line, following, changed };
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
        this.report('include-depth', 'error', 'too many includes: is there a cycle?', span, around);
      }
      return true;
    }
    const strictness = eitherStrict(own, reading.strictness);
    const { files, problems } = findIncluded(pattern, reading.directory, strictness, this.reader);
    for (const { rule, severity, message } of problems) {
      const hint = pattern.includes('"') ? ' (quotes are part of the name)' : '';
      this.report(rule, severity, message + hint, span, around);
    }
    const surrounding: Surrounding = { message: 'included here', span, outer: around };
    for (const file of files) {
      if (reading.chain.includes(file.identity)) {
        this.report('include-cycle', 'error', `${file.path} includes itself through this line`, span, around);
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
    this.report('include-check', 'error', message, this.events.spanOf(event), reading.includedFrom);
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
      const span = this.expanded.span(start, end);
      const found = { kind, start: span.start, end: span.end, count: 0 };
      this.diagnostics.push(...tapeDiagnostics(span.file, [found], surroundingsOf(around)));
    }
    this.emitTokens(reading, this.expandedUnit, this.expanded.tape, from, this.expanded.tape.count);
  }

  private emitTokens(reading: Reading, unit: number, tape: Tape, from: number, to: number): void {
    const { events } = this;
    let token = from;
    while (token < to) {
      const kind = tape.kinds[token]!;
      const first = token++;
      if ((kind & shape.brace) !== 0) {
        events.add(unit, first, (kind & shape.mask) === shape.open ? eventCount.open : eventCount.close);
        continue;
      }
      while (token < to && (tape.kinds[token]! & shape.brace) === 0) token++;
      events.add(unit, first, token - first);
      this.noticeIncludeCheck(reading, events.length - 1);
    }
  }

  /** False (and reported, once) when expansion has made too many lines. */
  private allowed(line: MappedLine, around: Surrounding | undefined): boolean {
    if (this.lines < mostExpandedLines) return true;
    if (this.lines === mostExpandedLines) {
      this.lines++;
      const message = `the expansion makes more than ${mostExpandedLines} lines; the rest is left out`;
      this.reportLine('expansion-too-large', 'error', message, line, around);
    }
    return false;
  }

  private reportLine(
    rule: string,
    severity: Diagnostic['severity'],
    message: string,
    line: MappedLine,
    around: Surrounding | undefined,
  ): void {
    const span = spanOf(line.pieces, 0, line.text.length);
    if (span !== undefined) this.report(rule, severity, message, span, around);
  }

  private report(
    rule: string,
    severity: Diagnostic['severity'],
    message: string,
    span: Span,
    around: Surrounding | undefined,
  ): void {
    // Each pass of a loop finds the same mistake again.
    const key = `${rule}:${span.file.path}:${span.start}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    const related = surroundingsOf(around);
    this.diagnostics.push({
      rule,
      severity,
      message: readable(message),
      place: placeOf(span),
      ...(related.length === 0 ? {} : { related }),
    });
  }
}

/** An unknown `${NAME}` outside quotes is torn apart by keepalived; any other is text that is passed on as it stands. */
function unknownSeverity(text: string, message: string): 'error' | 'warning' {
  const name = message.split(' is not defined')[0]!;
  if (!name.startsWith('${')) return 'warning';
  const at = text.indexOf(name);
  return (text.slice(0, Math.max(at, 0)).match(/"/g)?.length ?? 0) % 2 === 1 ? 'warning' : 'error';
}

/** The code of a physical line: without comment, line end and blanks. `\#` stays: the scanner resolves it. */
function codeOf(file: SourceFile, start: number, end: number): MappedLine {
  const code = codeEnd(file.text.slice(start, end));
  return trimLine(mapSpan({ file, start, end: start + code }));
}

/** Whether a trimmed line ends in a backslash that no other backslash takes up. */
const continues = (text: string): boolean => (/\\*$/.exec(text)![0].length & 1) === 1;

const withoutContinuation = (line: MappedLine): MappedLine =>
  trimLine(sliceLine(line, 0, line.text.length - 1));

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
