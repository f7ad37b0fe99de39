// `conn list --state`: the kernel's words in small or capital letters, of the protocol that is asked for; no others.
// Truth: the state names of net/netfilter/ipvs/ip_vs_proto_tcp.c, _udp.c, _sctp.c and ip_vs_proto.c (templates).
import { describe, expect, it } from 'vitest';
import { testsOf } from '../../../src/core/cli/ipvs/connection-filter.ts';

const asked = async (state: string, protocol?: 'tcp' | 'udp' | 'sctp' | 'ip') => {
  const tests = await testsOf({ state, protocol });
  return tests.ok ? 'known' : `${tests.fault.code}: ${tests.fault.message}`;
};

describe('a state', () => {
  it.each([
    ['established'],
    ['FIN_WAIT'],
    ['synack'],
    ['s-ack-sent'],
    ['udp'],
    ['assured'],
    ['close_wait', 'tcp'],
    ['none', 'sctp'],
    ['Assured', 'ip'],
  ] as const)('of the kernel is taken: %s %s', async (state, protocol?) => {
    expect(await asked(state, protocol)).toBe('known');
  });

  it.each([
    ['open', undefined, 'usage: --state open: connections have no such state'],
    ['', undefined, 'usage: --state : connections have no such state'],
    ['toString', undefined, 'usage: --state toString: connections have no such state'],
    ['established', 'udp', 'usage: --state established: --protocol udp has no such state'],
    ['closed', 'tcp', 'usage: --state closed: --protocol tcp has no such state'],
    ['udp', 'ip', 'usage: --state udp: --protocol ip has no such state'],
  ] as const)('of nobody is a usage error: %s %s', async (state, protocol, said) => {
    expect(await asked(state, protocol)).toBe(said);
  });

  it('that is refused is answered with those there are', async () => {
    const tests = await testsOf({ state: 'open', protocol: 'udp' });
    expect(tests).toMatchObject({ ok: false, fault: { remedy: 'Known states: udp, none, assured.' } });
  });
});
