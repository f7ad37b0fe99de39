// A statement back to one line of text that is read as the same statement: marks escaped, directives disarmed.
// Spec: keepalived.conf(5), comments, quotes and the words that only count at the start of a line.

import type { Statement } from './statement.ts';

/** A line, and whether something may follow on it (an open quote or a last backslash would take it up). */
export interface WrittenLine {
  readonly text: string;
  readonly closed: boolean;
}

/** Without any of these the line is words one blank apart, and nothing but words; nearly every line is so. */
const remarkable = /["'\\\t\f\v\r#!]| {2}/;

const quoted = /"(?:\\[\s\S]|[^"\\])*"/g;

/** The logical line as it must be written to be read again, words one blank apart where blanks mean nothing. */
export function writeLine(statement: Statement): WrittenLine {
  const { raw } = statement;
  if (!remarkable.test(raw)) return { text: disarm(raw, statement), closed: true };
  // Scripts split the line again, by rules of their own for single quotes and backslashes.
  const touchy = /["'\\]/.test(raw.replace(quoted, ''));
  const spaced = touchy ? raw : joinWords(raw);
  return { text: disarm(escapeMarks(spaced), statement), closed: !touchy };
}

/** Quoted words stay as they are; runs of blanks between words become one. */
const joinWords = (raw: string): string =>
  raw.replace(/("(?:\\[\s\S]|[^"\\])*")|[ \t\f\v\r]+/g, (_, word: string | undefined) => word ?? ' ');

/** `#` and `!` outside double quotes were escaped, else a comment had begun there. */
function escapeMarks(text: string): string {
  if (!/[#!]/.test(text)) return text;
  return text.replace(/"(?:\\[\s\S]|[^"\\])*"?|\\[\s\S]|[#!]/g, part =>
    part === '#' || part === '!' ? `\\${part}` : part,
  );
}

/** Includes, conditions, definitions and loops: words that stood elsewhere in a line must not become one at its start. */
const directive = /^(?:@|~|\$\w+=|include[rmwba]?(?:[ \t\v\f\r]|$))/;

function disarm(text: string, { keyword }: Statement): string {
  if (!directive.test(text)) return text;
  const first = /^[^ \t\v\f\r"]+/.exec(text)![0];
  return first === keyword ? `"${first}"${text.slice(first.length)}` : text;
}

/** A word as it must be written to be read as this one word; undefined when no way of writing gives it. */
export function writeWord(word: string): string | undefined {
  if (/[\n\0]/.test(word)) return undefined;
  // A backslash keeps its meaning only outside quotes, and a quote inside a word only behind a backslash.
  const bare = word !== '' && /^(?:\\[^\s]|[^\s"'{}\\#!])+$/.test(word);
  if (bare && !/\\[#!]/.test(word)) return word;
  if (/^(?:\\[\s\S]|[^"\\])*$/.test(word)) return `"${word}"`;
  return undefined;
}
