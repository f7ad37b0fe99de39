// What the builders share: findings, interface mentions, name tables, and the defaults earlier lines have set.
// Spec: keepalived.conf(5); severities follow the rule of thumb in ../README.md.

import type { ScriptCommand } from '../../script.ts';
import type { Diagnostic, InterfaceReference, Place, Severity } from '../config.ts';
import type { Keyword } from '../keywords/grammar.ts';
import type { Observer } from '../observer.ts';
import { isExpanded, type Statement } from '../statement.ts';
import { aggravate, Causes } from './causes.ts';
import { NameTables, type TableReader } from './name-tables.ts';

interface Unacted {
  readonly statement: Statement;
  readonly path: string;
  /** The word of a record; undefined for a keyword with its whole statement. */
  readonly word: number | undefined;
  count: number;
}

/** What people call a record of these grammars. */
const recordNames: Readonly<Record<string, string>> = {
  '<ip-address-line>': 'an address',
  '<route-line>': 'a route',
  '<nexthop>': 'a nexthop',
  '<rule-line>': 'a rule',
};

/** A program that the configuration runs. */
export interface ProgramReference {
  readonly path: string;
  /** Whom it runs as, where the file says so. */
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly statement: Statement;
  /** In how many places it is named. */
  times: number;
}

export class Context {
  readonly diagnostics: Diagnostic[] = [];
  readonly causes = new Causes(this.diagnostics);
  readonly references: InterfaceReference[] = [];
  /** Programs by absolute path and user, each where it is named first. */
  readonly programs = new Map<string, ProgramReference>();
  readonly names: NameTables;
  /** script_user so far: scripts defined later run as this user. */
  scriptUser: { readonly user: string; readonly group: string | undefined } | undefined;
  /** track_group blocks so far; static addresses, routes and rules name them. */
  readonly trackGroups = new Set<string>();
  /** What a checker may name, with the number of virtual servers before it: it counts for those behind it. */
  readonly checkable = { track_file: new Map<string, number>(), bfd_instance: new Map<string, number>() };
  /** Neighbours of bfd_instance blocks so far. */
  readonly neighbours = new Map<string, Statement>();
  /** Interfaces of garp_group blocks so far. */
  readonly pacedInterfaces = new Map<string, Statement>();
  /** Virtual servers before the statement under work. */
  serversBefore = 0;
  /** Rules that got a preference of their own so far, per family. */
  readonly automaticPreferences = { inet: 0, inet6: 0 };
  readonly #unacted = new Map<Keyword, Unacted>();
  readonly #firsts = new Map<Keyword, Statement>();

  readonly observer: Observer | undefined;

  constructor(readTable: TableReader, observer?: Observer) {
    this.names = new NameTables(readTable);
    this.observer = observer;
  }

  /** Reports at word `word` of the statement, or at the whole statement. Places are computed only here. */
  warn(rule: string, statement: Statement, message: string, word?: number): void {
    this.#add('warning', rule, statement, message, word, false);
  }

  /** The start is refused: something that decides who serves would be missing. */
  error(rule: string, statement: Statement, message: string, word?: number): void {
    this.#add('error', rule, statement, message, word, false);
  }

  /** As error, where keepalived itself would not run the process. */
  fatal(rule: string, statement: Statement, message: string, word?: number): void {
    this.#add('error', rule, statement, message, word, true);
  }

  /** A finding with its certain repair: word `word` becomes `text`. */
  warnWithFix(rule: string, statement: Statement, message: string, word: number, text: string): void {
    this.repairable('warning', rule, statement, message, word, text);
  }

  /** The same, as a warning or an error. */
  repairable(
    severity: 'warning' | 'error',
    rule: string,
    statement: Statement,
    message: string,
    word: number,
    text: string,
  ): void {
    const place = statement.place(word);
    const related = statement.origins(word);
    this.diagnostics.push({
      rule,
      severity,
      message,
      place,
      ...(related.length > 0 ? { related } : {}),
      // Text that an expansion produced cannot be repaired at its place.
      ...(isExpanded(related) ? {} : { fix: { message: `write ${text}`, place, text } }),
    });
    this.causes.about(statement.keyword, text);
  }

