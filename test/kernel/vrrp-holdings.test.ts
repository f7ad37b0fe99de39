// What a running director holds, through reloads under other names, a rename of its interface, and kill -9 of all its processes.
// Truth: ip-monitor(8) and ip-address(8) of this machine's kernel; keepalived(8) keeps a MASTER's addresses through each of these reloads.
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime, runOnMachine } from '../lab/run-program.ts';
import type { Stories } from './vrrp-holdings-lab.ts';

let stories: Stories;

beforeAll(async () => {
  stories = await labResult<Stories>({ script: 'test/kernel/vrrp-holdings-lab.ts' }, runOnMachine);
}, labTime);

const own = '10.2.0.1/24 eth0';
const on = (device: string, ...ends: number[]) => ends.map(end => `10.2.0.${end}/24 ${device}`);

describe('a reload of a running MASTER', () => {
  it('that inserts an instance before the others takes no address away (shifted VRIDs)', () => {
    expect(stories.shifted.deleted).toEqual([]);
    expect(stories.shifted.held).toEqual([own, ...on('eth0', 100, 101, 109)]);
  });
  it('that swaps names takes no address away (swapped VRIDs)', () => {
    expect(stories.swapped.deleted).toEqual([]);
    expect(stories.swapped.held).toEqual([own, ...on('eth0', 100, 101, 109)]);
  });
  it('that leaves an instance out takes its address and no other', () => {
    expect(stories.back.deleted).toEqual(['10.2.0.109/24']);
    expect(stories.back.held).toEqual([own, ...on('eth0', 100, 101)]);
  });
  it('says what is in force, what changed, and what was set and removed', () => {
    expect(stories.shifted.log).toMatch(/Reloaded \S+: 3 VRRP instances, 0 virtual servers now in force/);
    expect(stories.shifted.log).toMatch(/VI_1: added address 10\.2\.0\.109\/24 dev eth0/);
    expect(stories.back.log).toMatch(/VI_1: removed address 10\.2\.0\.109\/24 dev eth0/);
  });
});

describe('an interface that is renamed', () => {
  it('keeps no virtual address', () => {
    expect(stories.renamed.held).toEqual(['10.2.0.1/24 eth7']);
  });
  it('has none after an orderly stop either', () => {
    expect(stories.stopped.held).toEqual([own]);
  });
});

describe('after kill -9 of all processes', () => {
  it('a start with another file removes what was left, and nothing of another administrator', () => {
    expect(stories.afterKill.held).toEqual([own, ...on('eth0', 100, 101), '10.2.0.77/24 eth0']);
    expect(stories.restarted.held).toEqual([own, ...on('eth0', 120), '10.2.0.77/24 eth0']);
    expect(stories.ended.held).toEqual([own, '10.2.0.77/24 eth0']);
  });
});
