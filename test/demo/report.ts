// What the demo's story tells while it happens and returns at its end; all times are milliseconds since the story's begin.

/** One slice of the timeline. */
export interface Slice {
  readonly at: number;
  /** Who answered the echo of the virtual address last. */
  readonly director: string;
  /** Answers per web server. */
  readonly answers: Readonly<Record<string, number>>;
  readonly lost: number;
}

export interface Happening {
  readonly at: number;
  readonly text: string;
}

/** One thing that had to happen. */
export interface Check {
  readonly what: string;
  readonly good: boolean;
  readonly detail: string;
}

/** Requests sent in a part of the story. */
export interface Phase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly sent: number;
  readonly lost: number;
  /** Answered, but only after half a second: the connection had to be asked for twice. */
  readonly late: number;
  /** Of the lost ones, those reset at one moment: connections under way when the address moved to a director that does not know them. */
  readonly severed: number;
  readonly answers: Readonly<Record<string, number>>;
}

export interface Story {
  readonly slices: readonly Slice[];
  readonly happenings: readonly Happening[];
  readonly phases: readonly Phase[];
  readonly checks: readonly Check[];
  /** Milliseconds each reaction took. */
  readonly reactions: readonly { readonly name: string; readonly took: number }[];
}

export const sliceLength = 500;
export const webServers = ['web1', 'web2'] as const;
