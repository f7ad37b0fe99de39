// IPv6 addresses, routes and rules of a running MASTER, through renaming reloads and the loss of its interface to another namespace.
// Truth: ip-monitor(8), ip-address(8), ip-route(8) and ip-rule(8) of this machine's kernel.
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime, runOnMachine } from '../lab/run-program.ts';
import type { Stories } from './vrrp-kinds-lab.ts';

let stories: Stories;

beforeAll(async () => {
  stories = await labResult<Stories>({ script: 'test/kernel/vrrp-kinds-lab.ts' }, runOnMachine);
}, labTime);

const local = (host: number) => [
  `address 10.3.0.${host}/24 eth0`,
  `address 2001:db8:3::${host}/64 eth0`,
  `address fe80::ff:fe00:${host}01/64 eth0`,
];
const four = (gateway = 254) => [
  'address 10.3.0.100/24 eth0',
  'route 198.51.100.0/24 dev eth0 src 10.3.0.100',
  `route 203.0.113.0/24 via 10.3.0.${gateway} dev eth0 table 100`,
  'route blackhole 192.0.2.0/24',
  'rule 100: from 10.3.0.100 lookup 100',
];
const six = [
  'address 2001:db8:3::100/64 eth0',
  'address 2001:db8:3::101/128 eth0',
  'address fe80::3:100/128 eth0',
  'route 2001:db8:33::/64 via 2001:db8:3::fe dev eth0 metric 1024 pref medium',
  'rule 200: from 2001:db8:3::100 lookup 100',
];
const inserted = 'address 10.3.0.109/24 eth0';
const all = (...parts: readonly (string | readonly string[])[]) => parts.flat().sort();

describe('a reload of a MASTER with IPv6 addresses, routes and rules', () => {
  it('begins with all of them', () => {
    expect(stories.started).toEqual(all(local(1), four(), six));
  });
  it('that inserts an instance before the others takes nothing away (shifted VRIDs)', () => {
    expect(stories.shifted.deleted).toEqual([]);
    expect(stories.shifted.held).toEqual(all(local(1), four(), six, inserted));
  });
  it('that swaps names takes nothing away (swapped VRIDs)', () => {
    expect(stories.swapped.deleted).toEqual([]);
    expect(stories.swapped.held).toEqual(all(local(1), four(), six, inserted));
  });
  it('that changes a gateway takes the former route and nothing else', () => {
    expect(stories.otherGateway.deleted).toEqual([
      'Deleted 203.0.113.0/24 via 10.3.0.254 dev eth0 table 100 proto keepalived',
    ]);
    expect(stories.otherGateway.held).toEqual(all(local(1), four(253), six, inserted));
  });
  it('that leaves instances out takes all of theirs and nothing of the one that goes on', () => {
    expect(stories.leftOut.held).toEqual(all(local(1), four(253)));
    expect(
      stories.leftOut.deleted.filter(line => /10\.3\.0\.100|203\.0\.113|198\.51|192\.0\.2/.test(line)),
    ).toEqual([]);
  });
});

describe('an interface that is moved to another network namespace', () => {
  it('leaves neither routes nor rules behind, and the other director takes over', () => {
    expect(stories.away.one).toEqual([]);
    expect(stories.away.two).toEqual(all(local(2), four(), six));
    expect(stories.away.log).toMatch(/VI_1: MASTER -> FAULT: interface eth0/);
  });
  it('and comes back makes its director MASTER with everything again', () => {
    expect(stories.returned.one).toEqual(all(local(1), four(), six));
    expect(stories.returned.two).toEqual(all(local(2)));
  });
  it('is left as it was by an orderly stop', () => {
    expect(stories.stopped).toEqual(all(local(1)));
  });
});
