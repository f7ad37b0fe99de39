// The seed configurations in the daemon under test and in keepalived, alone and mixed: the kernel must hold the same after every step.
// Spec: Debian's keepalived 2.2.7 and ipvsadm 1.31 in the same kernel, in the same run. LVSKIT_LAB_DAEMON=keepalived proves the lab.
import { beforeAll, describe, expect, it } from 'vitest';
import { daemonUnderTest } from '../lab/daemon.ts';
import { labResult, labTime } from '../lab/run-program.ts';
import { type SeedPair, seedPairs } from '../lab/seed-pairs.ts';
import type { Life, Mixture, Step } from './seeds-lab.ts';

const ours = daemonUnderTest();
const steps = ['start', 'kill', 'give-back', 'stop', 'end'] as const satisfies readonly Step[];
const reference = 'keepalived twice';
const mixtures: Mixture[] = [
  { name: reference, daemons: ['keepalived', 'keepalived'] },
  { name: 'ours twice', daemons: [ours, ours] },
  { name: 'ours first', daemons: [ours, 'keepalived'] },
  { name: 'ours second', daemons: ['keepalived', ours] },
];
let lives: Life[] = [];

beforeAll(async () => {
  lives = await labResult({ script: 'test/kernel/seeds-lab.ts', args: { mixtures } });
}, labTime);

function life(pair: string, mixture: string): Life {
  const found = lives.find(one => one.pair === pair && one.mixture === mixture);
  if (found === undefined) throw new Error(`no observations of ${pair}, ${mixture}`);
  return found;
}

describe.each(seedPairs.map(pair => pair.name))('seed %s', pair => {
  it('lives its whole life with keepalived twice', () => {
    expect(life(pair, reference).failure).toBeUndefined();
    expect(Object.keys(life(pair, reference).seen)).toEqual(steps);
  });

  it('passes from one director to the other by the adverts', () => {
    const { hosts, settled } = seedPairs.find(({ name }) => name === pair) as SeedPair;
    const [one = '', two = ''] = hosts.map(({ name }) => name);
    const [leaving, staying] = settled.master === 'first' ? [one, two] : [two, one];
    const heirs = (step: Step) => Object.values(life(pair, reference).seen[step]?.heirs ?? {});
    // A killed one falls silent, one that is stopped says farewell; a VRID that was the other's already stays there.
    expect(heirs('kill')).toContainEqual([one, two]);
    expect(heirs('stop')).toContainEqual([leaving, `${leaving} farewell`, staying]);
  });

  describe.each(mixtures.slice(1).map(mixture => mixture.name))('%s', mixture => {
    it.each(steps)('holds what keepalived holds after %s', step => {
      const mine = life(pair, mixture);
      expect(mine.failure).toBeUndefined();
      expect(mine.seen[step]).toEqual(life(pair, reference).seen[step]);
    });
  });
});
