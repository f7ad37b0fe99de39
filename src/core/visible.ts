// Text of files, peers and the kernel, made safe for a terminal and a log: the one place where that is decided. Floor 0: imports nothing.

/** C0, DEL, C1, line and paragraph separators, bidirectional controls, lone surrogates, noncharacters. */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const named: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\u001b': '\\e' };

function escaped(character: string): string {
  const name = named[character];
  if (name !== undefined) return name;
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/**
 * The text on one line with everything a terminal would obey, and everything a reader could not see, written as an escape: `\e`, `\n`,
 * `\x00`, `\u{202e}`. Printable text of any script passes unchanged.
 */
export const visible = (text: string): string => text.replace(unsafe, escaped);
