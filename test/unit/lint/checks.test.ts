// What keepalived checks after parsing, what probes of it were silent about, and mistakes of real files: each has its finding.
// Truth: keepalived.conf(5) and keepalived -t of 2.2.7 and 2.4.3; `# HERE` marks the line that must be told.

import { describe, expect, it } from 'vitest';
import { type LintOptions, lintFleet } from '../../../src/core/lint/index.ts';
import { lintText, tableReader } from './lint-text.ts';

const instance = (lines: string, name = 'V') => `vrrp_instance ${name} { # INSTANCE
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    10.0.0.3/24
  }
${lines}
}
`;
const empty = (lines: string) => `vrrp_instance V { # INSTANCE\n${lines}\n}\n`;
const service = (
  lines: string,
  head = '10.0.0.1 80',
  real = '10.0.1.1 80',
) => `virtual_server ${head} { # SERVICE
  protocol TCP
  lb_algo rr
  lb_kind NAT
${lines}
  real_server ${real} { # REAL
    TCP_CHECK {
      connect_timeout 3
    }
  }
}
`;
const globals = (lines: string) => `global_defs {\n${lines}\n}\n`;
const at = (text: string, mark: string) => text.replace('HERE', 'OTHER').replace(mark, 'HERE');
const script = 'vrrp_script c {\n  script "/bin/true"\n}\n';

type Row = readonly [what: string, text: string, rule: string, options?: LintOptions];

