// Listings of 10,000 services of which half go and come back all the while: whole, each service once, never an error.
// Spec: ipvsadm 1.31 made the changes; the weights say which server belongs to which service.
import { beforeAll, expect, it } from 'vitest';
import { ensureBuilt } from '../lab/built.ts';
import { labResult, labTime } from '../lab/run-program.ts';
import type { LabResult } from './ipvs-churn-lab.ts';

let result: LabResult;

beforeAll(async () => {
  ensureBuilt();
  result = await labResult({ script: 'test/kernel/ipvs-churn-lab.ts' });
}, labTime);

it.each(['ipvsadm -Ln', 'ipvsadm -Sn', 'vs save', 'vs list --json', 'vs export --format json'])(
  'lists while the table changes: %s',
  words => {
    const listings = result.listings.filter(one => one.words === words);
    expect(listings.length).toBeGreaterThanOrEqual(2);
    for (const { code, stderr, services, twice, torn } of listings) {
      expect({ code, stderr, twice, torn: torn.slice(0, 5) }).toEqual({
        code: 0,
        stderr: '',
        twice: [],
        torn: [],
      });
      // What another process holds away at this moment is missing, and the kernel skips some whose neighbours leave; no more than those.
      expect(services).toBeGreaterThan(4000);
      expect(services).toBeLessThanOrEqual(10_000);
    }
  },
);

it('had the table changed underneath', () => {
  expect(result.changed).toBeGreaterThan(0);
});
