// One file judged: each message of keepalived's beside the findings of the linter.
// Truth: keepalived 2.2.7 -t. A line of its cascade counts as told when its one cause is told.

import type { Diagnostic, Statement } from '../../src/core/conf/index.ts';
import { kindOf, rulesFor } from './differences.ts';

export interface Message {
  /** undefined: said after parsing, without a place. */
  readonly line: number | undefined;
  readonly text: string;
}

export interface Judgement {
  /** Lines keepalived reports that have a finding. */
  readonly same: number;
  /** Lines that follow from a finding around or before them. */
  readonly caused: number;
  /** Messages without a line that have their finding somewhere. */
  readonly concluded: number;
  /** Lines and messages of a documented kind, by its name. */
  readonly documented: readonly string[];
  readonly unexplained: readonly Message[];
}

export function messagesOf(output: string): readonly Message[] {
  const messages: Message[] = [];
  for (const text of output.split('\n')) {
    if (text === '' || text.startsWith('#')) continue;
    const match = /^\((?:[^()]*: )?Line (\d+)\)\s*(.*)$/.exec(text);
    if (match === null) messages.push({ line: undefined, text });
    else messages.push({ line: Number(match[1]), text: match[2] ?? '' });
  }
  return messages;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

const within = (line: number, { from, to }: Range) => from <= line && line <= to;

/** Findings after which keepalived loses its place, so that whatever it says further down follows from them. */
const derailing: ReadonlySet<string> = new Set([
  ...['missing-brace', 'extra-brace', 'unexpected-brace', 'unterminated-quote', 'line-too-long'],
  ...['single-quote', 'block-expected', 'block-unexpected', 'unknown-keyword', 'unknown-definition'],
]);

/** An unknown word alone is only dropped; with a block its braces are taken for those of the block around. */
const derails = ({ rule, message }: Diagnostic): boolean =>
  (derailing.has(rule) && (rule !== 'unknown-keyword' || message.includes('whole block'))) ||
  // keepalived reads its content as keywords.
  message === 'a second group list is ignored';

/** Blocks that hold a finding: on their first line, so that all of them follows from it, or anywhere. */
function blocksOf(findings: readonly Diagnostic[], statements: readonly Statement[], last: number) {
  const headed: Range[] = [];
  const holding: Range[] = [];
  const lines = findings.map(({ place }) => place.line);
  const visit = (list: readonly Statement[]) => {
    for (const statement of list) {
      if (statement.block === undefined) continue;
      const range = { from: statement.place().line, to: statement.closePlace?.line ?? last };
      if (lines.includes(range.from)) headed.push(range);
      if (lines.some(line => within(line, range))) holding.push(range);
      visit(statement.block);
    }
  };
  visit(statements);
  return { headed, holding };
}

export function judge(
  findings: readonly Diagnostic[],
  statements: readonly Statement[],
  lastLine: number,
  output: string,
): Judgement {
  const told = findings.filter(({ rule }) => rule !== 'not-acted-on');
  const { headed, holding } = blocksOf(told, statements, lastLine);
  const derailed = Math.min(...told.filter(derails).map(({ place }) => place.line));
  const rules = new Set(told.map(({ rule }) => rule));
  const byLine = new Map<number | undefined, Message[]>();
  for (const message of messagesOf(output)) {
    const known = byLine.get(message.line);
    if (known === undefined) byLine.set(message.line, [message]);
    else known.push(message);
  }
  let [same, caused, concluded] = [0, 0, 0];
  const documented: string[] = [];
  const unexplained: Message[] = [];
  for (const [line, messages] of byLine) {
    if (line === undefined) {
      for (const message of messages) {
        const kind = kindOf(message.text);
        if (derailed < Infinity || rulesFor(message.text).some(rule => rules.has(rule))) concluded++;
        else if (kind !== undefined) documented.push(kind.name);
        else unexplained.push(message);
      }
    } else if (told.some(({ place }) => place.line <= line && line <= place.endLine)) same++;
    // The first pass of keepalived counts a last line without its line feed for the one before.
    else if (line + 1 === lastLine && told.some(({ place }) => place.line === lastLine)) same++;
    else if (messages.every(({ text }) => rulesFor(text).some(rule => rules.has(rule)))) caused++;
    else if (line >= derailed || headed.some(range => within(line, range))) caused++;
    // What keepalived concludes at the end of a block stands at its brace.
    else if (holding.some(({ to }) => to === line)) caused++;
    else {
      const found = messages.map(({ text }) => kindOf(text)?.name);
      const [first] = found;
      if (first !== undefined && !found.includes(undefined)) documented.push(first);
      else unexplained.push(...messages);
    }
  }
  return { same, caused, concluded, documented, unexplained };
}
