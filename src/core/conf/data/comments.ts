// The comments of the files a configuration was read from, handed out to the statements they stand above and behind.
// Spec: keepalived.conf(5), comments: `#` or `!` outside quotes, to the end of the line.

import type { Place } from '../config.ts';
import { trimBlanks, trimBlanksEnd } from '../mapped.ts';
import { codeEnd } from '../physical-line.ts';
import { readable, type SourceFile } from '../source.ts';

/** Texts without their `#` or `!`. */
export interface Remarks {
  readonly above: readonly string[];
  readonly behind: string | undefined;
}

export const noRemarks: Remarks = { above: [], behind: undefined };

interface Remark {
  readonly line: number;
  readonly text: string;
  readonly behind: boolean;
}

/** Each comment is handed out once, to the first statement that asks from below or from its own line. */
export class Comments {
  /** By file: its comments, and how many of them are handed out. */
  private readonly waiting = new Map<string, { readonly remarks: readonly Remark[]; next: number }>();

  constructor(files: readonly SourceFile[]) {
    for (const file of files) this.waiting.set(file.path, { remarks: remarksOf(file), next: 0 });
  }

  /** The comments up to the line where the place begins. */
  take({ file, line }: Place): Remarks {
    const waiting = this.waiting.get(file);
    let remark = waiting?.remarks[waiting.next];
    if (waiting === undefined || remark === undefined || remark.line > line) return noRemarks;
    const above: string[] = [];
    let behind: string | undefined;
    while (remark !== undefined && remark.line <= line) {
      if (remark.behind && remark.line === line) behind = remark.text;
      else above.push(remark.text);
      remark = waiting.remarks[++waiting.next];
    }
    return { above, behind };
  }

  /** What nobody took: comments behind the last statement of a file. */
  rest(): readonly string[] {
    return [...this.waiting.values()].flatMap(({ remarks, next }) =>
      remarks.slice(next).map(({ text }) => text),
    );
  }
}

function remarksOf({ text, bodyStart }: SourceFile): Remark[] {
  const remarks: Remark[] = [];
  if (!/[#!]/.test(text)) return remarks;
  for (const [at, line] of text.slice(bodyStart).split('\n').entries()) {
    const end = codeEnd(line);
    if (end === line.length) continue;
    const behind = trimBlanks(line.slice(0, end)) !== '';
    remarks.push({ line: at + 1, text: readable(trimBlanksEnd(line.slice(end + 1))), behind });
  }
  return remarks;
}
