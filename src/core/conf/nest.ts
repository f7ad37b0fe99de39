// Brace events -> blocks: which `}` closes which `{`, and ONE diagnosis for each brace that is missing or too many.
// Spec: keepalived.conf(5), blocks; recovery goes by indentation and keywords, as a person looking for the brace does.

import { matchByKeyword, misplacedIn } from './nest-by-keyword.ts';
import { type BraceProblem, type EventTape, eventCount, type Nesting } from './nesting.ts';

/** Between two costs, for what decides where they are equal. */
const costStep = 1_000;
/** keepalived.conf has at most six levels. */
const deepest = 200;

/** Matches the braces; if they do not balance, tries the indentation and the keywords, and keeps what explains most. */
export function nest(events: EventTape): Nesting {
  const plain = match(events, false);
  if (plain.unbalanced === 0) return plain;
  const byIndent = match(events, true);
  // Each unmatched brace is one mistake; a recovery that needs more than that guesses.
  const fits = byIndent.unbalanced < plain.unbalanced && byIndent.problems.length <= plain.unbalanced;
  const byKeyword = matchByKeyword(events);
  const ways = [...(fits ? [byIndent] : []), ...(byKeyword === undefined ? [] : [byKeyword]), plain];
  // Of ways that explain as much, the one in which fewer words stand where they are not known.
  const costs = ways.map(way => {
    const misplaced = misplacedIn(events, way);
    return (way.problems.length + way.unbalanced + misplaced) * costStep + Math.min(misplaced, costStep - 1);
  });
  return ways[costs.indexOf(Math.min(...costs))] ?? plain;
}

interface Match extends Nesting {
  /** Braces too many at the end of it all, and blocks left open. */
  readonly unbalanced: number;
}

function match(events: EventTape, byIndent: boolean): Match {
  const { counts, length } = events;
  const ends = new Int32Array(length);
  const closed = new Uint8Array(length);
  const stack: number[] = [];
  const problems: BraceProblem[] = [];
  let unbalanced = 0;
  let lastExtra = -1;
  // Open blocks beyond the deepest level.
  let tooDeep = 0;
  let tooDeepTold = false;
  // An entry of the stack is an open brace, or a statement whose brace is missing.
  const owner = (open: number) => (counts[open]! < 0 && open > 0 && counts[open - 1]! > 0 ? open - 1 : open);
  /** Whether `event` is indented no deeper than `other`; false where the layout tells nothing. */
  const notDeeper = (event: number, other: number) => {
    const indent = events.indentOf(event);
    return indent >= 0 && events.sameFile(event, other) && indent <= events.indentOf(other);
  };

  for (let event = 0; event < length; event++) {
    const count = counts[event]!;
    if (count > 0) {
      if (!byIndent || event + 1 === length) continue;
      if (counts[event + 1] === eventCount.open) {
        // A block that begins no deeper than the owner of an open block: that block's brace is missing before it.
        for (let open = stack[stack.length - 1]; open !== undefined; open = stack[stack.length - 1]) {
          if (!notDeeper(event, owner(open))) break;
          stack.pop();
          ends[open] = event;
          problems.push({ kind: 'missing-close-brace', event: open, before: event });
        }
      } else if (counts[event + 1]! > 0 && deeper(events, event + 1, event)) {
        problems.push({ kind: 'missing-open-brace', event });
        stack.push(event);
      }
    } else if (count === eventCount.open) {
      // Only the statement directly before owns it; `{ {` and `} {` have no owner and add no level of meaning.
      if (event === 0 || counts[event - 1]! <= 0) problems.push({ kind: 'unexpected-open-brace', event });
      if (stack.length < deepest) {
        stack.push(event);
        continue;
      }
      if (!tooDeepTold) problems.push({ kind: 'nested-too-deep', event });
      tooDeepTold = true;
      tooDeep++;
    } else if (tooDeep > 0) {
      tooDeep--;
    } else {
      const open = stack[stack.length - 1];
      if (open === undefined) {
        // A row of them is one mistake.
        if (lastExtra < 0 || lastExtra !== event - 1) problems.push({ kind: 'extra-close-brace', event });
        lastExtra = event;
        unbalanced++;
        continue;
      }
      // Deeper than the block it would close, and no shallower than the brace before it: a second one for one block.
      if (byIndent && deeper(events, event, owner(open)) && looksDoubled(events, event)) {
        problems.push({ kind: 'extra-close-brace', event });
        continue;
      }
      stack.pop();
      ends[open] = event;
      closed[open] = 1;
    }
  }
  for (const open of stack) {
    ends[open] = length;
    unbalanced++;
  }
  // Of several open blocks the innermost is where the text broke off.
  const last = stack[stack.length - 1];
  if (last !== undefined) problems.push({ kind: 'missing-close-brace', event: last, before: undefined });
  return { ends, closed, problems, unbalanced };
}

/** Whether `event` begins its line at a greater indent than `other` begins its own, in one file. */
function deeper(events: EventTape, event: number, other: number): boolean {
  const indent = events.indentOf(event);
  const reference = events.indentOf(other);
  return reference >= 0 && indent > reference && events.sameFile(event, other);
}

function looksDoubled(events: EventTape, event: number): boolean {
  if (events.counts[event - 1] !== eventCount.close) return false;
  const before = events.indentOf(event - 1);
  return before < 0 || events.indentOf(event) >= before;
}
