// What the text of a file holds that the reader takes otherwise than people: quotes and blanks of other alphabets, comments that go on.
// Spec: keepalived's words end at ASCII blanks and its only quote is `"`; it looks for a last `\` before it drops a comment.

import type { Diagnostic, SourceFile } from '../conf/index.ts';

/** UTF-8 as latin1: “ ” „ ‘ ’ and the full-width quote; no-break, ideographic and zero-width blanks. */
const oddCharacter =
  /\xe2\x80[\x98\x99\x9c\x9d\x9e]|\xef\xbc\x82|\xc2\xa0|\xe3\x80\x80|\xe2\x80\x8b|\xef\xbb\xbf/g;
const blanks: ReadonlySet<string> = new Set(['\xc2\xa0', '\xe3\x80\x80', '\xe2\x80\x8b', '\xef\xbb\xbf']);

/** Whether a comment begins in the text: `#` or `!` outside double quotes. */
const hasComment = (text: string): boolean =>
  /[#!]/.test(text.replace(/"[^"]*"/g, '').replace(/\\[#!]/g, ''));

/** One finding for each line, and none where something is told of it already. */
export function oddText(file: SourceFile, told: readonly Diagnostic[]): readonly Diagnostic[] {
  const lines = new Set(told.filter(({ place }) => place.file === file.path).map(({ place }) => place.line));
  const found: Diagnostic[] = [];
  const add = (rule: string, message: string, start: number, end: number) => {
    const place = file.place(start, end);
    if (lines.has(place.line)) return;
    lines.add(place.line);
    found.push({ rule, severity: 'warning', message, place });
  };
  const { text } = file;
  if (!file.ascii) {
    for (const match of text.matchAll(oddCharacter)) {
      const start = match.index;
      const from = text.lastIndexOf('\n', start) + 1;
      if (start < file.bodyStart || hasComment(text.slice(from, start))) continue;
      const [bytes] = match;
      const message = blanks.has(bytes)
        ? 'this blank is none to keepalived, which takes it for a part of the word; write a plain one'
        : `${Buffer.from(bytes, 'latin1').toString('utf8')} is no quote to keepalived; write "`;
      add('odd-character', message, start, start + bytes.length);
    }
  }
  for (let end = text.indexOf('\\\n'); end >= 0; end = text.indexOf('\\\n', end + 1)) {
    const from = text.lastIndexOf('\n', end) + 1;
    const line = text.slice(from, end + 1);
    // Within the lines of a definition it is what goes on.
    const before = text.slice(text.lastIndexOf('\n', from - 2) + 1, from).trimEnd();
    if (!/^[ \t]*[#!]/.test(line) || (before.endsWith('\\') && !/^[ \t]*[#!]/.test(before))) continue;
    const message = 'keepalived keeps the \\ at the end of a comment and takes it for a keyword; remove it';
    add('comment-continuation', message, from + line.search(/[#!]/), end + 1);
  }
  return found;
}