// biome-ignore format: a table
const checks: readonly Row[] = [
  // Instances: minimum, family, state, priority
  ['no virtual_router_id', at(empty('interface eth0\nvirtual_ipaddress {\n10.0.0.3/24\n}'), 'INSTANCE'), 'missing-virtual-router-id'],
  ['no interface', at(empty('virtual_router_id 5\nvirtual_ipaddress {\n10.0.0.3/24\n}'), 'INSTANCE'), 'missing-interface'],
  ['unicast without interface and source', at(empty('virtual_router_id 5\nunicast_peer {\n10.0.0.9\n}\nvirtual_ipaddress {\n10.0.0.3/24\n}'), 'INSTANCE'), 'missing-interface'],
  ['IPv6 and version 2 in strict mode', empty('interface eth0\nstrict_mode on\nversion 2 # HERE\nvirtual_router_id 5\nvirtual_ipaddress {\nfe80::3/64\n}'), 'corrected'],
  ['MASTER without priority', instance('state MASTER # HERE'), 'owner-by-default'],
  ['strict: state follows priority', instance('strict_mode on\npriority 90\nstate MASTER # HERE'), 'corrected'],
  ['unknown state', instance('state FAULT # HERE'), 'invalid-word'],
  ['priority out of range', instance('priority 256 # HERE'), 'invalid-number'],
  ['interface name of more than 15 bytes', instance('').replace('eth0', 'abcdefghijklmnop # HERE'), 'invalid-name'],
  ['version 4', instance('version 4 # HERE'), 'invalid-number'],
  // Authentication
  ['strict with auth_type', instance('strict_mode on\nauthentication { # HERE\nauth_type PASS\nauth_pass x\n}'), 'authentication-dropped'],
  ['version 3 with auth_type', instance('version 3\nauthentication { # HERE\nauth_type PASS\nauth_pass x\n}'), 'authentication-dropped'],
  ['auth_type without password', instance('authentication { # HERE\nauth_type PASS\n}'), 'authentication-dropped'],
  ['AH with state MASTER', instance('state MASTER # HERE\npriority 90\nauthentication {\nauth_type AH\nauth_pass x\n}'), 'corrected'],
  ['unknown auth_type', instance('authentication {\nauth_type pass # HERE\nauth_pass x\n}'), 'invalid-word'],
  ['auth_pass of more than 8 bytes', instance('authentication {\nauth_type PASS\nauth_pass 123456789 # HERE\n}'), 'password-truncated'],
  // Unicast
  ['unicast word without peers', instance('unicast_src_ip 10.0.0.1 # HERE'), 'unicast-without-peers'],
  ['strict with unicast peers', instance('strict_mode on\nunicast_peer { # HERE\n10.0.0.9\n}'), 'unicast-in-strict-mode'],
  ['unicast_ttl without peers', instance('unicast_ttl 5 # HERE'), 'unicast-ttl-without-peers'],
  ['peer twice', instance('unicast_src_ip 10.0.0.1\nunicast_peer {\n10.0.0.9\n10.0.0.9 # HERE\n}'), 'duplicate'],
  ['VMAC with unicast without vmac_xmit_base', instance('use_vmac # HERE\nunicast_src_ip 10.0.0.1\nunicast_peer {\n10.0.0.9\n}'), 'corrected'],
  ['multicast group of the other family', instance('mcast_dst_ip ff02::12 # HERE'), 'invalid-address'],
  // Addresses
  ['first IPv6 address not link-local', empty('interface eth0\nvirtual_router_id 5\nvirtual_ipaddress { # HERE\n2001:db8::3/64\n}'), 'first-address-not-link-local'],
  ['address of the other family', instance('virtual_ipaddress {\nfe80::3/64 # HERE\n}'), 'mixed-families'],
  ['address twice', instance('virtual_ipaddress {\n10.0.0.3/24 # HERE\n}'), 'duplicate'],
  ['excluded address twice', instance('virtual_ipaddress_excluded {\n10.0.0.3/24 # HERE\n}'), 'duplicate'],
  ['no address, version 3', at(empty('version 3\ninterface eth0\nvirtual_router_id 5'), 'INSTANCE'), 'missing-address'],
  ['no address, version 2', at(empty('version 2\ninterface eth0\nvirtual_router_id 5'), 'INSTANCE'), 'missing-address'],
  ['unknown word behind an address', instance('virtual_ipaddress_excluded {\n10.0.0.4/24 deev eth1 # HERE\n}'), 'unknown-word'],
  // Preemption and timers
  ['nopreempt with priority 255', instance('priority 255\nnopreempt # HERE'), 'nopreempt-ignored'],
  ['nopreempt with state MASTER', instance('state MASTER\npriority 90\nnopreempt # HERE'), 'nopreempt-ignored'],
  ['preempt_delay with state MASTER', instance('state MASTER\npriority 90\npreempt_delay 5 # HERE'), 'preempt-delay-ignored'],
  ['preempt_delay in strict mode', instance('strict_mode on\npreempt_delay 5 # HERE'), 'preempt-delay-ignored'],
  ['preempt_delay with nopreempt', instance('nopreempt\npreempt_delay 5 # HERE'), 'preempt-delay-ignored'],
  ['down_timer_adverts in strict mode', instance('strict_mode on\ndown_timer_adverts 5 # HERE'), 'corrected'],
  ['timer_expired_backup without nopreempt', instance('timer_expired_backup # HERE'), 'corrected'],
  ['strict, version 2, accept', instance('version 2\nstrict_mode on\naccept # HERE'), 'corrected'],
  ['garp_lower_prio_repeat in strict mode', instance('strict_mode on\ngarp_lower_prio_repeat 2 # HERE'), 'corrected'],
  ['lower_prio_no_advert off in strict mode', instance('strict_mode on\nlower_prio_no_advert off # HERE'), 'corrected'],
  ['higher_prio_send_advert in strict mode', instance('strict_mode on\nhigher_prio_send_advert on # HERE'), 'corrected'],
  ['owner_ignore_adverts of no owner', instance('owner_ignore_adverts on # HERE'), 'corrected'],
  ['advert_int above what any version carries', instance('advert_int 300 # HERE'), 'invalid-number'],
  ['advert_int of version 2 with a fraction', instance('version 2\nadvert_int 1.5 # HERE'), 'corrected'],
  ['advert_int above what version 3 carries', instance('version 3\nadvert_int 41 # HERE'), 'corrected'],
  ['promote_secondaries with a VMAC', instance('use_vmac\npromote_secondaries # HERE'), 'corrected'],
  ['vmac_xmit_base in strict mode', instance('strict_mode on\nuse_vmac\nvmac_xmit_base # HERE'), 'corrected'],
  ['own interface tracked', instance('track_interface { # HERE\neth0\n}'), 'own-interface-tracked'],
  ['weighted interface of an owner', instance('priority 255\ntrack_interface { # HERE\neth1 weight 5\n}'), 'weights-ignored'],
  ['weighted script of an owner', script + instance('priority 255\ntrack_script { # HERE\nc weight 5\n}'), 'weights-ignored'],
  ['file of an owner with its default weight', 'track_file f {\nfile /tmp/f\n}\n' + instance('priority 255\ntrack_file { # HERE\nf\n}'), 'weights-ignored'],
  ['script that is not defined', instance('track_script {\nnone # HERE\n}'), 'undefined-name'],
  ['script that nothing tracks', 'vrrp_script c { # HERE\n  script "/bin/true"\n}\n', 'unused-script'],
  ['script without script', 'vrrp_script c { # HERE\n  interval 2\n}\n', 'missing-script'],
  // Relations
  ['same family, VRID, interface, group', instance('') + instance('', 'W').replace('51', '51 # HERE').replace('.3', '.4'), 'duplicate-virtual-router-id'],
  ['instance name twice', instance('') + at(instance(''), 'INSTANCE'), 'duplicate'],
  ['sync group without members', 'vrrp_sync_group G { # HERE\n}\n', 'empty-group'],
  ['sync group of an unknown member', `vrrp_sync_group G {\ngroup {\nV\nX # HERE\n}\n}\n${instance('')}`, 'undefined-name'],
  ['sync group of one member', `vrrp_sync_group G { # HERE\ngroup {\nV\n}\n}\n${instance('')}`, 'single-member'],
  ['member of two groups', `vrrp_sync_group G {\ngroup {\nV\n}\n}\nvrrp_sync_group H {\ngroup {\nV # HERE\n}\n}\n${instance('')}`, 'duplicate'],
  ['owners beside others in a group', `vrrp_sync_group G { # HERE\ngroup {\nV\nW\n}\n}\n${instance('priority 255')}${instance('', 'W').replace('51', '52').replace('.3', '.4')}`, 'mixed-owners'],
  // Static items
  ['route without dev', `static_routes {\n10.1.0.0/16 via 10.0.0.1 # HERE\n}\n${instance('')}`, 'not-tracked'],
  ['route without destination', `static_routes {\nvia 10.0.0.1 dev eth0 # HERE\n}\n${instance('')}`, 'missing-argument'],
  ['unknown track_group', `static_routes {\n10.1.0.0/16 dev eth0 track_group G # HERE\n}\n${instance('')}`, 'undefined-name'],
  ['rule without preference', `static_rules {\nfrom 10.0.0.0/8 table 5 # HERE\n}\n${instance('')}`, 'missing-preference'],
  ['rule without action', `static_rules {\nfrom 10.0.0.0/8 preference 5 # HERE\n}\n${instance('')}`, 'missing-argument'],
  // Virtual servers
  ['no real server', 'virtual_server 10.0.0.1 80 { # HERE\n  protocol TCP\n}\n', 'no-real-server'],
  ['real server of another family', at(service('', '10.0.0.1 80', 'fd00::1 80'), 'REAL'), 'mixed-families'],
  ['real server twice', at(service('real_server 10.0.1.1 80 {\n}'), 'REAL'), 'duplicate'],
  ['unknown group', at(service('', 'group G'), 'SERVICE'), 'undefined-name'],
  ['group without entries', 'virtual_server_group G { # HERE\n}\n', 'empty-group'],
  ['no protocol', at(service('').replace('protocol TCP', ''), 'SERVICE'), 'missing-protocol'],
  ['ops of a TCP service', at(service('ops'), 'SERVICE'), 'corrected'],
  ['port 0 without persistence', at(service('', '10.0.0.1'), 'SERVICE'), 'corrected'],
  ['protocol of a mark', at(service('', 'fwmark 5'), 'SERVICE'), 'corrected'],
  ['ha_suspend of a mark', at(service('ha_suspend', 'fwmark 5'), 'SERVICE'), 'corrected'],
  ['no scheduler', at(service('').replace('lb_algo rr', ''), 'SERVICE'), 'implied-method'],
  ['no forwarding method', at(service('').replace('lb_kind NAT', ''), 'SERVICE'), 'implied-method'],
  ['unknown scheduler', service('').replace('lb_algo rr', 'lb_algo RR # HERE'), 'invalid-word'],
  ['unknown forwarding method', service('').replace('lb_kind NAT', 'lb_kind FNAT # HERE'), 'invalid-word'],
  ['quorum above the weights', at(service('quorum 5'), 'SERVICE'), 'corrected'],
  ['hysteresis not below the quorum', at(service('hysteresis 1'), 'SERVICE'), 'corrected'],
  ['port of DR differs', at(service('', '10.0.0.1 80', '10.0.1.1 8080').replace('NAT', 'DR'), 'REAL'), 'port-ignored'],
  ['HTTP_GET without url', service('').replace('TCP_CHECK {', 'HTTP_GET { # HERE'), 'checker-dropped'],
  ['url without path', service('').replace('TCP_CHECK {', 'HTTP_GET {\nurl { # HERE\nstatus_code 200\n}'), 'missing-path'],
  ['MISC_CHECK without script', service('').replace('TCP_CHECK {', 'MISC_CHECK { # HERE'), 'checker-dropped'],
  ['link-local check without bind_if', at(service('', 'fd00::1 80', 'fe80::1 80').replace('TCP_CHECK {', 'TCP_CHECK { # MARK'), 'MARK'), 'checker-dropped'],
  ['UDP_CHECK that cannot succeed', service('').replace('TCP_CHECK {', 'UDP_CHECK { # HERE\nmin_reply_length 9\nmax_reply_length 3'), 'never-succeeds'],
  // Globals
  ['notification_email without addresses', globals('notification_email { # HERE\n}'), 'no-effect'],
  ['smtp_server that is no host', globals('smtp_server 10.0.0.999 # HERE'), 'invalid-address'],
  ['smtp_connect_timeout 0', globals('smtp_connect_timeout 0 # HERE'), 'corrected'],
  ['scripts without security', instance('notify_master /bin/true # HERE'), 'script-security-off'],
];

