// What `vs apply` and `vs diff` make of a keepalived.conf is what `lvskit run` programs, and what keepalived programs but for what is listed.
// Spec: Debian's keepalived 2.2.7 in the same kernel, read through ipvsadm 1.31 and vs export.
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime } from '../lab/run-program.ts';
import { configurations } from './apply-conf-files.ts';
import type { Outcome } from './apply-conf-lab.ts';

type Name = keyof typeof configurations;
const names = Object.keys(configurations) as Name[];
let outcomes: Readonly<Record<string, Outcome>> = {};

/** On purpose not what keepalived does; docs/differences.md says why. */
const different: readonly Name[] = ['granularity in a group', 'weights of 0'];

/** What stderr of vs apply says, beside what every file is told. */
const told: Partial<Record<Name, RegExp>> = {
  'granularity 24': /conf:\d+:\d+: warning: persistence_granularity 24 is the mask 0\.0\.0\.24/,
  'ports that DR ignores': /conf:\d+:\d+: warning: DR cannot change the port; 80 is used instead of 8080/,
  'quorum above the weights': /conf:1:\d+: warning: quorum 5 is above the sum of the weights; 2 is used/,
};

beforeAll(async () => {
  outcomes = await labResult({ script: 'test/kernel/apply-conf-lab.ts', args: configurations });
}, labTime);

describe.each(names)('%s', name => {
  const outcome = () => outcomes[name] as Outcome;
  const tableOf = ({ rules, table }: Outcome['run']) => ({ rules, table });

  it('is applied as lvskit run programs it', () => {
    expect(outcome().apply.exit).toBe(0);
    expect(tableOf(outcome().apply)).toEqual(tableOf(outcome().run));
    expect(outcome().run.rules.length).toBeGreaterThan(1);
  });
  it('shows no drift beside lvskit run', () =>
    expect(outcome().drift).toEqual({ exit: 0, text: 'No drift.\n' }));
  it(different.includes(name) ? 'differs from keepalived' : 'is what keepalived programs', () => {
    const [ours, theirs] = [tableOf(outcome().run), tableOf(outcome().keepalived)];
    if (different.includes(name)) expect(ours).not.toEqual(theirs);
    else expect(ours).toEqual(theirs);
  });
  const words = told[name];
  if (words !== undefined) it('says so', () => expect(outcome().apply.told).toMatch(words));
});
