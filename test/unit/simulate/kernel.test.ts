// The simulated rtnetlink kernel on its own. That it does what Linux does, test/kernel/route-kernel.test.ts compares with a real one.
import { describe, expect, it } from 'vitest';
import { type Mac, parsePrefix } from '../../../src/core/net/index.ts';
import { addAddress, type RouteNews, removeAddress } from '../../../src/core/netlink/index.ts';
import {
  ask,
  createKernel,
  dump,
  editLink,
  linkNamed,
  type SimulatedKernel,
} from '../../../src/core/simulate/index.ts';

const record = (text: string, ifindex = 2) => {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new Error(text);
  return {
    ifindex,
    prefix,
    scope: 0,
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    flags: 0,
    preferredLifetime: 'forever',
  } as const;
};

function withLink(): SimulatedKernel {
  const kernel = createKernel();
  editLink(kernel, { kind: 'create', name: 'eth0', mac: '02:00:00:00:00:0a' as Mac, up: true });
  return kernel;
}

const addresses = (news: readonly RouteNews[]) =>
  news.flatMap(each =>
    each.kind === 'address' ? [`${each.gone ? '-' : '+'}${each.record.prefix.address}`] : [],
  );

describe('a simulated kernel', () => {
  it('takes the secondaries of a subnet away with their primary, and reports them first', () => {
    const kernel = withLink();
    for (const text of ['10.0.0.1/24', '10.0.0.2/24', '10.0.0.3/24']) ask(kernel, addAddress(record(text)));
    expect(addresses(ask(kernel, removeAddress(record('10.0.0.1/24'))).news)).toEqual([
      '-10.0.0.2',
      '-10.0.0.3',
      '-10.0.0.1',
    ]);
  });

  it('refuses what it is asked to refuse, as often as said, and changes nothing', () => {
    const kernel = withLink();
    kernel.refusals.push({ operation: 'RTM_NEWADDR', errno: 'ENOBUFS', times: 1 });
    const before = dump(kernel);
    expect(ask(kernel, addAddress(record('10.0.0.1/24')))).toEqual({ errno: 'ENOBUFS', news: [] });
    expect(dump(kernel)).toEqual(before);
    expect(ask(kernel, addAddress(record('10.0.0.1/24'))).errno).toBeUndefined();
  });

  it('gives a deleted and recreated interface another index', () => {
    const kernel = withLink();
    editLink(kernel, { kind: 'delete', name: 'eth0' });
    editLink(kernel, { kind: 'create', name: 'eth0', mac: '02:00:00:00:00:0a' as Mac, up: true });
    expect(linkNamed(kernel, 'eth0')?.index).toBe(3);
    expect(ask(kernel, addAddress(record('10.0.0.1/24'))).errno).toBe('ENODEV');
  });

  it('is plain data: a clone answers alike and lives on alone', () => {
    const kernel = withLink();
    ask(kernel, addAddress(record('10.0.0.1/24')));
    const clone = structuredClone(kernel);
    expect(ask(clone, removeAddress(record('10.0.0.1/24')))).toEqual(
      ask(structuredClone(kernel), removeAddress(record('10.0.0.1/24'))),
    );
    expect(dump(clone)).not.toEqual(dump(kernel));
  });

  it('keeps addresses and routes when only the carrier goes', () => {
    const kernel = withLink();
    ask(kernel, addAddress(record('10.0.0.1/24')));
    const { news } = editLink(kernel, { kind: 'carrier', name: 'eth0', running: false });
    expect(news.map(({ kind }) => kind)).toEqual(['link']);
    expect(kernel.addresses.map(each => each.prefix.address)).toContain('10.0.0.1');
  });
});
