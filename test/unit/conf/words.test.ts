// Unknown words, "did you mean", script strings, and the file level.
// Truth: keepalived.conf(5); the distances are counted by hand.

import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../../src/core/nearest.ts';
import { findings, instanceWith, loadText } from './load-text.ts';

describe('did you mean', () => {
  it.each([
    ['preemtp_delay', 'preempt_delay', 1],
    ['rrp_script', 'vrrp_script', 1],
    ['macast_src_ip', 'mcast_src_ip', 1],
    ['same', 'same', 0],
    ['abcdef', 'fedcba', 3],
  ])('%s and %s are %i apart', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
  it('never rewrites half of a word', () => {
    expect(nearest('ca', ['to', 'cb'])).toBe('cb');
    expect(nearest('x', ['y'])).toBeUndefined();
  });
  it('offers the repair at the place of the word', () => {
    const loaded = loadText(instanceWith('preemtp_delay 300'));
    const [found] = loaded.diagnostics;
    expect(found).toMatchObject({
      rule: 'unknown-keyword',
      severity: 'warning',
      fix: { text: 'preempt_delay' },
    });
    expect(found?.message).toContain('did you mean preempt_delay?');
  });
  it('says where a known word belongs', () => {
    const [found] = loadText('global_defs {\n virtual_router_id 5\n}\n').diagnostics;
    expect(found?.message).toContain('it belongs in vrrp_instance');
  });
  it.each([
    ['of a block', 'global_defs {\n virtual_ipaddress {\n 10.0.0.1\n }\n}\n'],
    ['of the file', 'global_defs {\n vrrp_script S {\n script /bin/true\n }\n}\n'],
  ])('starts with a block in the wrong place, whether it is one %s', (_, text) => {
    expect(findings(loadText(text))).toEqual(['2 warning unknown-keyword']);
  });
  it('skips the whole block of an unknown word with one finding', () => {
    expect(findings(loadText('no_such_block {\n a {\n b c\n }\n}\n'))).toEqual(['1 error unknown-keyword']);
  });
});

describe('script strings', () => {
  const notify = (line: string) => loadText(instanceWith(line)).config.vrrp.instances[0]?.notify;
  it.each([
    [
      'notify_master "/bin/x a b" nobody nogroup',
      { argv: ['/bin/x', 'a', 'b'], user: 'nobody', group: 'nogroup', shell: false },
    ],
    ['notify_master /bin/x nobody', { argv: ['/bin/x'], user: 'nobody', group: undefined, shell: false }],
    ['notify_master "</bin/x a"', { argv: ['</bin/x a'], user: undefined, group: undefined, shell: true }],
  ])('%s', (line, expected) => {
    expect(notify(line)?.master).toEqual(expected);
  });
  it('keep the first of two, and run as script_user where no user stands', () => {
    const loaded = loadText(instanceWith('notify /a\nnotify /b', 'global_defs {\n script_user web\n}\n'));
    expect(loaded.config.vrrp.instances[0]?.notify.any).toMatchObject({ argv: ['/a'], user: 'web' });
    expect(findings(loaded)).toEqual(['12 warning duplicate']);
  });
});

describe('file level', () => {
  it('router_id falls back to the host name', () => {
    expect(loadText('').config.global.routerId).toBe('node1.example.net');
    expect(loadText('global_defs {\n router_id R\n}').config.global.routerId).toBe('R');
  });
  it('reads what other rooms do not use yet, and says so once per keyword', () => {
    const loaded = loadText(
      'global_defs {\n lvs_timeouts tcp 900 udp 5\n smtp_server 10.0.0.1 smtp\n enable_traps\n vrrp_rt_priority 50\n}\n',
    );
    expect(loaded.config.global).toMatchObject({
      lvsTimeouts: { tcp: 900, tcpFin: 0, udp: 5 },
      smtpServer: { host: '10.0.0.1', port: 25 },
    });
    expect(loaded.config.global.other.get('vrrp_rt_priority')).toEqual(['50']);
    expect(loaded.diagnostics.map(({ rule }) => rule)).toEqual([
      'not-acted-on',
      'not-acted-on',
      'not-acted-on',
    ]);
  });
  it('a missing definition is told once, not again as a bad number', () => {
    const text = instanceWith('').replace('priority 100', 'priority $PRIORITY');
    expect(findings(loadText(text))).toEqual(['4 warning unknown-definition']);
    const braces = instanceWith('').replace('priority 100', 'priority ${PRIORITY}');
    expect(findings(loadText(braces))).toEqual(['4 error unknown-definition']);
  });
  it('a missing definition by which an address is lost is told once, as an error', () => {
    const text = instanceWith('').replace('10.0.0.3/24', '$ADDRESS\n10.0.0.3/24');
    expect(findings(loadText(text))).toEqual(['7 error unknown-definition']);
  });
  it('static addresses go to the default interface', () => {
    expect(loadText('static_ipaddress {\n 10.0.0.9/24\n}\n').config.vrrp.staticAddresses[0]?.dev).toBe(
      'eth0',
    );
  });
  it('a value keyword with a block is an error', () => {
    expect(findings(loadText('global_defs {\n router_id { x }\n}\n'))).toContain('2 error block-unexpected');
  });
  it('an include is part of the configuration', () => {
    const loaded = loadText('include /more.conf\n', { '/more.conf': instanceWith('') });
    expect(loaded.config.vrrp.instances[0]?.name).toBe('V');
    expect(loaded.files.map(({ path }) => path)).toEqual(['/test.conf', '/more.conf']);
  });
});

describe('keywords of which the first counts', () => {
  it.each([
    'notify_fifo /run/a',
    'notify_fifo_script /bin/a',
    'startup_script /bin/a',
    'shutdown_script /bin/a',
    'snmp_socket unix:/run/a',
    'vmac_prefix vr',
  ])('%s: a second one is told, in another block too', line => {
    const [keyword] = line.split(' ');
    const told = ['4 warning duplicate'];
    const loaded = loadText(
      `global_defs {\n ${line}\n ${line.replace(/a$/, 'b')}\n}\n`.replace('\n ', '\n\n '),
    );
    expect(findings(loaded)).toEqual(told);
    expect(findings(loadText(`global_defs {\n ${line}\n}\nglobal_defs { ${line}\n}\n`))).toEqual(told);
    expect(loaded.diagnostics[0]?.message).toContain(keyword);
  });
  it('keeps the first value', () => {
    const { config } = loadText(
      'global_defs {\n notify_fifo /run/a\n notify_fifo /run/b\n snmp_socket a\n snmp_socket b\n}\n',
    );
    expect(config.global.notifyFifo).toBe('/run/a');
    expect(config.global.other.get('snmp_socket')).toEqual(['a']);
  });
});

describe('words of keywords that nobody acts on', () => {
  it.each([
    ['lvs_flush_on_stop all', '2 warning invalid-word'],
    ['lvs_timeouts', '2 warning missing-argument'],
    ['vrrp_garp_extra_if', '2 warning missing-argument'],
    ['vrrp_garp_extra_if all', '2 warning missing-argument'],
    ['vrrp_garp_extra_if 5 more', '2 warning unknown-word'],
    ['vrrp_garp_extra_if x', '2 warning invalid-number'],
    ['vrrp_rx_bufs_policy all', '2 warning invalid-word'],
    ['smtp_helo_name', '2 warning missing-argument'],
    ['umask 027;', '2 warning invalid-number'],
    ['umask 027 5', '2 warning unknown-word'],
  ])('%s', (line, told) => {
    expect(findings(loadText(`global_defs {\n ${line}\n}\n`))).toEqual([told]);
  });
  it.each([
    'vrrp_garp_extra_if all 5',
    'vrrp_rx_bufs_policy mtu',
    'vrrp_rx_bufs_policy 4096',
    'lvs_flush_on_stop VS',
  ])('%s is right', line => {
    expect(findings(loadText(`global_defs {\n ${line}\n}\n`))).toEqual([]);
  });
  it.each([
    ['vrrp_track_process P {\n}', ['1 error incomplete-block']],
    ['vrrp_track_process P {\n process x\n quorum 5\n quorum_max 3\n}', ['4 warning corrected']],
    ['vrrp_track_process P {\n process x\n quorum_max 3\n quorum 5\n}', ['4 warning corrected']],
    ['track_file F {\n file /x\n init_file 5 more\n}', ['3 warning unknown-word']],
    ['garp_group {\n interface eth0\n}', ['1 warning incomplete-block']],
    ['garp_group {\n garp_intervall 1\n interface eth0\n}', ['2 warning unknown-keyword']],
    ['garp_group {\n garp_interval 1\n interfaces {\n  eth0 eth0\n }\n}', ['4 warning duplicate']],
    ['track_group T {\n group {\n }\n}', ['2 warning no-effect']],
    ['track_group T {\n group {\n V\n }\n}\ntrack_group T {\n}', ['6 warning duplicate']],
    ['linkbeat_interfaces {\n eth0 mii\n}', ['2 warning unknown-word']],
    ['interface_up_down_delays {\n eth0 1 x\n}', ['2 warning invalid-number']],
    ['bfd_instance B {\n neighbor_ip 10.0.0.1\n source_ip 2001:db8::1\n}', ['3 error mixed-families']],
    [
      'bfd_instance B {\n neighbor_ip 10.0.0.1\n}\nbfd_instance C {\n neighbor_ip 10.0.0.1\n}',
      ['4 error duplicate'],
    ],
  ])('%s', (text, told) => {
    expect(findings(loadText(`${text}\n`))).toEqual(told);
  });
});
