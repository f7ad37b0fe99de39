// How the screens of `lvskit status` write spans, sizes and the keys of services and servers.
// Spec: docs/status.md.

import { printKey } from '../../control/index.ts';
import { visible } from '../../visible.ts';

const units = [
  { word: 'd', seconds: 86_400 },
  { word: 'h', seconds: 3_600 },
  { word: 'min', seconds: 60 },
  { word: 's', seconds: 1 },
] as const;

/** `0.3 s`, `12 s`, `5 min`, `3 h 5 min`, `3 d 4 h`. */
export function span(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.floor(seconds);
  const first = units.findIndex(unit => whole >= unit.seconds);
  const [great, small] = [units[first] ?? units[3], units[first + 1]];
  const count = Math.floor(whole / great.seconds);
  // Seconds beside minutes say nothing.
  const rest =
    small === undefined || small.word === 's' ? 0 : Math.floor((whole % great.seconds) / small.seconds);
  return `${count} ${great.word}${small === undefined || rest === 0 ? '' : ` ${rest} ${small.word}`}`;
}

/** Seconds from one date of an answer to another. */
export const between = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1_000;

/** `0.2 ms`, `12 ms`, `1.5 s`. */
export function brief(seconds: number): string {
  const milliseconds = seconds * 1_000;
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${seconds.toFixed(1)} s`;
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MB`;

export const shownKey = (key: string): string => visible(printKey(key));

export const counted = (count: number, name: string): string =>
  `${count.toLocaleString('en')} ${name}${count === 1 ? '' : 's'}`;
