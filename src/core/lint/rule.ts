// What a rule of the linter is: an id, a default severity, and what it wants to see while a configuration is built.
// Spec: conf/observer.ts; rules only report, the engine alone knows severities, suppressions, places and fixes.

import type {
  InstanceSight,
  LoadedConfiguration,
  Observer,
  ServerSight,
  Severity,
  Statement,
} from '../conf/index.ts';
import type { Machine } from './machine.ts';
import type { Target } from './target.ts';

/** What rules may ask besides the configuration. */
export interface Facts {
  /** undefined: lvskit itself, which knows every keyword of the catalogue. */
  readonly target: Target | undefined;
  /** The machine that will run it (`--on-target`); undefined anywhere else. */
  readonly machine: Machine | undefined;
}

export interface Related {
  readonly message: string;
  readonly at: Statement;
  readonly word?: number;
}

export interface Details {
  /** The word it is about; without it the whole statement. */
  readonly word?: number;
  readonly related?: readonly Related[];
  /** Another one than the rule's own, where this case is worse or milder. */
  readonly severity?: Severity;
  /** A certain repair: the word (or statement) becomes `text`. Only rules marked `fixable` may give one. */
  readonly fix?: { readonly message: string; readonly text: string };
}

/** The one way to say something. */
export type Report = (at: Statement, message: string, details?: Details) => void;

/** What a rule wants to see; each is called in the order of conf/observer.ts. */
export interface Watch {
  /** Blocks by their catalogue path. */
  readonly blocks?: Readonly<Record<string, (statements: readonly Statement[]) => void>>;
  /** Statements by their keyword, in whatever known block they stand. */
  readonly keywords?: Readonly<Record<string, (statement: Statement, path: string) => void>>;
  readonly everyBlock?: NonNullable<Observer['block']>;
  readonly instance?: (sight: InstanceSight) => void;
  readonly virtualServer?: (sight: ServerSight) => void;
  /** Everything has been seen. `config` holds no virtual servers: they pass by one at a time. */
  readonly end?: (loaded: LoadedConfiguration) => void;
}

export interface Rule {
  /** Stable, kebab-case, never reused; the rule's folder has the same name. */
  readonly id: string;
  readonly severity: Severity;
  /** One sentence. */
  readonly summary: string;
  readonly fixable?: true;
  /** Draws conclusions from the values of a statement and its block: says nothing where one of them could not be read. */
  readonly concludes?: true;
  /** Speaks only with `--on-target`. */
  readonly needsMachine?: true;
  readonly watch: (report: Report, facts: Facts) => Watch;
}

export type InstanceConfig = InstanceSight['config'];
export type ServerConfig = ServerSight['config'];
export type CheckerConfig = ServerSight['checkers'][number]['config'];
