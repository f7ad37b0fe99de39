// What is told already explains what follows from it: a misspelt keyword is also a missing one, and that is one mistake.
// Spec: one finding for each mistake; what follows only makes the first finding as grave as itself.

import type { Diagnostic } from '../config.ts';
import type { Statement } from '../statement.ts';

interface Told {
  readonly from: number;
  readonly to: number;
}

export class Causes {
  readonly #diagnostics: readonly Diagnostic[];
  /** The keywords a finding is about: its own, the one it was meant for, those of the blocks around it. */
  readonly #subjects = new Map<Diagnostic, string[]>();
  readonly #own = new Map<Diagnostic, readonly string[]>();
  /** Blocks in which something was told, as ranges of the list. */
  readonly #blocks = new Map<Statement, Told>();
  /** Words of what was not read, with the finding that says why. */
  readonly #lost = new Map<string, Diagnostic>();

  constructor(diagnostics: readonly Diagnostic[]) {
    this.#diagnostics = diagnostics;
  }

  /** The last finding is about these keywords. */
  about(...keywords: readonly (string | undefined)[]): void {
    const last = this.#diagnostics[this.#diagnostics.length - 1];
    if (last === undefined) return;
    const known = this.#subjects.get(last) ?? [];
    for (const keyword of keywords) if (keyword !== undefined) known.push(keyword);
    this.#subjects.set(last, known);
    this.#own.set(last, [...known]);
  }

  /** A statement has been read: what was told from `from` on was told in it. */
  inside(statement: Statement, from: number): void {
    const to = this.#diagnostics.length;
    if (to === from) return;
    this.#blocks.set(statement, { from, to });
    for (let i = from; i < to; i++) {
      const finding = this.#diagnostics[i] as Diagnostic;
      const known = this.#subjects.get(finding);
      if (known === undefined) this.#subjects.set(finding, [statement.keyword]);
      else known.push(statement.keyword);
    }
  }

  /** What was told about one of the keywords in a block; `from` for a block that is still being read. */
  of(block: Statement, keywords: readonly string[], from?: number): Diagnostic | undefined {
    return this.#find(block, keywords, from, this.#subjects);
  }

  /** As `of`, but only what was told about the keyword itself, not about something in its block. */
  ofItself(block: Statement, keywords: readonly string[], from?: number): Diagnostic | undefined {
    return this.#find(block, keywords, from, this.#own);
  }

  #find(
    block: Statement,
    keywords: readonly string[],
    from: number | undefined,
    subjects: ReadonlyMap<Diagnostic, readonly string[]>,
  ): Diagnostic | undefined {
    const told = from === undefined ? this.#blocks.get(block) : { from, to: this.#diagnostics.length };
    if (told === undefined) return undefined;
    for (let i = told.from; i < told.to; i++) {
      const finding = this.#diagnostics[i] as Diagnostic;
      if (subjects.get(finding)?.some(keyword => keywords.includes(keyword)) === true) return finding;
    }
    return undefined;
  }

  /** A statement is not read, for the reason told last: nobody can say what its words would have defined or used. */
  lose(statement: Statement): void {
    const last = this.#diagnostics[this.#diagnostics.length - 1];
    if (last === undefined) return;
    const visit = (lost: Statement, from: number) => {
      for (const word of lost.words(from)) if (!this.#lost.has(word)) this.#lost.set(word, last);
      for (const inner of lost.block ?? []) visit(inner, 0);
    };
    visit(statement, 1);
  }

  /** Records the last diagnostic as the reason that NAME is undefined; later undefined-name findings on it are suppressed. */
  misses(name: string | undefined): void {
    const last = this.#diagnostics[this.#diagnostics.length - 1];
    if (last !== undefined && name !== undefined && !this.#lost.has(name)) this.#lost.set(name, last);
  }

  /** Why nothing is known of a name, if it stands in something that was not read. */
  ofName(name: string): Diagnostic | undefined {
    return this.#lost.get(name);
  }
}

/** Makes a finding as grave as what follows from it. */
export function aggravate(finding: Diagnostic, severity: 'warning' | 'error', fatal: boolean): void {
  const { severity: own } = finding;
  Object.assign(finding, {
    severity: severity === 'error' || own === 'error' ? 'error' : own === 'info' ? severity : own,
    ...(fatal ? { fatal: true } : {}),
  });
}
