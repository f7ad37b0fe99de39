// Fleet lint: each way in which two nodes fail to agree, found once, at the right line, with its consequence.
// Truth: RFC 3768 and RFC 9568 section 7.1 (what a receiver drops), and mistakes seen in pairs of real files.

import { describe, expect, it } from 'vitest';
import { fleetRules } from '../../../src/core/lint/fleet/rules.ts';
import { lintFleet, pageOf } from '../../../src/core/lint/index.ts';
import { tableReader } from './lint-text.ts';

const node = `global_defs { enable_script_security
  router_id NAME
}
vrrp_script chk {
  script "/usr/bin/true"
  weight -60
}
vrrp_instance VI_1 {
  state STATE
  interface eth0
  virtual_router_id 51
  priority PRIORITY
  advert_int 1
  authentication {
    auth_type PASS
    auth_pass secret
  }
  track_script {
    chk
  }
  virtual_ipaddress {
    10.0.0.3/24
  }
}
virtual_server 10.0.0.3 80 { lb_algo wlc
  protocol TCP
  real_server 10.1.0.1 80 { lvs_method NAT
    TCP_CHECK {
      connect_timeout 3
    }
  }
}
`;
const a = node.replace('NAME', 'a').replace('STATE', 'MASTER').replace('PRIORITY', '150');
const b = node.replace('NAME', 'b').replace('STATE', 'BACKUP').replace('PRIORITY', '100');
const UNICAST = (source: string, peer: string) => (text: string) =>
  text.replace(
    '  advert_int 1\n',
    `  advert_int 1\n  unicast_src_ip ${source}\n  unicast_peer {\n    ${peer}\n  }\n`,
  );

function compare(...texts: readonly string[]): readonly string[] {
  const files = Object.fromEntries(texts.map((text, index) => [`/${'abc'[index]}.conf`, text]));
  return lintFleet(Object.keys(files), tableReader(files)).flatMap(({ findings }) =>
    findings
      .filter(({ rule }) => rule !== 'not-acted-on')
      .map(({ place, severity, rule }) => `${place.file[1]}:${place.line} ${severity} ${rule}`),
  );
}

describe('a pair', () => {
  it('that agrees has no finding', () => {
    expect(compare(a, b)).toEqual([]);
  });

  it('that has one name matters where mail is sent', () => {
    const named = b.replace('router_id b', 'router_id a');
    expect(compare(a, named)).toEqual([]);
    const mail = '  notification_email { root@lb.internal }\n  router_id';
    expect(compare(a, named.replace('  router_id', mail))).toEqual(['b:3 warning fleet-router-id']);
  });

  it('is matched by its addresses, whatever the instances are called', () => {
    expect(compare(a, b.replace('VI_1', 'other'))).toEqual([]);
  });

  it.each([
    ['router number', b.replace('_router_id 51', '_router_id 52'), ['b:11 error fleet-router-number']],
    [
      'addresses',
      b.replace('    10.0.0.3/24\n', '    10.0.0.3/24\n    10.0.0.4/24\n'),
      ['b:21 error fleet-addresses'],
    ],
    ['interval', b.replace('advert_int 1', 'advert_int 2'), ['b:13 error fleet-interval']],
    ['password', b.replace('secret', 'Secret'), ['b:14 error fleet-authentication']],
    [
      'authentication on one side',
      b.replace(/ {2}authentication \{[^}]*\}\n/, ''),
      ['b:8 error fleet-authentication'],
    ],
    ['equal priorities', b.replace('priority 100', 'priority 150'), ['b:12 warning fleet-priority']],
    ['two masters', b.replace('BACKUP', 'MASTER'), ['b:9 warning fleet-state']],
    [
      'real servers',
      b.replace('real_server 10.1.0.1', 'real_server 10.1.0.2'),
      ['b:25 warning fleet-real-servers'],
    ],
    ['scheduler', b.replace('lb_algo wlc', 'lb_algo rr'), ['b:25 warning fleet-service']],
    ['a missing service', b.replace(/virtual_server[\s\S]*/, ''), ['a:25 warning fleet-service']],
    ['unicast on one side', UNICAST('10.0.0.2', '10.0.0.1')(b), ['b:15 error fleet-transport']],
    [
      'one more instance',
      b.replace(
        'virtual_server',
        'vrrp_instance X {\n  interface eth0\n  virtual_router_id 9\n  virtual_ipaddress {\n    10.0.0.9/24\n  }\n}\nvirtual_server',
      ),
      ['b:25 warning fleet-alone'],
    ],
  ])('%s', (_, other, expected) => {
    expect(compare(a, other)).toEqual(expected);
  });

  it('version 3 and version 2 do not hear each other, whatever else agrees', () => {
    const plain = (text: string) => text.replace(/ {2}authentication \{[^}]*\}\n/, '');
    expect(compare(plain(a), plain(b).replace('interface eth0', 'interface eth0\n  version 3'))).toEqual([
      'b:11 error fleet-version',
    ]);
  });

  it('a MASTER below its BACKUP', () => {
    const other = b.replace('priority 100', 'priority 200');
    expect(compare(a, other)).toEqual(['a:12 warning fleet-state']);
  });

  it('a script that cannot move the address, and one that only ties', () => {
    const weigh = (weight: number) => (text: string) => text.replace('weight -60', `weight ${weight}`);
    expect(compare(weigh(-51)(a), weigh(-51)(b))).toEqual([]);
    expect(compare(weigh(-50)(a), weigh(-50)(b))).toEqual(['a:19 error fleet-weight']);
    expect(compare(weigh(20)(a), weigh(20)(b))).toEqual(['a:19 error fleet-weight']);
    expect(compare(weigh(60)(a), weigh(60)(b))).toEqual([]);
    expect(compare(weigh(0)(a), weigh(0)(b))).toEqual([]);
    // A step that would be too small for most pairs is enough for this one.
    const close = weigh(-2)(b).replace('priority 100', 'priority 149');
    expect(compare(weigh(-2)(a), close)).toEqual([]);
  });

  it('unicast: sources and peers must name each other', () => {
    const good = [UNICAST('10.0.0.1', '10.0.0.2')(a), UNICAST('10.0.0.2', '10.0.0.1')(b)] as const;
    expect(compare(...good)).toEqual([]);
    expect(compare(good[0], UNICAST('10.0.0.2', '10.0.0.9')(b))).toEqual(['b:15 error fleet-peers']);
    expect(compare(good[0], UNICAST('10.0.0.1', '10.0.0.2')(b))).toEqual(['b:14 error fleet-source']);
  });

  it('a sync group on one side', () => {
    const grouped = `${a}vrrp_sync_group G {\n  group {\n    VI_1\n    VI_2\n  }\n}\n`;
    const second = (text: string) =>
      `${text}vrrp_instance VI_2 {\n  interface eth1\n  virtual_router_id 52\n  priority 100\n  virtual_ipaddress {\n    10.9.0.3/24\n  }\n}\n`;
    const found = compare(second(grouped), second(b)).filter(line => line.includes('sync-group'));
    expect(found).toEqual(['b:8 warning fleet-sync-group', 'b:33 warning fleet-sync-group']);
  });
});

