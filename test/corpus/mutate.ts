// One mistake put into a configuration at a random place: what people do to such files.
// Spec: keepalived.conf(5) for the shape of lines and blocks; MISTAKES of published files for what happens to them.

export type Random = () => number;

/** mulberry32: the same seed gives the same mistakes. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Mutation {
  readonly name: string;
  /** Lines (from 1) it can be done to. */
  readonly applies: (line: string, index: number, lines: readonly string[]) => boolean;
  /** The line anew; several lines where it contains line feeds, none for undefined. */
  readonly change: (
    line: string,
    random: Random,
    index: number,
    lines: readonly string[],
  ) => string | undefined;
}

const comment = /^\s*[#!]/;
const word = /^(\s*)([A-Za-z_][\w]*)/;
const opensBlock = (line: string) => /\{\s*$/.test(line) && !comment.test(line);
const closesBlock = (line: string) => /^\s*\}\s*$/.test(line);
const isPlain = (line: string) => word.test(line) && !/[{}"'$@~#!]/.test(line);
const number = /(?<=\s)\d+(?=\s*$)/;

const misspell = (text: string, random: Random): string => {
  const at = 1 + Math.floor(random() * Math.max(1, text.length - 2));
  return text.slice(0, at) + text.slice(at + 1);
};

/** A line whose number is written otherwise. */
const numberAs = (name: string, written: string): Mutation => ({
  name,
  applies: line => isPlain(line) && number.test(line),
  change: line => line.replace(number, written),
});

export const mutations: readonly Mutation[] = [
  {
    name: 'misspelt block',
    applies: line => opensBlock(line) && word.test(line),
    change: (line, random) => line.replace(word, (_all, space, name) => space + misspell(name, random)),
  },
  {
    name: 'misspelt keyword',
    applies: isPlain,
    change: (line, random) => line.replace(word, (_all, space, name) => space + misspell(name, random)),
  },
  { name: 'missing }', applies: closesBlock, change: () => undefined },
  { name: 'extra }', applies: closesBlock, change: line => `${line}\n${line}` },
  {
    name: 'missing {',
    applies: opensBlock,
    change: line => line.replace(/\s*\{\s*$/, ''),
  },
  {
    name: '{ on the next line',
    applies: opensBlock,
    change: line => line.replace(/\s*\{\s*$/, '\n{'),
  },
  {
    name: 'extra {',
    applies: opensBlock,
    change: line => `${line} {`,
  },
  {
    name: 'unclosed quote',
    applies: line => isPlain(line) && /\s\S/.test(line.trim()),
    change: line => line.replace(/(\s)(\S+)\s*$/, '$1"$2'),
  },
  numberAs('word for a number', 'ten'),
  numberAs('number with a tail', '$&x'),
  numberAs('number out of range', '99999999999'),
  numberAs('negative number', '-7'),
  numberAs('zero', '0'),
  {
    name: 'missing argument',
    applies: line => isPlain(line) && /\s\S/.test(line.trim()),
    change: line => line.replace(/\s+\S+\s*$/, ''),
  },
  {
    name: 'extra word',
    applies: isPlain,
    change: line => `${line} extra`,
  },
  {
    name: 'bad address',
    applies: line => /\d+\.\d+\.\d+\.\d+/.test(line) && !comment.test(line),
    change: line => line.replace(/(\d+\.\d+\.\d+)\.\d+/, '$1.999'),
  },
  {
    name: 'line twice',
    applies: line => isPlain(line),
    change: line => `${line}\n${line}`,
  },
  { name: 'line away', applies: isPlain, change: () => undefined },
  {
    name: 'block twice',
    applies: (line, index, lines) => /^\S/.test(line) && opensBlock(line) && endOf(lines, index) > index,
    change: (_line, _random, index, lines) => {
      const text = lines.slice(index, endOf(lines, index) + 1).join('\n');
      return `${text}\n${lines[index] ?? ''}`;
    },
  },
  {
    name: 'upper case',
    applies: isPlain,
    change: line => line.replace(word, (_all, space, name) => space + name.toUpperCase()),
  },
  {
    name: 'full-width quote',
    applies: line => /"/.test(line) && !comment.test(line),
    change: line => line.replace(/"/g, '“'),
  },
  {
    name: 'equals sign',
    applies: line => isPlain(line) && /\s\S/.test(line.trim()),
    change: line => line.replace(/^(\s*\S+)\s+/, '$1 = '),
  },
  {
    name: 'semicolon',
    applies: isPlain,
    change: line => `${line.trimEnd()};`,
  },
  {
    name: 'slash comment',
    applies: isPlain,
    change: line => `${line} // remark`,
  },
  {
    name: 'wrong word',
    applies: line => isPlain(line) && /\s\S/.test(line.trim()),
    change: line => line.replace(/\S+\s*$/, 'nonsense'),
  },
];

/** The line of the brace that closes the block a line at the margin opens; the line itself if there is none. */
function endOf(lines: readonly string[], index: number): number {
  const end = lines.findIndex((line, at) => at > index && /^\}/.test(line));
  return end < 0 ? index : end;
}

export interface Mutant {
  readonly mutation: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export function mutate(text: string, mutation: Mutation, index: number, random: Random): Mutant {
  const lines = text.split('\n');
  const changed = mutation.change(lines[index] ?? '', random, index, lines);
  lines.splice(index, 1, ...(changed === undefined ? [] : [changed]));
  return { mutation: mutation.name, line: index + 1, text: lines.join('\n') };
}

/** Every place of a text at which a mutation can be done. */
export function placesOf(text: string, mutation: Mutation): readonly number[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => (mutation.applies(line, index, lines) ? [index] : []));
}
