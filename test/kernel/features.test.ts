// Every feature of the daemon beside keepalived: the same configuration, the same events, the same kernel and the same script calls after each.
// Spec: Debian's keepalived 2.2.7 and ipvsadm 1.31 in the same kernel, in the same run. docs/differences.md tells what differs on purpose.
import { beforeAll, describe, expect, it } from 'vitest';
import { daemonUnderTest } from '../lab/daemon.ts';
import { labResult, labTime, runOnMachine, runWithIpvs } from '../lab/run-program.ts';
import type { Told } from './features-lab.ts';
import { scenes } from './features-scenes.ts';

const ours = daemonUnderTest();
const only = process.env['LVSKIT_LAB_ONLY'];
const wanted = scenes(ours)
  .flat()
  .filter(scene => only === undefined || scene.name.includes(only));
let told: Told[] = [];

beforeAll(async () => {
  // Scenes with adverts against the clock run on the machine's own kernel: it has more than one processor, and starts programs quickly.
  const labs = [false, true].filter(timed => wanted.some(scene => (scene.timed ?? false) === timed));
  told = (await Promise.all(labs.map(timed => lab(timed)))).flat();
}, labTime);

const lab = (timed: boolean) =>
  labResult<Told[]>(
    { script: 'test/kernel/features-lab.ts', args: { daemon: ours, only, timed } },
    timed ? runOnMachine : runWithIpvs,
  );

function toldBy(scene: string, mixture: string): Told {
  const found = told.find(one => one.scene === scene && one.mixture === mixture);
  if (found === undefined) throw new Error(`no observations of ${scene}, ${mixture}`);
  return found;
}

describe.each(wanted)('$name', ({ name, mixtures, steps }) => {
  const [reference, ...others] = mixtures.map(mixture => mixture.name);
  it('comes to its end', () => {
    for (const mixture of mixtures) expect(toldBy(name, mixture.name).failure).toBeUndefined();
  });
  describe.each(others)('%s', mixture => {
    it.each(steps.map(step => step.name))('holds and tells what keepalived does after %s', step => {
      const expected = toldBy(name, reference ?? '').seen[step];
      expect(expected).toBeDefined();
      expect(toldBy(name, mixture).seen[step]).toEqual(expected);
    });
  });
});
