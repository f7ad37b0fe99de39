// The verbose output of genhash: hexadecimal dumps of header, body and digest under ruled titles.
// Spec: genhash(1) -v of keepalived 2.2.7; offsets are decimal, of their low 16 bits.

import type { ReplyListener } from '../../check/index.ts';
import { visible } from '../../visible.ts';

const rule = '-'.repeat(23);

/** The titles with the blanks the original pads them with. */
const titles = {
  header: '    HTTP Header Buffer    ',
  text: ' HTTP Header Ascii Buffer ',
  body: '        HTML Buffer        ',
  hash: '    HTML hash resulting    ',
  final: ' HTML hash final resulting ',
} as const;

const title = (name: keyof typeof titles) => `${rule}[${titles[name]}]${rule}\n`;

/** Sixteen bytes a line, with their characters where they are printable. */
export function dumpBytes(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    let hexadecimal = '';
    let characters = '';
    for (let i = 0; i < 16; i++) {
      const byte = row[i];
      if (i === 8) hexadecimal += ' -';
      hexadecimal += byte === undefined ? '   ' : ` ${byte.toString(16).padStart(2, '0')}`;
      if (byte === undefined) characters += ' ';
      else characters += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
    }
    text += `${String(at & 0xffff).padStart(4, '0')} ${hexadecimal}   ${characters}\n`;
  }
  return text;
}

export interface VerboseOutput extends ReplyListener {
  /** The end: the digest, and how long it took. */
  digest(digest: string, url: string, microseconds: number): void;
}

export const timeText = (url: string, microseconds: number): string =>
  `Global response time for [${url}] = ${microseconds} usecs\n`;

/** What a peer says reaches a terminal without its control characters, and everything else as it is. */
const headerText = (bytes: Uint8Array, onTerminal: boolean): string => {
  const text = Buffer.from(bytes).toString();
  return onTerminal ? text.split(/\r?\n/).map(visible).join('\n') : text;
};

/** Writes each part as it is told. */
export function verboseOutput(
  write: (text: string) => void,
  onTerminal = process.stdout.isTTY === true,
): VerboseOutput {
  return {
    header: bytes =>
      write(`${title('header')}${dumpBytes(bytes)}${title('text')}${headerText(bytes, onTerminal)}\n`),
    body: bytes => write(`${title('body')}${dumpBytes(bytes)}`),
    digest(digest, url, microseconds) {
      const hash = dumpBytes(Buffer.from(digest, 'hex'));
      write(`\n${title('hash')}${hash}${title('final')}${digest}\n\n`);
      write(timeText(url, microseconds));
    },
  };
}