/** The message of the one finding of that rule. */
function messageOf(rule: string, ...texts: readonly string[]): string {
  const files = Object.fromEntries(texts.map((text, index) => [`/${'abc'[index]}.conf`, text]));
  const found = lintFleet(Object.keys(files), tableReader(files)).flatMap(({ findings }) => findings);
  const [message = '', ...more] = found.filter(each => each.rule === rule).map(each => each.message);
  expect(more).toEqual([]);
  return message;
}

// Truth: vrrp/accept.ts, which the transcripts hold against keepalived 2.4.3; two nodes with keepalived 2.2.7 (see each test).
describe('the election', () => {
  const nopreempt = (text: string) => text.replace('  advert_int 1\n', '  nopreempt\n  advert_int 1\n');
  const backup = (text: string) => text.replace('state MASTER', 'state BACKUP');
  const priority = (value: number) => (text: string) => text.replace(/priority 1\d0/, `priority ${value}`);
  const unscripted = (text: string) => text.replace(/ {2}track_script \{[\s\S]*?\}\n/, '');
  const weight = (value: number) => (text: string) => text.replace('weight -60', `weight ${value}`);

  it('is not won by a node with nopreempt, whatever a weight takes away', () => {
    expect(messageOf('fleet-weight', nopreempt(backup(a)), nopreempt(b))).toBe(
      'chk failing here: priority 150 -> 90, /b.conf stands at 100 but has nopreempt: the addresses do not move, whatever the weight is; weight 0 makes it FAULT',
    );
    expect(compare(nopreempt(backup(a)), b)).toEqual([]);
    const late = messageOf('fleet-state', priority(50)(a), nopreempt(b));
    expect(late).toContain('which has nopreempt: whoever is MASTER first stays it');
    expect(messageOf('fleet-state', priority(50)(a), b)).toContain('which takes over at once');
  });

  it('loses with a failing script what the script adds, and no more: only the sum is kept in 1..254', () => {
    const rival = unscripted(priority(99)(b));
    expect(messageOf('fleet-weight', weight(2)(priority(200)(a)), rival)).toBe(
      'chk failing here: priority 202 -> 200, /b.conf stands at 99: the addresses do not move; its failure leaves what it adds to: lower the priority to 98 or less, or take weight 0 for FAULT',
    );
    expect(compare(weight(104)(priority(98)(a)), rival).filter(line => line.includes('fleet-'))).toEqual([]);
    // 250 and 60 are 254 together, and 250 without.
    expect(messageOf('fleet-weight', weight(60)(priority(250)(a)), rival)).toContain('priority 254 -> 250');
  });

  it('counts every tracker with a weight', () => {
    const tracked = (text: string) =>
      unscripted(text).replace(
        '  virtual_ipaddress {',
        '  track_interface {\n    eth1 weight -5\n  }\n  virtual_ipaddress {',
      );
    expect(messageOf('fleet-weight', tracked(a), tracked(b))).toBe(
      'eth1 failing here: priority 150 -> 145, /b.conf stands at 100: the addresses do not move; it must take at least 51, or have weight 0 for FAULT',
    );
  });

  it('asks all the others, not the second alone', () => {
    const third = unscripted(priority(140)(b)).replace('router_id b', 'router_id c');
    const stubborn = nopreempt(unscripted(priority(145)(b)));
    expect(
      compare(weight(-7)(backup(a)), stubborn, third).filter(line => line.includes('fleet-weight')),
    ).toHaveLength(1);
    expect(
      compare(weight(-20)(backup(a)), stubborn, third).filter(line => line.includes('fleet-weight')),
    ).toEqual([]);
  });
});

