// A file that is refused for what it says: every place on a line of its own, then the fault. Spec: fault.ts, `details`.

import { fail } from '../fault.ts';
import type { TextProblem } from './json-text.ts';

/** More places than anybody corrects at a time. */
const mostShown = 100;

/** A line of a file that is not meant for this command may be a megabyte: enough of it to find the place. */
const longest = 240;
const clipped = (place: string): string =>
  place.length <= longest
    ? place
    : `${place.slice(0, longest)}... (${place.length - longest} characters more)`;

/** The refusal of a file for these lines, each `PLACE: MESSAGE`. */
export function refusePlaces(name: string, places: readonly string[], remedy?: string) {
  const hidden = places.length - mostShown;
  return fail({
    code: 'configuration-refused',
    message: `${name} is refused: ${places.length} ${places.length === 1 ? 'error' : 'errors'}`,
    details: [
      ...places.slice(0, mostShown).map(clipped),
      ...(hidden > 0 ? [`... and ${hidden} more errors`] : []),
    ],
    remedy: remedy ?? 'Correct the lines named above; nothing was changed.',
  });
}

/** The refusal of a text for problems with line and column. */
export const refuseText = (name: string, problems: readonly TextProblem[], remedy?: string) =>
  refusePlaces(
    name,
    [...problems]
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .map(({ line, column, message }) => `${name}:${line}:${column}: error: ${message}`),
    remedy,
  );
