// A process of the daemon dies, or a reload changes nothing: the kernel's tables stay as they are, and the peer notices nothing.
// Spec: this project's rule that a restarted daemon adopts what it finds and that equal configurations send nothing.
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime } from '../lab/run-program.ts';
import type { Adoption } from './adoption-lab.ts';

let seen: Adoption;

beforeAll(async () => {
  seen = await labResult({ script: 'test/kernel/adoption-lab.ts' });
}, labTime);

describe('the checker process is killed', () => {
  it('and the table stays as it is, without the server that was out', () => {
    expect(seen.tables, seen.logs).toHaveLength(1);
    // One service, one server: 10.2.0.13 refuses.
    expect(seen.tables[0]).toHaveLength(2);
  });
});

describe("the MASTER's VRRP process is killed", () => {
  it('and the address never leaves it, nor does the peer take it', () => {
    expect(seen.holders, seen.logs).toEqual(['one']);
  });
});

describe('a reload', () => {
  it('of a broken file is refused with its place, and nothing changes', () => {
    expect(seen.broken.log).toMatch(/Reload refused, the running configuration stays/);
    expect(seen.broken.log).toMatch(/\.conf:\d+/);
    expect(seen.broken.changed).toBe(false);
  });
  it('of the same file sends the kernel nothing', () => {
    expect(seen.same).toEqual({ notices: '', changed: false });
  });
});

describe('the supervisor is killed', () => {
  it('and its processes give everything back in order', () => {
    expect(seen.orphaned, seen.logs).toEqual({ table: [], holders: 'two' });
  });
});
