// Names of the three scheduler flag bits, as -b and the listing spell them.
// Spec: ipvsadm(8) --sched-flags; IP_VS_SVC_F_SCHED1..3 mean something only to sh and mh.

import type { ServiceSettings } from './model.ts';

export type SchedulerFlags = ServiceSettings['schedulerFlags'];

const named = {
  sh: ['sh-fallback', 'sh-port', 'flag-3'],
  mh: ['mh-fallback', 'mh-port', 'flag-3'],
} as const;
const plain = ['flag-1', 'flag-2', 'flag-3'] as const;

/** The set flags' names in bit order, by the scheduler's own names where it has some. */
export function schedulerFlagNames(
  settings: Pick<ServiceSettings, 'scheduler' | 'schedulerFlags'>,
): string[] {
  const { scheduler, schedulerFlags } = settings;
  const names = scheduler === 'sh' || scheduler === 'mh' ? named[scheduler] : plain;
  const bits = [schedulerFlags.flag1, schedulerFlags.flag2, schedulerFlags.flag3];
  return names.filter((_, position) => bits[position] === true);
}

/** Flags of a comma-separated list, or the first word that is none. */
export function parseSchedulerFlags(text: string): SchedulerFlags | { readonly unknown: string } {
  const bits = [false, false, false];
  for (const word of text.split(',')) {
    const position = [plain, named.sh, named.mh].map(names => (names as readonly string[]).indexOf(word));
    const found = position.find(index => index >= 0);
    if (found === undefined) return { unknown: word };
    bits[found] = true;
  }
  return { flag1: bits[0] === true, flag2: bits[1] === true, flag3: bits[2] === true };
}

/** The first word of a list that is the name of another scheduler's flag; undefined where there is none. */
export const foreignSchedulerFlag = (scheduler: string, text: string): string | undefined =>
  text.split(',').find(word => {
    const owners = (['sh', 'mh'] as const).filter(name => (named[name] as readonly string[]).includes(word));
    return !word.startsWith('flag-') && owners.length > 0 && !owners.some(owner => owner === scheduler);
  });

export const noSchedulerFlags: SchedulerFlags = { flag1: false, flag2: false, flag3: false };
