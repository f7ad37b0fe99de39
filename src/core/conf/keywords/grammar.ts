// The shape of a catalogue entry: what a keyword is, which words it takes, in which units and ranges.
// Spec: keepalived.conf(5); ranges as its parser enforces them. Data only: no parsing happens here.

/** One word (or the rest of the words) a keyword takes. `optional` words may be left out; `repeated` takes all that follow. */
export type Argument = { readonly optional?: true; readonly repeated?: true } & (
  | {
      readonly type: 'integer';
      readonly min: number;
      readonly max: number;
      /** Strict: trailing characters are never tolerated. Relaxed ones are accepted with a warning. */
      readonly strict?: true;
      readonly unit?: 's' | 'us' | 'bytes';
    }
  | {
      readonly type: 'decimal';
      readonly min: number;
      readonly max: number;
      readonly unit: 's' | 'ms';
      readonly decimals: 3 | 6;
    }
  | { readonly type: 'boolean' }
  | { readonly type: 'word'; readonly words: readonly string[]; readonly ignoreCase?: true }
  | { readonly type: 'text'; readonly maxBytes?: number }
  | { readonly type: 'address'; readonly family?: 'inet' | 'inet6'; readonly multicast?: true }
  | {
      readonly type:
        | 'interface'
        | 'path'
        | 'port'
        | 'prefix'
        | 'script'
        | 'user'
        | 'hex'
        | 'regex'
        | 'email'
        | 'host'
        | 'mac'
        | 'status'
        | 'time'
        | 'domain'
        | 'glob';
    }
  /** A number or a name of one of iproute2's tables. */
  | {
      readonly type: 'named-number';
      readonly table: 'tables' | 'scopes' | 'protocols' | 'fields' | 'groups';
      readonly max: number;
    }
  /** A grammar of its own, written out for people; parsed by code named after it. */
  | { readonly type: 'syntax'; readonly syntax: string }
);

/**
 * The release that introduced a keyword, from keepalived's release notes; `after`: none of the notes names it; `by`: they
 * name it as known already.
 */
export type Since =
  | '2.2.8'
  | '2.3.0'
  | '2.3.2'
  | '2.3.3'
  | '2.4.0'
  | 'by 2.3.4'
  | 'after 2.2.7'
  | 'after 2.4.3';

/** `block` owns keywords; `lines` owns records of the grammar `records`; the others stand on one line. */
export type KeywordKind = 'block' | 'lines' | 'value' | 'flag' | 'list';

export interface Keyword {
  readonly name: string;
  readonly kind: KeywordKind;
  readonly arguments: readonly Argument[];
  /** What holds when the keyword is absent, in words; undefined: nothing does. */
  readonly default?: string;
  /** Absent: known to keepalived 2.2.7. */
  readonly since?: Since;
  /** What to write instead. */
  readonly deprecatedBy?: string;
  /** The first one of the whole configuration counts; keepalived refuses a second one. Elsewhere the last one counts. */
  readonly once?: true;
  /** Without its words: keepalived does not end as for others, but ignores the line, or reads an empty word. */
  readonly bare?: 'ignored' | 'empty';
  /** Whether lvskit acts on it today; what is parsed only gets a located warning at start. */
  readonly acted: boolean;
}

/** The keywords of one block path: `virtual_server/real_server`, `(root)`, `<route-line>`. */
export interface BlockKeywords {
  readonly path: string;
  readonly keywords: readonly Keyword[];
}

interface Facts {
  readonly default?: string;
  readonly since?: Since;
  readonly deprecatedBy?: string;
  readonly once?: true;
  readonly bare?: 'ignored' | 'empty';
}

/** An entry lvskit acts on. */
export const acted = (
  name: string,
  kind: KeywordKind,
  args: readonly Argument[] = [],
  facts: Facts = {},
): Keyword => ({
  name,
  kind,
  arguments: args,
  ...facts,
  acted: true,
});

/** An entry that is read and checked, but not acted on yet. */
export const parsed = (
  name: string,
  kind: KeywordKind,
  args: readonly Argument[] = [],
  facts: Facts = {},
): Keyword => ({
  ...acted(name, kind, args, facts),
  acted: false,
});

export const uint32 = 4294967295;
export const int32 = 2147483647;
