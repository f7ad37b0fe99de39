// What the parts of the status screen share: what each gets and gives, how much is shown, how states are coloured.

import type { Status } from '../../control/index.ts';
import { paint } from '../ipvs/columns.ts';

export interface ScreenOptions {
  readonly width: number;
  /** Everything, however long. */
  readonly all: boolean;
}

/** So many of a kind are all shown; of more, those that are not as they should be. */
export const mostShown = {
  instances: 12,
  groups: 8,
  servers: 24,
  scripts: 8,
  problems: 6,
  notActedOn: 2,
} as const;

/** A part of the screen; '' when there is nothing to say. */
export type Part = (status: Status, options: ScreenOptions) => string;

export const stateColour = (state: string): string => {
  const colour = paint();
  if (state === 'FAULT' || state === 'DOWN') return colour.red(state);
  return state === 'MASTER' ? colour.bold(state) : state;
};
