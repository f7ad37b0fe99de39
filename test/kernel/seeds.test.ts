// The seed configurations in the daemon under test and in keepalived, alone and mixed: the kernel must hold the same after every step.
// Stands behind it: Debian's keepalived 2.2.7 and ipvsadm 1.31 in the same kernel, in the same run. LVSKIT_LAB_DAEMON=keepalived proves the lab.
import { beforeAll, describe, expect, it } from 'vitest';
import { daemonUnderTest } from '../lab/daemon.ts';
import { runWithIpvs } from '../lab/run-program.ts';
import { seedPairs } from '../lab/seed-pairs.ts';
import type { Life, Mixture, Step } from './seeds-lab.ts';

const ours = daemonUnderTest();
const steps = ['start', 'kill', 'give-back', 'stop', 'end'] as const satisfies readonly Step[];
/**
 * Milliseconds after which it was no takeover by the protocol (3 x 1 s + skew, or skew alone; RFC 3768 section 6.1) but something else. A test
 * kernel on one busy processor stretches times: how fast a takeover is, is measured by `npm run bench:failover`.
 */
const limits: Partial<Record<Step, number>> = { kill: 3 * 3610, stop: 3610 };
const reference = 'keepalived twice';
const mixtures: Mixture[] = [
  { name: reference, daemons: ['keepalived', 'keepalived'] },
  { name: 'ours twice', daemons: [ours, ours] },
  { name: 'ours first', daemons: [ours, 'keepalived'] },
  { name: 'ours second', daemons: ['keepalived', ours] },
];
let lives: Life[] = [];

beforeAll(async () => {
  const run = await runWithIpvs({ script: 'test/kernel/seeds-lab.ts', args: { mixtures }, timeout: 420_000 });
  if (run.status !== 0)
    throw new Error(`the lab did not finish${run.timedOut ? ' in time' : ''}:\n${run.console}`);
  lives = run.result as Life[];
});

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

  describe.each(mixtures.slice(1).map(mixture => mixture.name))('%s', mixture => {
    it.each(steps)('holds what keepalived holds after %s', step => {
      const mine = life(pair, mixture);
      expect(mine.failure).toBeUndefined();
      const { took, ...kernel } = mine.seen[step] ?? { took: Number.NaN };
      const { took: _, ...expected } = life(pair, reference).seen[step] ?? { took: Number.NaN };
      expect(kernel).toEqual(expected);
      const limit = limits[step];
      if (limit !== undefined) expect(took).toBeLessThan(limit);
    });
  });
});
