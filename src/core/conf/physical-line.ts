// A physical line of a file: its code without the comment, and whether the next line continues it.
// Spec: keepalived.conf(5), comments; a backslash continues nothing but a definition.

import {
  isBlank,
  type MappedLine,
  mapSpan,
  sliceLine,
  trimBlanks,
  trimBlanksEnd,
  trimLine,
} from './mapped.ts';
import type { SourceFile } from './source.ts';

/** Where comment text begins (`#` or `!` outside double quotes and not after a backslash), or the length. */
export function codeEnd(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) quoted = !quoted;
    else if (!quoted && (code === 0x23 || code === 0x21)) return at;
    else if (!quoted && code === 0x27) {
      const close = protectingQuote(text, at);
      if (close > at) at = close;
    }
  }
  return text.length;
}

/** The scanner's rule for single quotes at the start of a word: protective only if they hold `{ } # !`. */
function protectingQuote(text: string, at: number): number {
  if (at > 0 && !isBlank(text.charCodeAt(at - 1))) return at;
  const close = text.indexOf("'", at + 1);
  return close > at && /[{}#!]/.test(text.slice(at, close)) ? close : at;
}

/** The code of a physical line: without comment, line end and blanks. `\\#` stays: the scanner resolves it. */
export function codeOf(file: SourceFile, start: number, end: number): MappedLine {
  const code = codeEnd(file.text.slice(start, end));
  return trimLine(mapSpan({ file, start, end: start + code }));
}

/**
 * A definition's text with `\\#` and `\\!` outside double quotes resolved, as they are when the line is read: where the
 * text is put in later, they begin a comment.
 */
export function withPlainMarks(line: MappedLine): MappedLine {
  const { text } = line;
  if (!text.includes('\\')) return line;
  const parts: MappedLine[] = [];
  let quoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (text[at] === '\\') {
      if (!quoted && (text[at + 1] === '#' || text[at + 1] === '!')) {
        parts.push(sliceLine(line, from, at));
        from = at + 1;
      }
      at++;
    }
  }
  parts.push(sliceLine(line, from));
  return { text: parts.map(part => part.text).join(''), pieces: parts.flatMap(part => part.pieces) };
}

/** Whether a trimmed line ends in a backslash that no other backslash takes up. */
export const continues = (text: string): boolean => (/\\*$/.exec(text)![0].length & 1) === 1;

/** Whether the physical line `[start, end)` is continued: by a backslash at the end of its code or of its comment. */
export const lineContinues = (file: SourceFile, start: number, end: number): boolean => {
  const text = trimBlanksEnd(file.text.slice(start, end));
  return continues(text) || continues(trimBlanksEnd(text.slice(0, codeEnd(text))));
};

export const withoutContinuation = (line: MappedLine): MappedLine =>
  trimLine(sliceLine(line, 0, line.text.length - 1));

/** A definition's name and value, or the blank that keeps a line from being one. */
export const definitionHead = /^\$([A-Za-z_][A-Za-z0-9_]*)([ \t]*)=/;

/**
 * The physical lines that continue the definition before offset `from` (the end of its line), up to the first without a
 * backslash or an empty one; a line of comment only adds nothing. `end` is where reading goes on.
 */
export function continuation(
  file: SourceFile,
  from: number,
): { readonly lines: readonly MappedLine[]; readonly end: number } {
  const lines: MappedLine[] = [];
  let end = from;
  while (end + 1 < file.size) {
    const start = end + 1;
    end = file.lineEnd(start);
    if (trimBlanks(file.text.slice(start, end)) === '') break;
    const line = codeOf(file, start, end);
    if (line.text !== '') lines.push(continues(line.text) ? withoutContinuation(line) : line);
    if (!lineContinues(file, start, end)) break;
  }
  return { lines, end };
}
