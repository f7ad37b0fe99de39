// Walks the files: plain lines become events as they stand, the rest goes through expand-line.ts; includes are followed.
// Spec: keepalived.conf(5), include files and include_check.

import type { ConfigurationReader } from '../reader.ts';
import { Events, fileUnit } from './events.ts';
import { type FileContext, LineExpansion } from './expand-line.ts';
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
import { type MappedLine, type Span, type Surrounding, spanOf } from './mapped.ts';
import { eventCount } from './nesting.ts';
import { readable, SourceFile } from './source.ts';
import { includedHere } from './statement.ts';
import { flag, shape, Tape } from './tape.ts';

export interface ExpandOptions {
  readonly configId: string;
  readonly includeChecks: boolean;
}

/** The file being read, as walking and including need it. */
interface Reading extends FileContext {
  /** Directory that relative includes start from; empty for the process's own. */
  readonly directory: string;
  /** Identities of this file and of those that include it. */
  readonly chain: readonly string[];
  /** What include_check demands of all includes. */
  strictness: Strictness;
}

/** keepalived nests until it runs out of file descriptors. */
const deepestInclude = 200;
const mostIncludes = 50_000;

/** Reads everything; afterwards `events`, `files` and `findings` hold the result. */
export class Expansion {
  readonly events = new Events();
  readonly files: SourceFile[] = [];
  readonly findings = new Findings();
  private readonly lines: LineExpansion<Reading>;
  private readonly scanned = new Map<string, { file: SourceFile; tape: Tape }>();
  private readonly reader: ConfigurationReader;
  private readonly options: ExpandOptions;
  private includes = 0;

  constructor(reader: ConfigurationReader, options: ExpandOptions) {
    this.reader = reader;
    this.options = options;
    this.lines = new LineExpansion(this.events, this.findings, {
      include: (reading, line, around) => this.include(reading, line, around),
      stated: (reading, event) => this.noticeIncludeCheck(reading, event),
    });
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
      lineStart: 0,
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
    this.lines.processLine(reading, start, file.lineEnd(start));
    let next = token + 1;
    while (next < tape.count && tape.starts[next]! < reading.consumed) next++;
    return next;
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
    const surrounding: Surrounding = { message: includedHere, span, outer: around };
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
}
