// Unbalanced braces matched by what the words mean: which block knows a keyword, which keyword owns a block.
// Spec: the catalogue; used where the indentation tells nothing, and to judge which way of matching explains most.

import { catalogue, keywordsOf } from './keywords/catalogue.ts';
import type { Keyword } from './keywords/grammar.ts';
import { type BraceProblem, type EventTape, eventCount, type Nesting } from './nesting.ts';

/** What the inside of a block is: a block of keywords, records, or what follows an unknown word. */
interface Level {
  /** The event that opened it; -1 for the file. */
  readonly open: number;
  readonly kind: 'block' | 'lines' | 'unknown';
  /** Its path in the catalogue; the path of the block around for records. */
  readonly path: string;
}

const file: Level = { open: -1, kind: 'block', path: '(root)' };

const tables = new Map<string, ReadonlyMap<string, Keyword>>();

function tableOf(path: string): ReadonlyMap<string, Keyword> {
  const known = tables.get(path);
  if (known !== undefined) return known;
  const table = new Map(keywordsOf(path).map(keyword => [keyword.name, keyword]));
  tables.set(path, table);
  return table;
}

const find = (level: Level, word: string): Keyword | undefined =>
  level.kind === 'block' ? tableOf(level.path).get(word) : undefined;

const ownsBlock = (keyword: Keyword | undefined): boolean =>
  keyword?.kind === 'block' || keyword?.kind === 'lines';

/** The level that `word` opens inside `around`. */
function levelOf(around: Level, word: string, open: number): Level {
  const keyword = find(around, word);
  const path = around.path === '(root)' ? word : `${around.path}/${word}`;
  if (keyword?.kind === 'block') return { open, kind: 'block', path };
  return { open, kind: keyword?.kind === 'lines' ? 'lines' : 'unknown', path };
}

/** A statement as far as its place depends on it. */
interface Words {
  readonly word: string;
  /** With the keyword itself. */
  readonly count: number;
  /** Whether a brace follows. */
  readonly opens: boolean;
}

const wordsAt = (events: EventTape, event: number): Words => ({
  word: events.keywordOf(event),
  count: events.counts[event] ?? 0,
  opens: events.counts[event + 1] === eventCount.open,
});

/** A block that needs a name and has none: `track_file {` at file level belongs into an instance. */
const lacksName = ({ kind, arguments: [first] }: Keyword, count: number): boolean =>
  kind === 'block' && count < 2 && first !== undefined && first.optional !== true;

/** Whether the statement stands well at this level; records may be anything that has no block of its own. */
function fits(level: Level, { word, count, opens }: Words): boolean {
  if (level.kind === 'lines') return !opens;
  const keyword = find(level, word);
  return keyword !== undefined && ownsBlock(keyword) === opens && !(opens && lacksName(keyword, count));
}

/** The keywords of all blocks. */
const everywhere: ReadonlySet<string> = new Set(
  catalogue.flatMap(({ path, keywords }) => (path.startsWith('<') ? [] : keywords.map(({ name }) => name))),
);

const looksLikeRecord = (word: string): boolean => /^[\da-f.:/]*[.:][\da-f.:/]*$/i.test(word);

/** keepalived.conf has at most six levels; deeper is no configuration, and words do not help. */
const deepest = 20;

