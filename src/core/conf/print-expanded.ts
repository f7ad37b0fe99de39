// The statements of a whole configuration as one text without includes, definitions, loops and conditions.
// Spec: keepalived.conf(5); the result is read as what it was made from, in the style of format.ts.

import type { Place } from './config.ts';
import type { Statement } from './statement.ts';
import { longestPortableLine } from './tape.ts';
import { writeLine } from './written-line.ts';

export interface PrintOptions {
  /** Says behind each statement where it was written, and through which definitions, loops and includes it came. */
  readonly origins: boolean;
}

/** UTF-8 text; empty for no statements. */
export function printExpanded(statements: readonly Statement[], options: PrintOptions): string {
  const lines: string[] = [];
  let wasBlock = false;
  for (const statement of statements) {
    const { block } = statement;
    if (lines.length > 0 && (wasBlock || block !== undefined)) lines.push('');
    printStatement(statement, block, '', options, lines);
    wasBlock = block !== undefined;
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function printStatement(
  statement: Statement,
  block: readonly Statement[] | undefined,
  indent: string,
  options: PrintOptions,
  lines: string[],
): void {
  const { text, closed } = writeLine(statement);
  const origin = options.origins ? `# ${originsOf(statement)}` : undefined;
  const brace = block === undefined || !closed ? '' : ' {';
  const line = indent + text + brace;
  const behind = closed && line.length + (origin?.length ?? 0) < longestPortableLine;
  if (origin !== undefined && !behind) lines.push(indent + origin);
  lines.push(origin !== undefined && behind ? `${line} ${origin}` : line);
  if (block === undefined) return;
  if (!closed) lines.push(`${indent}{`);
  for (const inner of block) printStatement(inner, inner.block, `${indent}    `, options, lines);
  lines.push(`${indent}}`);
}

/** `lb.conf:12, in the definition of $VIP at main.conf:3, included here at main.conf:9`. */
function originsOf(statement: Statement): string {
  const seen = new Set([at(statement.place())]);
  for (let word = 0; word < statement.length; word++) {
    for (const { message, place } of statement.origins(word)) seen.add(`${message} at ${at(place)}`);
  }
  const text = [...seen].join(', ').replace(/[\0-\x1f]/g, '?');
  return text.length > longestOrigin ? `${text.slice(0, longestOrigin)}...` : text;
}

/** keepalived 2.2 takes what is beyond its line buffer for a further line, even of a comment. */
const longestOrigin = 500;

const at = ({ file, line }: Place): string => `${file}:${line}`;
