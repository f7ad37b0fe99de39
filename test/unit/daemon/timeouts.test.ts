// IPVS timeouts over a daemon's life. Truth: what keepalived 2.2.7 leaves in the same kernel (test/kernel/features.test.ts, services).
import { describe, expect, it } from 'vitest';
import { timeoutsToSet } from '../../../src/core/daemon/timeouts.ts';

const found = { tcp: 900, tcpFin: 120, udp: 300 };
const none = { tcp: 0, tcpFin: 0, udp: 0 };
const named = { tcp: 100, tcpFin: 20, udp: 30 };

describe('lvs_timeouts', () => {
  it('are set at start and given back at stop', () => {
    expect(timeoutsToSet(found, undefined, named)).toEqual(named);
    expect(timeoutsToSet(found, named, undefined)).toEqual(found);
  });
  it('that a reload no longer names become what was found', () => {
    expect(timeoutsToSet(found, named, { tcp: 200, tcpFin: 0, udp: 40 })).toEqual({
      tcp: 200,
      tcpFin: 120,
      udp: 40,
    });
  });
  it('are not touched when none are named or none changed', () => {
    expect(timeoutsToSet(found, undefined, none)).toBeUndefined();
    expect(timeoutsToSet(found, named, named)).toBeUndefined();
    expect(timeoutsToSet(undefined, undefined, none)).toBeUndefined();
  });
});
