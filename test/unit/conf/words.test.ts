// Unknown words, "did you mean", script strings, and the file level.
// Truth: keepalived.conf(5); the distances are counted by hand.

import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../../src/core/conf/model/suggest.ts';
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
  it('skips the whole block of an unknown word with one finding', () => {
    expect(findings(loadText('no_such_block {\n a {\n b c\n }\n}\n'))).toEqual(['1 warning unknown-keyword']);
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