/** The matching in which most keywords stand where they are known; undefined where the blocks nest deeper than anything means. */
export function matchByKeyword(events: EventTape): (Nesting & { readonly unbalanced: number }) | undefined {
  const { counts, length } = events;
  const ends = new Int32Array(length);
  const closed = new Uint8Array(length);
  const problems: BraceProblem[] = [];
  const stack: Level[] = [file];
  const top = () => stack[stack.length - 1] ?? file;
  let unbalanced = 0;
  let lastExtra = -1;

  const close = (event: number, real: boolean) => {
    const level = stack.pop();
    if (level === undefined) return;
    ends[level.open] = event;
    closed[level.open] = real ? 1 : 0;
    const opener = counts[level.open]! < 0 && counts[level.open - 1]! > 0 ? level.open - 1 : level.open;
    if (!real) problems.push({ kind: 'missing-close-brace', event: opener, before: event });
  };

  /** Closes the blocks in which the statement cannot stand, if one around them knows it. */
  const settle = (event: number, words: Words) => {
    const level = top();
    if (level.kind === 'lines' && !words.opens) {
      // A keyword of the block around is hardly a record; names of records are rarely keywords.
      if (!fits(stack[stack.length - 2] ?? file, words)) return;
    } else if (fits(level, words)) return;
    for (let at = stack.length - 2; at >= 0; at--) {
      if (!fits(stack[at] ?? file, words)) continue;
      while (stack.length > at + 1) close(event, false);
      return;
    }
  };

  for (let event = 0; event < length; event++) {
    if (stack.length > deepest) return undefined;
    const count = counts[event]!;
    if (count > 0) {
      const words = wordsAt(events, event);
      const { word } = words;
      settle(event, words);
      if (!words.opens && lacksBrace(event, word)) {
        problems.push({ kind: 'missing-open-brace', event });
        stack.push(levelOf(top(), word, event));
      }
    } else if (count === eventCount.open) {
      if (event > 0 && counts[event - 1]! > 0) stack.push(levelOf(top(), events.keywordOf(event - 1), event));
      else problems.push({ kind: 'unexpected-open-brace', event });
    } else if (stack.length === 1) {
      // A row of them is one mistake.
      if (lastExtra < 0 || lastExtra !== event - 1) problems.push({ kind: 'extra-close-brace', event });
      lastExtra = event;
      unbalanced++;
    } else if (event + 1 < length && counts[event + 1]! > 0 && closesTooEarly(event)) {
      problems.push({ kind: 'extra-close-brace', event });
    } else close(event, true);
  }
  const open = stack.length - 1;
  if (open > 0) {
    unbalanced += open;
    const innermost = top().open;
    while (stack.length > 1) ends[stack.pop()?.open ?? 0] = length;
    problems.push({ kind: 'missing-close-brace', event: innermost, before: undefined });
  }
  return { ends, closed, problems, unbalanced };

  /** A keyword that owns a block, and what follows is not of the level around, or is of its block as well. */
  function lacksBrace(event: number, word: string): boolean {
    const around = top();
    if (!ownsBlock(find(around, word)) || event + 1 >= length) return false;
    if (counts[event + 1]! <= 0) return true;
    const next = wordsAt(events, event + 1);
    if (!fits(around, next)) return true;
    const inner = levelOf(around, word, event);
    return inner.kind === 'block' && fits(inner, next);
  }

  /** What follows belongs into the block that this brace would close, and into none around it. */
  function closesTooEarly(event: number): boolean {
    const next = wordsAt(events, event + 1);
    const level = top();
    for (let at = stack.length - 2; at >= 0; at--) if (fits(stack[at] ?? file, next)) return false;
    return level.kind === 'lines' ? !next.opens && looksLikeRecord(next.word) : fits(level, next);
  }
}

/** How many statements stand where they are not known, although another place knows them, or lack their block. */
export function misplacedIn(events: EventTape, { ends, closed }: Nesting): number {
  const { counts } = events;
  let misplaced = 0;
  const around: Level[] = [];
  const visit = (from: number, to: number, level: Level) => {
    let event = from;
    while (event < to) {
      if (counts[event]! <= 0) {
        event++;
        continue;
      }
      const word = events.keywordOf(event);
      const count = counts[event]!;
      const next = event + 1 < to && counts[event + 1] === eventCount.open ? event + 1 : event;
      const opens = ends[next]! > 0;
      if (level.kind === 'lines') {
        if (opens || around.some(one => one.path !== '(root)' && fits(one, { word, count, opens: false })))
          misplaced++;
      } else if (!fits(level, { word, count, opens })) {
        const elsewhere =
          level.kind === 'block'
            ? everywhere.has(word)
            : around.some(one => fits(one, { word, count, opens }));
        if (elsewhere || looksLikeRecord(word)) misplaced++;
      }
      if (opens && around.length < deepest) {
        around.push(level);
        visit(next + 1, ends[next]!, levelOf(level, word, next));
        around.pop();
      }
      event = opens ? ends[next]! + closed[next]! : next + 1;
    }
  };
  visit(0, events.length, file);
  return misplaced;
}
