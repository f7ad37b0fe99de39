// The keepalived that is to read a file, and whether it knows a keyword.
// Spec: the release notes of keepalived 2.2.8 to 2.4.0; the catalogue holds what the manual of 2.2.7 and later ones name.

import type { Since } from '../conf/index.ts';

/** A release, or all of a series: `2.2.8`, `2.3.x`. */
export type Target = `${number}.${number}.${number | 'x'}`;

/** The releases there are: by series the last of them. */
const lastOfSeries: Readonly<Record<string, number>> = {
  ...{ '1.2': 24, '1.3': 9, '1.4': 5 },
  ...{ '2.0': 20, '2.1': 5, '2.2': 8, '2.3': 4, '2.4': 3 },
};

/** A release that exists, or a series that has one. */
export function isTarget(text: string): text is Target {
  const [, series = '', patch = ''] = /^(\d\.\d)\.(\d{1,2}|x)$/.exec(text) ?? [];
  const last = Object.hasOwn(lastOfSeries, series) ? lastOfSeries[series] : undefined;
  return last !== undefined && (patch === 'x' || (Number(patch) <= last && patch === String(Number(patch))));
}

/** Says what a target may be. */
export const targetsText = `a release of keepalived (1.2.0 to ${latestRelease()}), a series of them (2.3.x), or lvskit`;

function latestRelease(): string {
  const [series = '', patch = 0] = Object.entries(lastOfSeries).at(-1) ?? [];
  return `${series}.${patch}`;
}

/** Whether every release of the target is at least this one. */
export const isAtLeast = (target: Target, release: string): boolean => bounds(target)[0] >= rank(release);

/** The first release whose keywords are recorded one by one, and the last one whose notes were read. */
const oldest = '2.2.7';
const latest = '2.4.3';

/** Releases as numbers that compare. */
const rank = (release: string): number =>
  release.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0);

const bounds = (target: Target): readonly [first: number, last: number] => [
  rank(target.replace('x', '0')),
  rank(target.replace('x', '999')),
];

/** `some`: only the later releases of the series. `unrecorded`: nobody wrote down which release brought it. */
export type Knows = 'yes' | 'no' | 'some' | 'unrecorded';

export function knows(target: Target, since: Since | undefined): Knows {
  const [first, last] = bounds(target);
  switch (since) {
    case undefined:
      return 'yes';
    case 'after 2.2.7':
      if (last <= rank(oldest)) return 'no';
      return first > rank(latest) ? 'yes' : 'unrecorded';
    case 'by 2.3.4':
      if (last <= rank(oldest)) return 'no';
      return first >= rank('2.3.4') ? 'yes' : 'unrecorded';
    case 'after 2.4.3':
      return last <= rank(latest) ? 'no' : 'unrecorded';
    case '2.2.8':
    case '2.3.0':
    case '2.3.2':
    case '2.3.3':
    case '2.4.0':
      if (last < rank(since)) return 'no';
      return first >= rank(since) ? 'yes' : 'some';
  }
}

/** Whether releases of the target are older than what is recorded. */
export const isOlderThanRecorded = (target: Target): boolean => bounds(target)[0] < rank(oldest);
