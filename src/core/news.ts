// What has changed in a machine since somebody last asked: marked by key where it changes, so that nobody has to look for it. Floor 0.

import type { Instant } from './time.ts';

/** One subject went from one state to another. */
export interface Transition {
  /** `instance`, `group`, `script`, `service`, `server`, `check`. */
  readonly kind: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly cause: string;
  readonly at: Instant;
}

/** Plain data, changed in place. Nobody may ever ask: all three are bounded, the sets by the subjects there are. */
export interface News {
  /** Keys of subjects about which a fact has changed. */
  readonly changed: Set<string>;
  /** Keys of subjects of which only counters and times have moved. */
  readonly counted: Set<string>;
  transitions: Transition[];
  /** Transitions that found no room. */
  dropped: number;
}

/** Transitions that wait for somebody to ask; the oldest go first. */
const mostTransitions = 1_024;

export const createNews = (): News => ({
  changed: new Set(),
  counted: new Set(),
  transitions: [],
  dropped: 0,
});

export function noteTransition(news: News, transition: Transition): void {
  news.transitions.push(transition);
  if (news.transitions.length < 2 * mostTransitions) return;
  news.dropped += mostTransitions;
  news.transitions = news.transitions.slice(mostTransitions);
}

export const noteChange = ({ changed }: News, key: string): void => void changed.add(key);
export const noteCount = ({ counted }: News, key: string): void => void counted.add(key);

export const hasNews = ({ changed, counted, transitions }: News): boolean =>
  changed.size > 0 || counted.size > 0 || transitions.length > 0;

/** Takes out the next key of which a fact has changed, in the order in which they changed. */
export function takeChanged({ changed, counted }: News): string | undefined {
  for (const key of changed) {
    changed.delete(key);
    counted.delete(key);
    return key;
  }
  return undefined;
}

/** Takes out the next key: those with changed facts first. */
export function takeKey(news: News): string | undefined {
  const found = takeChanged(news);
  if (found !== undefined) return found;
  const { counted } = news;
  for (const key of counted) {
    counted.delete(key);
    return key;
  }
  return undefined;
}

/** Takes out the oldest transitions, at most so many. */
export const takeTransitions = (news: News, most: number): readonly Transition[] =>
  news.transitions.splice(0, most);
