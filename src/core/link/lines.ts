// The lines that an owner wants as records of the kernel, those without their interface as obstacles.
// Spec: lower.ts.

import { printPrefix } from '../net/index.ts';
import type { Wanted } from './holdings.ts';
import type { Desired } from './kinds/index.ts';
import { lowerAddress, lowerRoute, lowerRule, type Obstacle } from './lower.ts';
import type { Mirror } from './mirror.ts';
export interface Lowering {
  readonly desired: Desired[];
  readonly obstacles: { readonly subject: string; readonly obstacle: Obstacle }[];
}

/** Lines as records, those without their interface as obstacles. */
export function lower(wanted: Wanted, mirror: Mirror): Lowering {
  const desired: Desired[] = [];
  const obstacles: Lowering['obstacles'] = [];
  for (const { config, device } of wanted.addresses) {
    const subject = `${printPrefix(config.prefix)} dev ${config.dev ?? device ?? '?'}`;
    const lowered = lowerAddress(config, mirror, device);
    if (!lowered.ok) obstacles.push({ subject, obstacle: lowered.obstacle });
    else
      desired.push({
        kind: 'address',
        record: lowered.record,
        subject,
        tracked: config.tracked,
        insert: undefined,
      });
  }
  for (const config of wanted.routes) {
    const subject = printPrefix(config.destination);
    const lowered = lowerRoute(config, mirror);
    if (!lowered.ok) obstacles.push({ subject, obstacle: lowered.obstacle });
    else
      desired.push({
        kind: 'route',
        record: lowered.record,
        subject,
        tracked: config.tracked,
        insert: config.insert,
      });
  }
  for (const config of wanted.rules) {
    const record = lowerRule(config);
    const subject = String(record.preference ?? 'rule');
    desired.push({ kind: 'rule', record, subject, tracked: config.tracked, insert: undefined });
  }
  return { desired, obstacles };
}

export const noLines: Lowering = { desired: [], obstacles: [] };
