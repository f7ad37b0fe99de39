// The descriptor of a keyword: the only place where a keyword of a converted block is written; everything else is derived from it.
// Spec: keepalived.conf(5); catalogue, sentences, schema, completion, drafts and the list of keywords come from here.

import type { Argument, BlockKeywords, Keyword, KeywordKind, Since } from '../keywords/grammar.ts';
import type { Context } from '../model/context.ts';
import type { Handler } from '../model/handler.ts';
import type { Statement } from '../statement.ts';

/** What holds without the keyword: a value, with the words people know it by, or what another keyword gives. */
export type Default<V> = { readonly value: V; readonly text: string } | { readonly from: string };

export interface Facts<V> {
  /** One sentence for manual, schema, completion and hover. */
  readonly says: string;
  /** The typed fields it ends up in (`Type.field`, as keywords/feeds.ts has them); `none`: lvskit does not act on it yet. */
  readonly feeds: 'none' | readonly string[];
  readonly default?: Default<V>;
  readonly since?: Since;
  readonly deprecatedBy?: string;
  readonly once?: true;
  readonly bare?: 'ignored' | 'empty';
}

export interface Descriptor<V> extends Facts<V> {
  readonly kind: KeywordKind;
  readonly arguments: readonly Argument[];
  /** The value of a statement. undefined leaves it as it is, null makes it unwritten. `before`: the value so far. */
  read(
    statement: Statement,
    context: Context,
    keyword: Keyword,
    block: readonly Statement[],
    before: V | undefined,
  ): V | null | undefined;
}

type Descriptors = Readonly<Record<string, Descriptor<unknown>>>;

/** A draft: a field for each keyword, named as the keyword. Fields without a default value are undefined until written. */
export type Values<B extends { readonly descriptors: object }> = {
  -readonly [K in keyof B['descriptors']]: B['descriptors'][K] extends Descriptor<infer V>
    ? B['descriptors'][K] extends { readonly default: { readonly value: unknown } }
      ? V
      : V | undefined
    : never;
};

export interface DescribedBlock<D extends Descriptors = Descriptors> extends BlockKeywords {
  readonly descriptors: D;
}

const keywordOf = (name: string, descriptor: Descriptor<unknown>): Keyword => {
  const { kind, arguments: args, since, deprecatedBy, once, bare, feeds } = descriptor;
  const fallback = descriptor.default;
  const words = fallback === undefined ? undefined : 'from' in fallback ? fallback.from : fallback.text;
  return {
    name,
    kind,
    arguments: args,
    ...(words === undefined ? {} : { default: words }),
    ...(since === undefined ? {} : { since }),
    ...(deprecatedBy === undefined ? {} : { deprecatedBy }),
    ...(once === undefined ? {} : { once }),
    ...(bare === undefined ? {} : { bare }),
    acted: feeds !== 'none',
  };
};

/** A block of the file with all its keywords. */
export const block = <D extends Descriptors>(path: string, descriptors: D): DescribedBlock<D> => ({
  path,
  descriptors,
  keywords: Object.entries<Descriptor<unknown>>(descriptors).map(([name, each]) => keywordOf(name, each)),
});

/** A draft with every default value; the same fields in the same order each time, so that all drafts have one shape. */
export function createValues<B extends DescribedBlock>(described: B): Values<B> {
  const values: Record<string, unknown> = {};
  for (const [name, { default: fallback }] of Object.entries(described.descriptors as Descriptors))
    values[name] = fallback !== undefined && 'value' in fallback ? fallback.value : undefined;
  return values as Values<B>;
}

/** One handler for each keyword, as block.ts wants them: reads, and keeps what was read. */
export function handlersOf<B extends DescribedBlock>(
  described: B,
): Readonly<Record<string, Handler<Values<B>>>> {
  const handlers = Object.entries(described.descriptors as Descriptors).map(
    ([name, descriptor]): [string, Handler<Record<string, unknown>>] => [
      name,
      (draft, statement, context, keyword, inner) => {
        const value = descriptor.read(statement, context, keyword, inner, draft[name]);
        if (value !== undefined) draft[name] = value ?? undefined;
      },
    ],
  );
  return Object.fromEntries(handlers) as Readonly<Record<string, Handler<Values<B>>>>;
}