/** Where keepalived -t said nothing, or too much. */
// biome-ignore format: a table
const probes: readonly Row[] = [
  ['P1 script weight too small', 'vrrp_script c {\n  script "/bin/true"\n  weight -2\n}\n' + instance('priority 150\ntrack_script {\nc # HERE\n}'), 'script-weight'],
  ['P2 address in two instances', instance('') + instance('', 'W').replace('51', '52').replace('/24', '/24 # HERE'), 'duplicate-address'],
  ['P3 VRID twice on an interface', instance('') + instance('', 'W').replace('51', '51 # HERE').replace('.3', '.4'), 'duplicate-virtual-router-id'],
  ['P4 own address as peer', instance('unicast_src_ip 10.0.0.1\nunicast_peer {\n10.0.0.2\n10.0.0.1 # HERE\n}'), 'own-address-as-peer'],
  ['P5 priority twice', instance('priority 150\npriority 90 # HERE'), 'repeated-keyword'],
  ['P6 first IPv6 address not link-local', empty('interface eth0\nvirtual_router_id 5\nvirtual_ipaddress { # HERE\n2001:db8::3/64\n}'), 'first-address-not-link-local'],
  ['P7 only real server with weight 0', at(service('').replace('TCP_CHECK {', 'weight 0\nTCP_CHECK {'), 'SERVICE'), 'corrected'],
  ['P8 service twice with two schedulers', service('') + service('').replace('lb_algo rr', 'lb_algo wlc # HERE'), 'conflicting-service'],
  ['P9 connect_timeout above delay_loop', service('delay_loop 2') .replace('connect_timeout 3', 'connect_timeout 30') .replace('TCP_CHECK {', 'TCP_CHECK { # HERE'), 'slow-check'],
  ['P10 missing notify script', instance('notify_master /none.sh # HERE'), 'missing-script-file', { onTarget: true }],
  ['P11 priority and weight beyond 254', 'vrrp_script c {\n  script "/bin/true"\n  weight 10\n}\n' + instance('priority 250 # HERE\ntrack_script {\nc\n}'), 'priority-range'],
  ['P12 unused group', 'virtual_server_group G { # HERE\n10.0.0.1 80\n}\n' + service(''), 'unused-definition'],
  ['P13 misspelt block', instance('').replace('vrrp_instance V {', 'vrrp_instnce V { # HERE').replace('# INSTANCE', ''), 'unknown-keyword'],
  ['P14 absent interface', instance('').replace('eth0', 'bond9 # HERE'), 'interface-missing', { interfaces: new Set(['eth0']) }],
  ['P15 unicast without address', at(empty('interface eth0\nvirtual_router_id 5\nunicast_src_ip 10.0.0.1\nunicast_peer {\n10.0.0.2\n}'), 'INSTANCE'), 'missing-address'],
  ['P17 weighted script in a group', `vrrp_sync_group G {\ngroup {\nV\n}\n}\n${script}${instance('track_script { # HERE\nc weight 5\n}')}`, 'weights-ignored'],
  ['P18 missing brace', at(instance('').replace(/\}\n$/, ''), 'INSTANCE'), 'missing-brace'],
  ['P19 VRRP keyword in global_defs', globals('virtual_router_id 5 # HERE'), 'unknown-keyword'],
  ['P21 empty file', '# HERE\n', 'empty-configuration'],
  ['P22 file that includes itself', 'include /test.conf # HERE\n', 'include-cycle'],
];