describe('what a difference leads to is what the daemon does', () => {
  it('another address list is accepted by lvskit; keepalived 2.2.7 drops it: both of its nodes were MASTER in a lab', () => {
    const other = b.replace('    10.0.0.3/24\n', '    10.0.0.3/24\n    10.0.0.4/24\n');
    expect(messageOf('fleet-addresses', a, other)).toBe(
      "the virtual addresses differ: 10.0.0.4 only here; lvskit accepts each other's advertisements, and some addresses are " +
        'missing after a failover; keepalived 2.2.7 drops them, both will be MASTER',
    );
  });

  it('the same with vrrp_skip_check_adv_addr, which did not help keepalived 2.2.7 in the lab', () => {
    const skip = (text: string) => text.replace('global_defs {', 'global_defs { vrrp_skip_check_adv_addr\n');
    const other = b.replace('10.0.0.3/24', '10.0.0.3/24\n    10.0.0.4/24');
    expect(messageOf('fleet-addresses', skip(a), skip(other))).toContain('keepalived 2.2.7 drops them');
  });

  it('another interval: version 2 drops it, version 3 follows', () => {
    const plain = (text: string) => text.replace(/ {2}authentication \{[^}]*\}\n/, '');
    const three = (text: string) => plain(text).replace('interface eth0', 'interface eth0\n  version 3');
    const slow = (text: string) => text.replace('advert_int 1', 'advert_int 2');
    expect(messageOf('fleet-interval', a, slow(b))).toContain("each drops the other's advertisements");
    expect(messageOf('fleet-interval', three(a), slow(three(b)))).toContain('a backup follows the master');
  });

  it('another password or version: each drops the other', () => {
    const plain = (text: string) => text.replace(/ {2}authentication \{[^}]*\}\n/, '');
    const three = plain(b).replace('interface eth0', 'interface eth0\n  version 3');
    for (const message of [
      messageOf('fleet-authentication', a, b.replace('secret', 'Secret')),
      messageOf('fleet-authentication', a, plain(b)),
      messageOf('fleet-version', plain(a), three),
    ])
      expect(message).toContain("each drops the other's advertisements, both will be MASTER");
  });

  it('a peer that is not named gets nothing; only check_unicast_src drops what comes from it', () => {
    const one = UNICAST('10.0.0.1', '10.0.0.2')(a);
    const other = UNICAST('10.0.0.2', '10.0.0.9')(b);
    expect(messageOf('fleet-peers', one, other)).toMatch(
      /it gets no advertisements from here and takes over whenever it starts$/,
    );
    const checking = other.replace('advert_int 1', 'advert_int 1\n  check_unicast_src');
    expect(messageOf('fleet-peers', one, checking)).toMatch(/and its own are dropped, both will be MASTER$/);
  });
});

describe('a fleet', () => {
  it('of three nodes compares each with the first', () => {
    const c = b
      .replace('router_id b', 'router_id c')
      .replace('priority 100', 'priority 90')
      .replace('secret', 'wrong');
    expect(compare(a, b, c)).toEqual(['c:14 error fleet-authentication']);
  });

  it('may hold clusters that have nothing to do with each other', () => {
    const far = a
      .replaceAll('10.0.0.3', '10.5.0.3')
      .replace('_router_id 51', '_router_id 77')
      .replace('VI_1', 'FAR');
    expect(compare(a, b, far)).toEqual(['c:8 warning fleet-alone']);
  });

  it('comments silence its rules with a reason, and are not called unused without the fleet', () => {
    const silent = b
      .replace('secret', 'Secret')
      .replace(
        '  authentication {',
        '  authentication { # lvskit-disable-line fleet-authentication -- being changed today',
      );
    expect(compare(a, silent)).toEqual([]);
    expect(compare(silent)).toEqual([]);
  });

  it('every rule of the fleet has a page', () => {
    for (const rule of Object.keys(fleetRules)) expect(pageOf(rule), rule).toBeDefined();
  });
});
