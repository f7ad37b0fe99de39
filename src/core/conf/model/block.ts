// Walks the statements of one block: a single Map lookup by keyword, then its handler. Unknown words are told, not guessed.
// Spec: the catalogue (which keyword owns a block) and keepalived's handling of unknown keywords and missing braces.

import { type DescribedBlock, handlersOf, type Values } from '../blocks/descriptor.ts';
import { keywordsOf } from '../keywords/catalogue.ts';
import type { Keyword } from '../keywords/grammar.ts';
import type { Statement } from '../statement.ts';
import { checkArguments } from './arguments.ts';
import type { Context } from './context.ts';
import type { Handler } from './handler.ts';
import { hint } from './suggest.ts';

const noBlock: readonly Statement[] = [];

interface Entry<D> {
  readonly keyword: Keyword;
  readonly ownsBlock: boolean;
  /** Words that must follow the keyword. */
  readonly required: number;
  readonly apply: Handler<D> | undefined;
}

export interface BlockTable<D> {
  readonly path: string;
  readonly entries: ReadonlyMap<string, Entry<D>>;
  /** Words that keepalived does not know here, and that are understood all the same. */
  readonly tolerated: Readonly<Record<string, Handler<D>>>;
  /** That nobody acts on it is told of the block, not of each word in it. */
  readonly judgedOnly: boolean;
}

/** Block path -> keywords with a handler. */
const handled = new Map<string, readonly string[]>();

/** Words of old versions and of other tools that files still carry: what became of them. */
const obsoleteWords: Readonly<Record<string, string>> = {
  nat_mask: 'nat_mask has had no effect since IPVS replaced the NAT masks; remove it',
  lvs_id: 'lvs_id is the old name of router_id',
  smtp_connection_timeout: 'the keyword is smtp_connect_timeout',
};

/**
 * The table of a block: catalogue entries joined with the handlers. Catalogued keywords without a handler are only
 * checked. A handler the catalogue does not know is a fault of ours and throws; that each acted keyword has a handler is
 * test/unit/conf/catalogue.test.ts's to say.
 */
export function defineBlock<D>(
  path: string,
  handlers: Readonly<Record<string, Handler<D>>>,
  tolerated: BlockTable<D>['tolerated'] = {},
): BlockTable<D> {
  const entries = new Map<string, Entry<D>>();
  for (const keyword of keywordsOf(path)) {
    entries.set(keyword.name, {
      keyword,
      ownsBlock: keyword.kind === 'block' || keyword.kind === 'lines',
      required:
        keyword.kind !== 'lines' && keyword.arguments[0] !== undefined && !keyword.arguments[0].optional
          ? 1
          : 0,
      apply: Object.hasOwn(handlers, keyword.name) ? handlers[keyword.name] : undefined,
    });
  }
  for (const name of Object.keys(handlers)) {
    if (!entries.has(name))
      throw new RangeError(`${path} has a handler for ${name}, which is not catalogued`);
  }
  if (Object.keys(handlers).length > 0) handled.set(path, Object.keys(handlers));
  return { path, entries, tolerated, judgedOnly: Object.keys(handlers).length === 0 };
}

/** The keywords of a block path that have a handler. */
export const handledIn = (path: string): readonly string[] => handled.get(path) ?? [];

/** The table of a block in the descriptor form; its drafts come from `createValues`. */
export const tableOf = <B extends DescribedBlock>(described: B): BlockTable<Values<B>> =>
  defineBlock(described.path, handlersOf(described));

export function walk<D>(block: readonly Statement[], table: BlockTable<D>, draft: D, context: Context): void {
  if (context.observer !== undefined) context.observer.block?.(table.path, block);
  for (let i = 0; i < block.length; i++) visit(block[i] as Statement, table, draft, context);
}

/** One statement of a block: its handler, or what is wrong with it. */
export function visit<D>(statement: Statement, table: BlockTable<D>, draft: D, context: Context): void {
  const entry = table.entries.get(statement.keyword);
  if (entry === undefined) {
    unknown(statement, table, draft, context);
    return;
  }
  const inner = statement.block;
  if (entry.ownsBlock) {
    if (inner === undefined) {
      context.error('block-expected', statement, `${statement.keyword} needs a block: { ... }`);
      context.causes.lose(statement);
      return;
    }
  } else if (inner !== undefined) {
    context.error('block-unexpected', statement, `${statement.keyword} takes no block`);
    context.causes.lose(statement);
    return;
  }
  if (entry.keyword.once === true && context.isSecond(entry.keyword, statement)) return;
  if (statement.length <= entry.required && entry.keyword.bare !== 'empty') {
    const { keyword } = statement;
    if (entry.keyword.bare === 'ignored')
      context.warn('missing-argument', statement, `${keyword} without a value is ignored`);
    else context.fatal('missing-argument', statement, `${keyword} needs a value`);
    return;
  }
  if (!entry.keyword.acted && !table.judgedOnly) context.notActed(entry.keyword, table.path, statement);
  const from = context.diagnostics.length;
  if (entry.apply !== undefined) {
    entry.apply(draft, statement, context, entry.keyword, inner ?? noBlock);
  } else {
    checkArguments(statement, entry.keyword, context);
    // Nobody acts on it, but its words are judged.
    if (entry.keyword.kind === 'block')
      walk(inner ?? noBlock, judgedOnly(table.path, entry.keyword), undefined, context);
  }
  if (entry.ownsBlock && context.diagnostics.length > from) context.causes.inside(statement, from);
}

const judged = new Map<Keyword, BlockTable<undefined>>();

/** The table of a block without handlers. */
function judgedOnly(around: string, keyword: Keyword): BlockTable<undefined> {
  const known = judged.get(keyword);
  if (known !== undefined) return known;
  const table = defineBlock<undefined>(around === '(root)' ? keyword.name : `${around}/${keyword.name}`, {});
  judged.set(keyword, table);
  return table;
}

const lastOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** What `tolerated` words take in place of a catalogue entry. */
const uncatalogued: Keyword = { name: '', kind: 'value', arguments: [], acted: true };

function unknown<D>(statement: Statement, table: BlockTable<D>, draft: D, context: Context): void {
  const { path, entries, tolerated } = table;
  const word = statement.keyword;
  if (Object.hasOwn(tolerated, word)) {
    tolerated[word]?.(draft, statement, context, uncatalogued, noBlock);
    return;
  }
  const where = path === '(root)' ? 'at file level' : `in ${lastOf(path)}`;
  const skipped = statement.block === undefined ? '' : ' (its whole block is skipped)';
  if (Object.hasOwn(obsoleteWords, word)) {
    context.warn('obsolete-keyword', statement, `${word} is ignored ${where}: ${obsoleteWords[word]}`, 0);
    return;
  }
  const { text, word: near, misplaced } = hint(word, entries.keys());
  const message = `unknown keyword ${word} ${where}${skipped}${text}`;
  // A lost line leaves a default, a lost block loses everything in it. A known block in the wrong place does not
  // refuse the start, as in keepalived: `lint` and `-t` report it as an error.
  const severity = statement.block === undefined || misplaced ? 'warning' : 'error';
  if (near === undefined)
    context[severity === 'error' ? 'error' : 'warn']('unknown-keyword', statement, message, 0);
  else context.repairable(severity, 'unknown-keyword', statement, message, 0, near);
  if (statement.block !== undefined) context.causes.lose(statement);
}
