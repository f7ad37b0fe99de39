// Definitions: their table, the references to them, and the replacement of references in a line.
// Spec: keepalived.conf(5): $NAME=, ${NAME}, multi-line values, ${_PWD}, ${_INSTANCE}, ${_RANDOM}, ${_ENV}, ${_HASH}, ${_BANG}.

import type { ConfigurationReader } from '../reader.ts';
import type { Severity } from './config.ts';
import {
  type Expansion,
  type MappedLine,
  type Piece,
  type Span,
  sliceLine,
  spanOf,
  trimBlanks,
} from './mapped.ts';

/** One definition: the lines of its value, each mapped to where it was written. Never empty. */
export interface Definition {
  readonly name: string;
  readonly lines: readonly MappedLine[];
}

/** Where standard definitions get their values. */
export interface Standard {
  readonly reader: ConfigurationReader;
  readonly configId: string;
  /** Directory of the file being read, absolute. */
  readonly directory: string;
}

/** What went wrong in a replacement; the line it leaves is still used unless `fatal`. */
export interface SubstitutionProblem {
  readonly severity: Severity;
  readonly rule:
    | 'unknown-definition'
    | 'definition-recursion'
    | 'definition-too-long'
    | 'definition-parameter';
  readonly message: string;
  readonly span: Span | undefined;
  /** The line is unusable: drop it. */
  readonly fatal: boolean;
}

export interface Substituted {
  /** The first line; further lines of multi-line values follow as lines of their own, in this order. */
  readonly line: MappedLine;
  readonly following: readonly MappedLine[];
  readonly changed: boolean;
  readonly problems: readonly SubstitutionProblem[];
}

/** Deeper nesting than anyone writes; only a definition that contains itself gets there. */
const deepest = 64;
/** An expanded line longer than this is refused: see longestLine in tape.ts. */
const longest = 65_536;
/** References replaced for one line, so that empty values in each other cannot double for ever. */
const mostReplacements = 10_000;

