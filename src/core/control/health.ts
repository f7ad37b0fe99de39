// Which of what is known is a problem: the one place that decides what `lvskit status` exits with and what its plugin line says.
// Spec: docs/status.md; monitoring plugins: critical = the job is not done, warning = it is done with less than configured.

import { printKey } from './keys.ts';
import type { Problem, Status } from './schemas.ts';

/** A process that has said nothing for so many seconds hangs: it speaks every second. */
export const longestSilence = 5;

/** Another MASTER that was heard within so many of its intervals is one now. */
const contention = 3;

type Facts = Omit<Status, 'problems' | 'history' | 'schema'>;
type Found = Pick<Problem, 'severity' | 'name' | 'message'>;

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

/** Whether an advert could not leave within the last few intervals. */
export const isUnheard = (
  { state, unsent, advertInterval }: Status['instances'][number],
  time: string,
): boolean =>
  state === 'MASTER' &&
  unsent !== undefined &&
  secondsBetween(unsent.at, time) <= contention * advertInterval + 1;

/** Whether another router is MASTER beside this one now. */
export const isContended = (
  { state, contender, advertInterval }: Status['instances'][number],
  time: string,
): boolean =>
  state === 'MASTER' &&
  contender !== undefined &&
  secondsBetween(contender.at, time) <= contention * advertInterval + 1;

const judges = {
  process: ({ processes }) =>
    processes.flatMap(({ name, state, cause, restarts, silence = 0 }): Found[] => {
      if (state === 'restarting' || state === 'ended')
        return [{ severity: 'critical', name, message: `the ${name} process is not running: ${cause}` }];
      if (state === 'starting' && restarts > 0) {
        const message = `the ${name} process starts again: what is shown is what it said before`;
        return [{ severity: 'critical', name, message }];
      }
      if (silence <= longestSilence) return [];
      const message = `the ${name} process has been silent for ${Math.round(silence)} s`;
      return [{ severity: 'critical', name, message }];
    }),
  instance: ({ instances, time }) =>
    instances.flatMap((instance): Found[] => {
      const { name, state, cause, contender, addresses } = instance;
      if (state === 'FAULT')
        return [{ severity: 'critical', name, message: `${name} is in FAULT: ${cause}` }];
      if (isContended(instance, time)) {
        const other = `${contender?.address} (priority ${contender?.priority})`;
        return [{ severity: 'critical', name, message: `${name} has two masters: this router and ${other}` }];
      }
      if (isUnheard(instance, time)) {
        const message = `adverts of ${name} do not leave: ${instance.unsent?.cause}`;
        return [{ severity: 'critical', name, message }];
      }
      if (state !== 'MASTER' || addresses.held >= addresses.configured) return [];
      const message = `${name} holds ${addresses.held} of ${addresses.configured} addresses`;
      return [{ severity: 'warning', name, message }];
    }),
  service: ({ services }) =>
    services
      .filter(({ state, serving }) => state === 'down' || serving === 'nothing')
      .map(({ name, cause, serving }) => ({
        severity: 'critical' as const,
        name,
        message: `${printKey(name)} has ${serving === 'nothing' ? 'no server' : 'no quorum'}: ${cause}`,
      })),
  server: ({ servers }) =>
    servers
      .filter(({ state }) => state === 'down')
      .map(({ name, virtualServer, cause }) => ({
        severity: 'warning' as const,
        name: `${virtualServer} > ${name}`,
        message: `${printKey(name)} of ${printKey(virtualServer)} is down: ${cause}`,
      })),
  check: ({ checks }) =>
    checks
      .filter(({ last }) => last?.result === 'untried')
      .map(({ name, up, last }) => ({
        severity: 'warning' as const,
        name,
        message: `${printKey(name)} cannot be done, its server stays ${up ? 'up' : 'down'}: ${last?.cause}`,
      })),
  refused: ({ refused }) =>
    refused.map(({ name, owners, cause }) => ({
      severity: 'warning' as const,
      name,
      message: `the kernel refuses ${name}${owners.length === 0 ? '' : ` of ${owners.join(', ')}`}: ${cause}`,
    })),
  script: ({ scripts }) =>
    scripts
      .filter(({ condition, untried }) => condition === 'down' || untried)
      .map(({ name, cause, condition, untried }) => ({
        severity: 'warning' as const,
        name,
        message: untried
          ? `script ${name} ${cause}: ${condition === 'unknown' ? 'it is not tracked' : `it counts as ${condition}`}`
          : `script ${name} fails: ${cause}`,
      })),
  daemon: ({ daemon: { reload } }) =>
    reload?.accepted === false
      ? [{ severity: 'warning', name: 'reload', message: `the last reload was refused: ${reload.cause}` }]
      : [],
} as const satisfies Record<string, (facts: Facts) => readonly Found[]>;

/** Every problem, the critical ones first. */
export function problemsOf(facts: Facts): readonly Problem[] {
  const found = Object.entries(judges).flatMap(([kind, judge]) =>
    judge(facts).map(problem => ({ kind, ...problem })),
  );
  return [
    ...found.filter(({ severity }) => severity === 'critical'),
    ...found.filter(({ severity }) => severity === 'warning'),
  ];
}
