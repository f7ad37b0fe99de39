// ~SEQ, ~SEQx and ~LST: the loop head parsed into the list of values to set for each pass.
// Spec: keepalived.conf(5), sequences and lists; numbers are C literals of base 0.

import { trimBlanks } from './mapped.ts';

/** One pass sets these definitions, then the text after the head is a line. */
export type LoopPass = readonly (readonly [name: string, value: string])[];

export interface LoopHead {
  /** `~SEQ`, `~SEQx` or `~LST`. */
  readonly word: string;
  /** What stands between the parentheses. */
  readonly parameters: string;
  /** Offset behind the closing parenthesis. */
  readonly end: number;
}

/** A loop with more passes than this is a mistake; it would make more lines than any configuration has. */
export const mostPasses = 1_000_000;

/** The head of a line that begins with a loop; undefined: it is none; 'unclosed': no `)`. */
export function parseLoopHead(text: string): LoopHead | 'unclosed' | undefined {
  const match = /^~(?:SEQx?|LST)(?=[ \t]*\()/.exec(text);
  if (match === null) return undefined;
  const open = text.indexOf('(', match[0].length);
  const close = text.indexOf(')', open);
  if (close < 0) return 'unclosed';
  return { word: match[0], parameters: text.slice(open + 1, close), end: close + 1 };
}

/** All passes of a loop, or why it is malformed. `parameters` come with their references replaced. */
export function loopPasses(word: string, parameters: string): readonly LoopPass[] | string {
  if (word === '~LST') return listPasses(parameters);
  return sequencePasses(parameters, word === '~SEQx');
}

const nameOf = /^[A-Za-z_][A-Za-z0-9_]*$/;

function sequencePasses(parameters: string, hexadecimal: boolean): readonly LoopPass[] | string {
  const [name = '', ...rest] = parameters.split(',').map(trimBlanks);
  if (!nameOf.test(name)) return `"${name}" is no name for a loop variable`;
  if (rest.length < 1 || rest.length > 3) return 'needs one to three numbers after the variable';
  const numbers = rest.map(parseNumber);
  const wrong = numbers.indexOf(undefined);
  if (wrong >= 0) return `"${rest[wrong]}" is not a number`;
  const { start, step, end } = bounds(numbers as number[]);
  if (step === 0 || (end - start) * step < 0) return `a step of ${step} never leads from ${start} to ${end}`;
  if (hexadecimal && Math.min(start, end) < 0) return 'hexadecimal loops take no negative numbers';
  const count = Math.floor((end - start) / step) + 1;
  if (count > mostPasses) return `${count} passes are more than the limit of ${mostPasses}`;
  return Array.from({ length: count }, (_, pass) => {
    const value = start + pass * step;
    return [[name, hexadecimal ? value.toString(16) : String(value)]] as const;
  });
}

/** One number is END, two are START and END, three START, STEP and END. */
function bounds(numbers: readonly number[]): { start: number; step: number; end: number } {
  const [first = 0, second = 0, third = 0] = numbers;
  if (numbers.length === 1) return { start: first < 0 ? -1 : 1, step: first < 1 ? -1 : 1, end: first };
  if (numbers.length === 2) return { start: first, step: first > second ? -1 : 1, end: second };
  return { start: first, step: second, end: third };
}

/** strtol with base 0: 0x10, 010, 16; undefined when anything else follows. */
function parseNumber(text: string): number | undefined {
  const match = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))$/.exec(text);
  if (match === null) return undefined;
  const [, sign, hexadecimal, octal, decimal] = match;
  const value =
    hexadecimal !== undefined
      ? Number.parseInt(hexadecimal, 16)
      : octal !== undefined
        ? Number.parseInt(octal, 8)
        : Number(decimal);
  if (!Number.isSafeInteger(value)) return undefined;
  // `0 - value`, so that -0 prints as 0.
  return sign === '-' ? 0 - value : value;
}

function listPasses(parameters: string): readonly LoopPass[] | string {
  const groups = splitGroups(parameters);
  if (typeof groups === 'string') return groups;
  const [names, ...sets] = groups;
  if (names === undefined || names.length === 0) return 'needs a variable';
  const wrong = names.find(name => !nameOf.test(name));
  if (wrong !== undefined) return `"${wrong}" is no name for a loop variable`;
  if (sets.length === 0) return 'needs at least one value';
  const long = sets.find(set => set.length > names.length);
  if (long !== undefined) return `{${long.join(', ')}} has more values than there are variables`;
  return sets.map(set => names.map((name, at) => [name, set[at] ?? ''] as const));
}

/** `{a, b}, c` -> [[a, b], [c]]; values end at blanks, commas, braces and parentheses. */
function splitGroups(parameters: string): readonly (readonly string[])[] | string {
  const groups: string[][] = [];
  let open: string[] | undefined;
  let expectComma = false;
  for (const [token] of parameters.matchAll(/[{},]|[^ \t\v\f\r{},()]+/g)) {
    if (token === '{') {
      if (open !== undefined) return 'braces do not nest here';
      if (expectComma) return 'a comma is missing before "{"';
      open = [];
    } else if (token === '}') {
      if (open === undefined) return 'a "}" without "{"';
      groups.push(open);
      open = undefined;
      expectComma = true;
    } else if (token === ',') {
      if (open === undefined && !expectComma) return 'a value is missing before ","';
      expectComma = false;
    } else {
      if (open === undefined && expectComma) return `a comma is missing before "${token}"`;
      if (open !== undefined) open.push(token);
      else {
        groups.push([token]);
        expectComma = true;
      }
    }
  }
  if (open !== undefined) return 'a "}" is missing';
  return groups;
}
