// Whether a reload is told in force: what each process says, silence, and what comes after it. Truth: docs/status.md, method reload.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSettling, type Settlement } from '../../../src/core/runtime/settling.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const inForce = { kind: 'settled', inForce: true } as const;
const lost = { kind: 'settled', inForce: false, cause: 'The daemon stops' } as const;
const never = (): void => {
  throw new Error('told late');
};

describe('a configuration that was given', () => {
  it('is in force as soon as that is known', async () => {
    const settling = createSettling(60_000);
    const told = settling.next(never);
    settling.settled(inForce);
    expect(await told).toEqual({});
    vi.advanceTimersByTime(120_000);
    settling.settled(inForce);
  });

  it('that is lost is refused with the cause, for everybody who waits', async () => {
    const settling = createSettling(60_000);
    const both = [settling.next(never), settling.next(never)];
    settling.settled(lost);
    for (const told of both)
      expect(await told).toEqual({
        accepted: false,
        cause: expect.stringContaining('is not in force: The daemon stops'),
      });
  });

  it('that a process does not take is not called in force, and is told later when it has', async () => {
    const settling = createSettling(60_000);
    const later: Settlement[] = [];
    const told = settling.next(settlement => later.push(settlement));
    vi.advanceTimersByTime(60_000);
    expect(await told).toEqual({ accepted: false, cause: expect.stringContaining('within 60 s') });
    expect(later).toEqual([]);
    settling.settled(inForce);
    settling.settled(inForce);
    expect(later).toEqual([{}]);
  });

  it('that was overtaken by another is not told late', async () => {
    const settling = createSettling(60_000);
    const first = settling.next(never);
    vi.advanceTimersByTime(60_000);
    await first;
    const second = settling.next(never);
    settling.settled(inForce);
    expect(await second).toEqual({});
  });
});