// biome-ignore format: a table
const mistakes: readonly Row[] = [
  ['8 script weight that only ties', 'vrrp_script c {\n  script "/bin/true"\n  weight -5\n}\n' + instance('priority 100\ntrack_script {\nc # HERE\n}'), 'script-weight'],
  ['9 script never tracked', 'vrrp_script c { # HERE\n  script "/bin/true"\n}\n' + instance(''), 'unused-script'],
  ['10 unicast without source', instance('unicast_peer { # HERE\n10.0.0.9\n}'), 'unicast-without-source'],
  ['10 prefix on a peer', instance('unicast_src_ip 10.0.0.1\nunicast_peer {\n10.0.0.9/24 # HERE\n}'), 'trailing-characters'],
  ['11 comment inside a password', instance('authentication {\nauth_type PASS\nauth_pass ab!HERE\n}'), 'comment-in-password'],
  ['12 broadcast that does not fit', instance('virtual_ipaddress {\n10.0.0.4/24 brd 10.0.1.255 # HERE\n}'), 'broadcast-mismatch'],
  ['13 service on no address', instance('') + at(service('', '10.9.0.1 80'), 'SERVICE'), 'service-without-address'],
  ['15 real server without check', at(service('').replace(/TCP_CHECK \{[^}]*\}/, ''), 'SERVICE'), 'unchecked-server'],
  ['16 TCP_CHECK of a UDP service', service('').replace('TCP\n', 'UDP\n').replace('TCP_CHECK {', 'TCP_CHECK { # HERE'), 'tcp-check-of-udp'],
  ['17 shell words without a shell', `vrrp_script c {\n  script "/bin/a && /bin/b" # HERE\n}\n${instance('track_script {\nc\n}')}`, 'shell-words'],
  ['18 trailing words', globals('router_id a // b # HERE'), 'extra-words'],
  ['19 script twice', `${script}vrrp_script c { # HERE\n  script "/bin/false"\n}\n${instance('track_script {\nc\n}')}`, 'duplicate'],
  ['19 sorry server is a real server', service('sorry_server 10.0.1.1 80 # HERE'), 'sorry-server-is-real-server'],
  ['20 time-out above the interval', `vrrp_script c {\n  script "/bin/true"\n  interval 1\n  timeout 5 # HERE\n}\n${instance('track_script {\nc\n}')}`, 'script-timeout'],
  ['21 priority 255', instance('priority 255 # HERE'), 'owner-priority'],
  ['22 sample mail address', globals('notification_email {\nacassen@firewall.loc # HERE\n}'), 'sample-mail-address'],
  ['22 address without prefix', instance('').replace('10.0.0.3/24', '10.0.0.3 # HERE'), 'address-without-prefix'],
];