/** `$NAME`, `${NAME PARAMETER...}`; last what only looks like one, as a shell's `${NAME:-default}`. */
const reference =
  /\$(?:([A-Za-z_][A-Za-z0-9_]*)(?=[ \t\v\f\r,)]|$)|\{([A-Za-z_][A-Za-z0-9_]*)((?:[ \t]+[^ \t\v\f\r{}]+)*)\}|\{[A-Za-z_][^{}"\\]*\})/g;

/**
 * Replaces all references of a line. Text after a value that
 * begins with `~` stays as it is: the loop sets the definitions it refers to.
 */
function substitute(
  line: MappedLine,
  definitions: ReadonlyMap<string, Definition>,
  standard: Standard,
): Substituted {
  const problems: SubstitutionProblem[] = [];
  const out: { text: string; pieces: Piece[] } = { text: '', pieces: [] };
  let following: MappedLine[] = [];
  let replacements = 0;
  let stopped = false;
  let loopAhead = false;

  const stop = (rule: SubstitutionProblem['rule'], message: string, span: Span | undefined) => {
    if (!stopped) problems.push({ rule, severity: 'error', message, span, fatal: true });
    stopped = true;
  };
  const copy = (part: MappedLine, from: number, to: number, within: Expansion | undefined) => {
    if (from >= to) return;
    const cut = sliceLine(part, from, to);
    out.text += cut.text;
    for (const piece of cut.pieces) out.pieces.push(nestPiece(piece, within));
    if (out.text.length > longest) {
      stop(
        'definition-too-long',
        `the expanded line is longer than ${longest} bytes`,
        within?.at ?? cut.pieces[0]?.span,
      );
    }
  };
  // `next` is the character after `part` in the line: `$NAME` at the end of a value counts only before a blank.
  const expand = (part: MappedLine, within: Expansion | undefined, depth: number, next: string) => {
    let at = 0;
    for (const match of part.text.matchAll(reference)) {
      if (stopped || loopAhead) break;
      const name = match[1] ?? match[2];
      const from = match.index;
      const to = from + match[0].length;
      if (match[1] !== undefined && to === part.text.length && !/^(?:[ \t\v\f\r,)]|$)/.test(next)) continue;
      const span = spanOf(part.pieces, from, to);
      const definition =
        name === undefined
          ? undefined
          : (definitions.get(name) ??
            standardDefinition(name, trimBlanks(match[3] ?? ''), standard, span, problems));
      if (name === undefined || definition === undefined) {
        const severity = unknownSeverity(out.text + part.text.slice(at, from), match[0]);
        // In quotes it is a text like any other.
        if (name === undefined && severity !== 'error') continue;
        problems.push({
          rule: 'unknown-definition',
          severity,
          message: name === undefined ? `${match[0]} names no definition` : `${match[0]} is not defined`,
          span: within === undefined ? span : outermost(within),
          fatal: false,
        });
        continue;
      }
      copy(part, at, from, within);
      at = to;
      replacements++;
      const use: Expansion = { name, at: span ?? within!.at, outer: within };
      if (depth >= deepest) return stop('definition-recursion', `$${name} contains itself`, outermost(use));
      if (replacements > mostReplacements) {
        return stop(
          'definition-recursion',
          `more than ${mostReplacements} references in one line`,
          outermost(use),
        );
      }
      const [first, ...rest] = definition.lines;
      following = [
        ...rest.map(value => ({ text: value.text, pieces: value.pieces.map(p => nestPiece(p, use)) })),
        ...following,
      ];
      if (first !== undefined) {
        // The loop sets what its text refers to, so that text is copied as it is.
        loopAhead = first.text.startsWith('~');
        if (loopAhead) copy(first, 0, first.text.length, use);
        else expand(first, use, depth + 1, part.text.slice(to, to + 1) || next);
      }
    }
    copy(part, at, part.text.length, within);
  };
  expand(line, undefined, 0, '');
  if (replacements === 0 && !stopped) return { line, following, changed: false, problems };
  return { line: out, following, changed: replacements > 0, problems };
}

/** Replaced text that refers to more is replaced again, so many times at most. */
const mostRounds = 100;

/** Replaces until nothing changes any more: a replacement may have made a new reference. */
export function substituteAll(
  given: MappedLine,
  definitions: ReadonlyMap<string, Definition>,
  standard: Standard,
): Substituted {
  let line = given;
  let following: readonly MappedLine[] = [];
  const problems: SubstitutionProblem[] = [];
  for (let round = 0; ; round++) {
    const done = substitute(line, definitions, standard);
    line = done.line;
    following = [...done.following, ...following];
    const again =
      done.changed && line.text.includes('$') && !/^[ \t]*~/.test(line.text) && round < mostRounds;
    // What is unknown is known only after the last round.
    problems.push(...done.problems.filter(({ rule }) => !again || rule !== 'unknown-definition'));
    if (!again || done.problems.some(({ fatal }) => fatal)) {
      return { line, following, changed: round > 0 || done.changed, problems };
    }
  }
}

/** keepalived tears an unknown `${NAME}` outside quotes apart at its braces; any other is text that stays as it is. */
function unknownSeverity(before: string, reference: string): Severity {
  const quoted = (before.match(/"/g)?.length ?? 0) % 2 === 1;
  return reference.startsWith('${') && !quoted ? 'error' : 'warning';
}

/** The same piece, seen through one more reference around it. */
function nestPiece(piece: Piece, within: Expansion | undefined): Piece {
  if (within === undefined) return piece;
  return {
    ...piece,
    expansion: piece.expansion === undefined ? within : nestExpansion(piece.expansion, within),
  };
}

const nestExpansion = (inner: Expansion, within: Expansion): Expansion => ({
  ...inner,
  outer: inner.outer === undefined ? within : nestExpansion(inner.outer, within),
});

function outermost(expansion: Expansion): Span {
  let at = expansion;
  while (at.outer !== undefined) at = at.outer;
  return at.at;
}

/** A definition whose text was made, not written: it stands at `span`. */
export function madeDefinition(name: string, text: string, span: Span): Definition {
  const pieces = text === '' ? [] : [{ length: text.length, span, exact: false, expansion: undefined }];
  return { name, lines: [{ text, pieces }] };
}

/** The value of a standard name; undefined for any other. Wrong parameters are a problem and the reference stays. */
function standardDefinition(
  name: string,
  parameters: string,
  { reader, configId, directory }: Standard,
  span: Span | undefined,
  problems: SubstitutionProblem[],
): Definition | undefined {
  if (span === undefined || !(name in standardValues)) return undefined;
  const words = parameters === '' ? [] : parameters.split(/[ \t]+/);
  const refuse = (message: string) => {
    problems.push({
      rule: 'definition-parameter',
      severity: 'error',
      message: `\${${name}}: ${message}`,
      span,
      fatal: false,
    });
  };
  const value = standardValues[name as keyof typeof standardValues](
    { reader, configId, directory },
    words,
    refuse,
  );
  return madeDefinition(name, Buffer.from(value, 'utf8').toString('latin1'), span);
}

type StandardValue = (
  standard: Standard,
  parameters: readonly string[],
  refuse: (message: string) => void,
) => string;

const withoutParameters =
  (value: (standard: Standard) => string): StandardValue =>
  (standard, parameters, refuse) => {
    if (parameters.length > 0) refuse('takes no parameter');
    return value(standard);
  };

/** keepalived's default range of ${_RANDOM}. */
const largestRandom = 32_767;

const standardValues = {
  _PWD: withoutParameters(({ directory }) => directory),
  _INSTANCE: withoutParameters(({ configId }) => configId),
  _HASH: withoutParameters(() => '#'),
  _BANG: withoutParameters(() => '!'),
  _ENV({ reader }, parameters, refuse) {
    const [name] = parameters;
    if (parameters.length !== 1 || name === undefined || !/^\w+$/.test(name)) {
      refuse('needs the name of one environment variable');
      return '';
    }
    return reader.environment(name) ?? '';
  },
  _RANDOM({ reader }, parameters, refuse) {
    const [first, second] = parameters.map(Number);
    if (parameters.length > 2 || parameters.some(text => !/^\d{1,10}$/.test(text))) {
      refuse('takes at most two whole numbers, MIN and MAX');
      return '0';
    }
    const minimum = first ?? 0;
    const maximum = second ?? largestRandom;
    if (minimum > maximum) {
      refuse(`the least value ${minimum} is above the greatest ${maximum}`);
      return String(minimum);
    }
    return String(reader.random(minimum, maximum));
  },
} satisfies Record<string, StandardValue>;
