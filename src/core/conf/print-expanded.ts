// The statements of a whole configuration as one text without includes, definitions, loops and conditions.
// Behind it: keepalived.conf(5); the result is read as what it was made from, in the style of format.ts.

import type { Place } from './config.ts';
import type { Statement } from './statement.ts';
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
  return lines.map(line => `${line}\n`).join('');
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
  if (origin !== undefined && !closed) lines.push(indent + origin);
  const brace = block === undefined || !closed ? '' : ' {';
  lines.push(indent + text + brace + (origin === undefined || !closed ? '' : ` ${origin}`));
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
  return [...seen].join(', ').replace(/[\0-\x1f]/g, '?');
}

const at = ({ file, line }: Place): string => `${file}:${line}`;