const findings = (text: string, options?: LintOptions) =>
  lintText(text, options).findings.map(({ place, rule }) => `${place.line} ${rule}`);
const lineOf = (text: string) => text.slice(0, text.indexOf('HERE')).split('\n').length;

describe.each([
  ['keepalived checks it', checks],
  ['keepalived -t is silent or unclear', probes],
  ['real files have it', mistakes],
] as const)('%s', (_title, rows) => {
  const named = rows.map(([what, text, rule, options]) => ({ what, text, rule, options }));
  it.each(named)('$what', ({ text, rule, options }) => {
    expect(text).toContain('HERE');
    expect(findings(text, options)).toContain(`${lineOf(text)} ${rule}`);
  });
});

describe('nodes that do not fit', () => {
  const node = (lines: string) =>
    `${globals(`router_id ${lines.includes('OTHER') ? 'b' : 'a'}`)}${instance(lines)}`;
  const fleet = (a: string, b: string) =>
    lintFleet(['/a.conf', '/b.conf'], tableReader({ '/a.conf': a, '/b.conf': b })).flatMap(
      ({ findings: all }) => all.map(({ rule }) => rule),
    );
  const good = 'advert_int 1\nstate BACKUP\npriority 100';
  const pass = (word: string) => `authentication {\nauth_type PASS\nauth_pass ${word}\n}`;
  const unicast = (own: string, peer: string) => `unicast_src_ip ${own}\nunicast_peer {\n${peer}\n}`;
  it.each([
    [
      '1 VRID',
      node(good),
      node(`${good.replace('100', '90')}\n# OTHER`).replace('51', '52'),
      'fleet-router-number',
    ],
    [
      '2 password',
      node(`${good}\n${pass('x')}`),
      node(`priority 90\n${pass('y')} # OTHER`),
      'fleet-authentication',
    ],
    [
      '3 addresses',
      node(good),
      node('priority 90\nvirtual_ipaddress {\n10.0.0.4/24\n} # OTHER'),
      'fleet-addresses',
    ],
    ['4 advert_int', node(good), node('priority 90\nadvert_int 2 # OTHER'), 'fleet-interval'],
    ['5 equal priorities', node(good), node('priority 100 # OTHER'), 'fleet-priority'],
    [
      '6 two MASTERs',
      node('state MASTER\npriority 100'),
      node('state MASTER\npriority 90 # OTHER'),
      'fleet-state',
    ],
    [
      '7 MASTER below BACKUP',
      node('state MASTER\npriority 50'),
      node('state BACKUP\npriority 100 # OTHER'),
      'fleet-state',
    ],
    [
      '10 one unicast source',
      node(`${good}\n${unicast('10.0.0.1', '10.0.0.2')}`),
      node(`priority 90\n${unicast('10.0.0.1', '10.0.0.2')} # OTHER`),
      'fleet-source',
    ],
    [
      '14 real servers',
      node(good) + service(''),
      node('priority 90 # OTHER') + service('', '10.0.0.1 80', '10.0.1.9 80'),
      'fleet-real-servers',
    ],
    [
      '22 router_id',
      node(good),
      node('priority 90').replace('router_id', 'notification_email {\n a@b.example\n }\n router_id'),
      'fleet-router-id',
    ],
  ])('%s', (_what, a, b, rule) => {
    expect(fleet(a, b)).toContain(rule);
  });
});
