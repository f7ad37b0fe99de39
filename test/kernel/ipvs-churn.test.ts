// Listings of 10,000 services of which half go and come back all the while: whole, each service once, never an error.
// Stands behind it: ipvsadm 1.31 made the changes; the weights say which server belongs to which service.
import { beforeAll, expect, it } from 'vitest';
import { ensureBuilt } from '../lab/built.ts';
import { runWithIpvs } from '../lab/run-program.ts';
import type { LabResult } from './ipvs-churn-lab.ts';

let result: LabResult;

beforeAll(async () => {
  ensureBuilt();
  const run = await runWithIpvs({ script: 'test/kernel/ipvs-churn-lab.ts', timeout: 500_000 });
  if (run.status !== 0)
    throw new Error(`the lab did not finish${run.timedOut ? ' in time' : ''}:\n${run.console}`);
  result = run.result as LabResult;
});

it.each(['ipvsadm -Ln', 'ipvsadm -Sn', 'vs save', 'vs list --json', 'vs export --format json'])(
  'lists while the table changes: %s',
  words => {
    const listings = result.listings.filter(one => one.words === words);
    expect(listings).toHaveLength(2);
    for (const { code, stderr, services, twice, torn, took } of listings) {
      expect({ code, stderr, twice, torn: torn.slice(0, 5) }).toEqual({
        code: 0,
        stderr: '',
        twice: [],
        torn: [],
      });
      // What another process holds away at this moment is missing, and the kernel skips some whose neighbours leave; no more than those.
      expect(services).toBeGreaterThan(4000);
      expect(services).toBeLessThanOrEqual(10_000);
      expect(took).toBeLessThan(120_000);
    }
  },
);

it('had the table changed underneath', () => {
  expect(result.changed).toBeGreaterThan(0);
});
