// What matching braces starts from and what comes out: the events of a configuration, the ends of its blocks, the braces at fault.
// Spec: keepalived.conf(5), blocks.

/** What follows one another in an expanded configuration; a statement's number of words is positive. */
export const eventCount = { open: -1, close: -2 } as const;

/** The columns of the events, and the layout that recovery needs. */
export interface EventTape {
  readonly length: number;
  /** Number of words, or one of eventCount. */
  readonly counts: Int32Array;
  /** Column (from 0) at which the event's line begins its text if the event is the first of that line, else -1. */
  indentOf(event: number): number;
  /** Whether two events stand in one file, so that their indents can be compared. */
  sameFile(one: number, other: number): boolean;
  /** The first word of a statement. */
  keywordOf(event: number): string;
}

export type BraceProblem =
  /** `event` is what opened the block that no brace closes; `before`: the event before which the missing one should stand. */
  | { readonly kind: 'missing-close-brace'; readonly event: number; readonly before: number | undefined }
  /** The statement `event` is followed by a deeper block of lines and its `}`, but by no `{`. */
  | { readonly kind: 'missing-open-brace'; readonly event: number }
  | { readonly kind: 'extra-close-brace'; readonly event: number }
  | { readonly kind: 'unexpected-open-brace'; readonly event: number }
  /** Blocks nest deeper than anything means; this one and those in it count as the level around them. Told once. */
  | { readonly kind: 'nested-too-deep'; readonly event: number };

export interface Nesting {
  /**
   * For an open brace, and for a statement whose `{` is missing: where its block ends (the closing event, or the event before
   * which it was taken as closed). 0 for anything else.
   */
  readonly ends: Int32Array;
  /** Whether `ends` of this event is a real closing brace. */
  readonly closed: Uint8Array;
  readonly problems: readonly BraceProblem[];
}