  /**
   * A conclusion, unless what it follows from is told already: then that is as grave as the conclusion. `fatal` as
   * above.
   */
  conclude(
    cause: Diagnostic | undefined,
    severity: 'warning' | 'error' | 'fatal',
    rule: string,
    statement: Statement,
    message: string,
    word?: number,
  ): void {
    const fatal = severity === 'fatal';
    const grade = severity === 'warning' ? 'warning' : 'error';
    if (cause === undefined) this.#add(grade, rule, statement, message, word, fatal);
    else aggravate(cause, grade, fatal);
  }

  #add(
    severity: Severity,
    rule: string,
    s: Statement,
    message: string,
    word: number | undefined,
    fatal: boolean,
  ) {
    const related = s.origins(word);
    this.diagnostics.push({
      rule,
      severity,
      message,
      place: s.place(word),
      ...(related.length > 0 ? { related } : {}),
      ...(fatal ? { fatal: true as const } : {}),
    });
    this.causes.about(s.keyword);
  }

  /** A duplicate, with the place of the first one. */
  duplicate(
    severity: Severity,
    statement: Statement,
    first: Statement,
    message: string,
    word?: number,
  ): void {
    this.diagnostics.push({
      rule: 'duplicate',
      severity,
      message,
      place: statement.place(word),
      related: [{ message: 'first here', place: first.place() }, ...statement.origins(word)],
    });
    this.causes.about(statement.keyword);
  }

  /** Whether a keyword of which the first one counts has been seen before; that is told. */
  isSecond(keyword: Keyword, statement: Statement): boolean {
    const first = this.#firsts.get(keyword);
    if (first === undefined) this.#firsts.set(keyword, statement);
    else this.duplicate('warning', statement, first, `a second ${keyword.name} is ignored`);
    return first !== undefined;
  }

  /** Remembers that a keyword without effect was used (`word` of a record); `tellUnacted` reports it once per keyword. */
  notActed(keyword: Keyword, path: string, statement: Statement, word?: number): void {
    const known = this.#unacted.get(keyword);
    if (known !== undefined) known.count++;
    else this.#unacted.set(keyword, { statement, path, word, count: 1 });
  }

  tellUnacted(): void {
    for (const [keyword, { statement, path, word, count }] of this.#unacted) {
      const where = path === '(root)' ? '' : ` of ${recordNames[path] ?? path}`;
      const more = count > 1 ? ` (and ${count - 1} more)` : '';
      this.warn(
        'not-acted-on',
        statement,
        `${keyword.name}${where} is read, but lvskit does not act on it yet${more}`,
        word,
      );
    }
  }

  /** A static item's track_group must stand before it. */
  checkTrackGroup(name: string | undefined, statement: Statement): void {
    if (name === undefined || this.trackGroups.has(name)) return;
    const message = `no track_group ${name} is defined before this line; it is ignored`;
    this.conclude(this.causes.ofName(name), 'warning', 'undefined-name', statement, message);
  }

  /** Notes that the statement runs a program; one without an absolute path is looked for when it runs. Templates name one thousands of times: the first place and the number are enough. */
  runs({ argv: [path = ''], user, group, shell }: ScriptCommand, statement: Statement): void {
    if (shell || !path.startsWith('/')) return;
    const key = `${path}\n${user}\n${group}`;
    const known = this.programs.get(key);
    if (known === undefined) this.programs.set(key, { path, user, group, statement, times: 1 });
    else known.times++;
  }

  /** Notes that word `word` names an interface of the host. */
  mention(name: string, statement: Statement, word: number): void {
    if (name.length > 15)
      this.warn('invalid-name', statement, `${name} is no interface: a name has at most 15 bytes`, word);
    this.references.push({
      name,
      get place(): Place {
        return statement.place(word);
      },
    });
  }
}
