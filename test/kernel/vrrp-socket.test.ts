// The sockets of the VRRP process on the machine's own kernel: what arrives, what does not, and the order of what is sent.
// Truth: RFC 9568 sections 5.1 and 6.4.2, RFC 791 record route, RFC 8200 section 3; tcpdump for the order on the wire.
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime, runOnMachine } from '../lab/run-program.ts';
import type { Sockets } from './vrrp-socket-lab.ts';

let seen: Sockets;

beforeAll(async () => {
  seen = await labResult<Sockets>({ script: 'test/kernel/vrrp-socket-lab.ts' }, runOnMachine);
}, labTime);

const right = { ifindexRight: true, length: 12 };

describe('an IPv4 socket', () => {
  it('hears an advert with a record route option, which the kernel rewrites after it verified the checksum', () => {
    expect(seen.optionChecksumFits).toBe(true);
    expect(seen.option).toEqual([{ ...right, ttl: 255, source: '10.0.0.1', destination: '224.0.0.18' }]);
  });

  it('hears a burst of 255 without loss, drops what is not admitted and says why it refuses the rest', () => {
    expect([seen.burst, seen.foreign]).toEqual([199, 0]);
    expect(seen.refused).toEqual(['short-advert']);
  });

  it('hears nothing after it was closed, whatever waited in it', () => {
    expect(seen.afterClose).toBe(1);
  });
});

describe('an IPv6 socket', () => {
  it('tells source, destination and the hop limit that was on the wire; multicast only with 255', () => {
    const from = { ...right, source: 'fd00::1' };
    expect(seen.six).toEqual([
      { ...from, destination: 'ff02::12', ttl: 255 },
      { ...from, destination: 'fd00::2', ttl: 200 },
      { ...from, destination: 'fd00::2', ttl: 64 },
    ]);
  });
});

describe('what one turn of the event loop sends', () => {
  it('leaves in the order of the effects: advert, then announcement', () => {
    expect(seen.order).toEqual(Array.from({ length: 5 }, () => ['advert', 'announcement']).flat());
  });
});
