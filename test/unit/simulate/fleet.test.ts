// The LAN that configurations describe, the standard scenarios on it, and what is said of each.
// Truth: RFC 9568 section 6 and keepalived.conf(5); the words are this project's own.

import { describe, expect, it } from 'vitest';
import {
  fleetOf,
  type Outcome,
  outcomeOf,
  simulate,
  standardTroubles,
} from '../../../src/core/simulate/index.ts';
import { loadText } from '../conf/load-text.ts';

interface Written {
  readonly name?: string;
  readonly vrid?: number;
  readonly priority: number;
  readonly interface?: string;
  readonly more?: string;
}

const instance = ({ name = 'V', vrid = 51, priority, interface: link = 'eth0', more = '' }: Written) =>
  `vrrp_instance ${name} {\n interface ${link}\n virtual_router_id ${vrid}\n priority ${priority}\n virtual_ipaddress {\n 10.0.0.${vrid}/24\n }\n${more}\n}\n`;

const member = (name: string, instances: readonly Written[], before = '') => ({
  name,
  config: loadText(before + instances.map(instance).join('')).config,
});

const fleet = (one: readonly Written[], other: readonly Written[], before = '') =>
  fleetOf([member('lb1', one, before), member('lb2', other, before)]);

/** What is said of the trouble with that title, for the first router. */
function play(pair: ReturnType<typeof fleet>, title: RegExp): Outcome {
  const trouble = standardTroubles(pair, 1).find(each => title.test(each.title));
  const [router] = pair.routers;
  if (trouble === undefined || router === undefined) throw new Error(`no ${title}`);
  return outcomeOf(trouble, router, simulate(trouble.scenario));
}

describe('the LAN of a fleet', () => {
  it('joins interfaces of any name by their VRID', () => {
    const { nodes, routers } = fleet([{ priority: 150 }], [{ priority: 100, interface: 'ens3' }]);
    expect(routers).toHaveLength(1);
    expect(nodes.map(({ links }) => links[0]?.segment)).toEqual([
      nodes[0]?.links[0]?.segment,
      nodes[0]?.links[0]?.segment,
    ]);
  });

  it('keeps a VRID on two interfaces of a node apart, by the names of the interfaces', () => {
    const both = [
      { name: 'A', priority: 150 },
      { name: 'B', priority: 150, interface: 'eth1' },
    ];
    const { routers } = fleet(both, both);
    expect(routers.map(each => [...each.instances.values()].map(({ name }) => name))).toEqual([
      ['A', 'A'],
      ['B', 'B'],
    ]);
  });

  it('gives unicast nodes the addresses by which their files know each other', () => {
    const unicast = (own: string, peer: string) => `unicast_src_ip ${own}\nunicast_peer {\n ${peer}\n }`;
    const pair = fleet(
      [{ priority: 150, more: unicast('10.9.0.1', '10.9.0.2') }],
      [{ priority: 100, more: unicast('10.9.0.2', '10.9.0.1') }],
    );
    expect(pair.nodes.map(({ links }) => links[0]?.addresses)).toEqual([['10.9.0.1/24'], ['10.9.0.2/24']]);
    expect(pair.notes).toEqual([]);
    expect(play(pair, /^lb1 loses power/).verdict[0]).toMatch(/^lb2 takes over from lb1 after 3/);
  });

  it('says which unicast peer no file has', () => {
    const { notes } = fleet(
      [{ priority: 150, more: 'unicast_peer {\n 10.9.0.7\n }' }],
      [{ priority: 100, vrid: 52 }],
    );
    expect(notes).toEqual(['10.9.0.7, a unicast peer of lb1, is an address of no file: nobody answers it']);
  });
});

describe('what is said of a trouble', () => {
  const usual = fleet([{ priority: 150 }], [{ priority: 100 }]);

  it('names who takes over, after which time, and who has it in the end', () => {
    const outcome = play(usual, /^lb1 loses power/);
    expect(outcome.verdict).toEqual([
      expect.stringMatching(/^lb2 takes over from lb1 after 3\.\d+ s$/),
      'then lb1 is MASTER again',
    ]);
    expect(outcome.withoutHolder).toBeGreaterThan(2_500_000);
    expect(outcome.grade).toBe('good');
  });

  it('finds no hole at an orderly stop', () => {
    expect(play(usual, /daemon of lb1 is stopped/)).toMatchObject({ withoutHolder: 0, grade: 'good' });
  });

  it('names nopreempt as the reason why a node does not take the address back', () => {
    const pair = fleet([{ priority: 150, more: 'state BACKUP\nnopreempt' }], [{ priority: 100 }]);
    expect(play(pair, /^lb1 loses power/).verdict[1]).toBe('then lb2 keeps it: nopreempt on lb1');
  });

  it('names the same priority as the reason', () => {
    const pair = fleet([{ priority: 100 }], [{ priority: 100 }]);
    const outcome = ['lb1', 'lb2']
      .map(name => play(pair, new RegExp(`^${name} loses power`)))
      .find(({ verdict }) => /keeps it/.test(verdict[1] ?? ''));
    expect(outcome?.verdict[1]).toMatch(/have the same priority 100$/);
  });

  const script = (weight: number) =>
    `vrrp_script chk {\n script "/bin/true"\n interval 1\n weight ${weight}\n}\n`;
  const tracking = 'track_script {\n chk\n }';
  it('notes a tracker whose weight is too small to move the address', () => {
    const pair = fleet([{ priority: 150, more: tracking }], [{ priority: 100 }], script(-2));
    const outcome = play(pair, /script chk fails on lb1/);
    expect(outcome.verdict).toEqual(['stays with lb1: lb1 has 148, lb2 has 100']);
    expect(outcome.grade).toBe('note');
  });

  it('sees a tracker whose weight is great enough move it', () => {
    const pair = fleet([{ priority: 150, more: tracking }], [{ priority: 100 }], script(-60));
    expect(play(pair, /script chk fails on lb1/).verdict[0]).toMatch(/^lb2 takes over from lb1/);
  });

  it('calls two routers that never hear each other’s password bad', () => {
    const secret = (word: string) => `version 2\nauthentication {\n auth_type PASS\n auth_pass ${word}\n }`;
    const pair = fleet([{ priority: 150, more: secret('one') }], [{ priority: 100, more: secret('two') }]);
    const outcome = play(pair, /^all start together/);
    expect(outcome.grade).toBe('bad');
    expect(outcome.verdict).toEqual(['lb1 and lb2 are MASTER at the same time']);
  });

  it('calls a fleet bad in which nobody takes over', () => {
    const pair = fleet(
      [{ priority: 150, more: 'track_interface {\n eth9\n }' }],
      [{ priority: 100, vrid: 52 }],
    );
    const outcome = play(pair, /eth9 of lb1 loses carrier/);
    expect(outcome.verdict[0]).toMatch(/^nobody is MASTER \(lb1: FAULT, /);
  });

  it('finds every standard scenario of a sound pair good, apart from a split LAN', () => {
    for (const trouble of standardTroubles(usual, 7)) {
      const result = simulate(trouble.scenario);
      for (const router of usual.routers) {
        const { grade, verdict } = outcomeOf(trouble, router, result);
        expect([trouble.title, grade], verdict.join('; ')).toEqual([
          trouble.title,
          /no longer hear/.test(trouble.title) ? 'note' : 'good',
        ]);
      }
    }
  });
});
