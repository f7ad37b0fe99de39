// The lossless tree back to text. Spec: document.ts; print(parse(bytes)) = bytes for any bytes.

import type { Document, Node, Token } from './document.ts';

/** The text of a tree, one character per byte. Blocks may nest as deep as memory allows. */
export function printDocument(document: Document): string {
  const parts: string[] = [document.mark];
  const print = ({ leading, text }: Token) => parts.push(leading, text);
  // A work list instead of recursion: a file of nothing but braces must not exhaust the stack.
  const work: (Node | Token)[] = [...document.nodes].reverse();
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    if ('text' in item) {
      print(item);
      continue;
    }
    item.tokens.forEach(print);
    const { block } = item;
    if (block === undefined) continue;
    if (block.close !== undefined) work.push(block.close);
    for (let at = block.nodes.length - 1; at >= 0; at--) work.push(block.nodes[at]!);
    work.push(block.open);
    for (let at = block.before.length - 1; at >= 0; at--) work.push(block.before[at]!);
  }
  parts.push(document.trailing);
  return parts.join('');
}

/** The file of a tree. */
export const encodeDocument = (document: Document): Buffer => Buffer.from(printDocument(document), 'latin1');
