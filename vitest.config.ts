// Test projects. `fast` needs nothing but Node and loopback. The others need root: `waiting` mostly waits, in network namespaces, six at
// once; `kernel` boots a test kernel, which uses one processor, for each file, two at once; `timed` measures against the clock, alone.
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest begin first, so that no worker is left with a long one at the end: seconds on an idle 2-core machine. */
const long: Readonly<Record<string, number>> = {
  'apply-conf.test.ts': 320,
  'ipvsadm.test.ts': 300,
  'seeds.test.ts': 280,
  'adoption.test.ts': 150,
  'ipvs-missing.test.ts': 140,
  'ipvs-drain.test.ts': 140,
  'ipvs-churn.test.ts': 120,
  'ipvs-connections.test.ts': 85,
  'ipvs-watch.test.ts': 65,
};
const seconds = ({ moduleId }: TestSpecification): number => long[moduleId.replace(/.*\//, '')] ?? 0;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => seconds(b) - seconds(a));
  }
}

const patient = { testTimeout: 300_000, hookTimeout: 1_800_000 };
const waiting = ['test/kernel/route-kernel.test.ts', 'test/kernel/vrrp-*.test.ts'];
const timed = ['test/kernel/features.test.ts'];

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'fast',
          include: [
            'test/unit/**/*.test.ts',
            'test/property/**/*.test.ts',
            'test/golden/**/*.test.ts',
            'test/world/**/*.test.ts',
            'test/fuzz/**/*.test.ts',
            'test/growth/**/*.test.ts',
            'test/hostile/*.test.ts',
          ],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { name: 'waiting', include: waiting, ...patient, maxWorkers: 6, sequence: { groupOrder: 1 } } },
      {
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts', 'test/hostile/kernel/*.test.ts'],
          exclude: [...waiting, ...timed],
          ...patient,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      { test: { name: 'timed', include: timed, ...patient, maxWorkers: 1, sequence: { groupOrder: 3 } } },
    ],
  },
});
