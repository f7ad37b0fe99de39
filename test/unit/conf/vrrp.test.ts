// vrrp_instance: defaults, corrections and refusals, one test for each rule.
// Truth: keepalived.conf(5) and keepalived 2.2.7's own reading of such lines; RFC 9568 for strict mode.

import { describe, expect, it } from 'vitest';
import { findings, instanceWith, loadText } from './load-text.ts';

const first = (text: string) => loadText(text).config.vrrp.instances[0];

describe('vrrp_instance defaults', () => {
  const instance = first(instanceWith(''));
  it('are those of the manual', () => {
    expect(instance).toMatchObject({
      family: 'inet',
      version: 2,
      priority: 100,
      initialState: 'BACKUP',
      advertInterval: 1_000_000,
      downTimerAdverts: 3,
      preempt: true,
      preemptDelay: 0,
      multicastGroup: '224.0.0.18',
      trackPrimaryInterface: true,
      accept: true,
      lowerPriorityNoAdvert: false,
      higherPrioritySendAdvert: false,
      strict: false,
      authentication: undefined,
      announce: {
        delay: 5_000_000,
        repeat: 5,
        refresh: 0,
        refreshRepeat: 1,
        lowerPriorityDelay: 5_000_000,
        lowerPriorityRepeat: 5,
      },
    });
  });
  it('mention the interface for the host to look at', () => {
    const { interfaceReferences } = loadText(instanceWith(''));
    expect(interfaceReferences.map(({ name, place }) => [name, place.line])).toEqual([['eth0', 2]]);
  });
  it('take garp and version defaults from global_defs before it', () => {
    const text = 'global_defs {\n vrrp_version 3\n vrrp_garp_master_repeat 1\n vrrp_strict\n}\n';
    expect(first(instanceWith('', text))).toMatchObject({
      version: 3,
      strict: true,
      accept: false,
      lowerPriorityNoAdvert: true,
      announce: { repeat: 1, lowerPriorityRepeat: 0 },
    });
    expect(first(instanceWith('') + text)).toMatchObject({
      version: 3,
      strict: true,
      announce: { repeat: 5 },
    });
  });
});

describe('vrrp_instance numbers', () => {
  it.each([
    ['priority 300', 100, ['8 warning invalid-number']],
    ['priority 90x', 100, ['8 warning invalid-number']],
    ['priority 90', 90, []],
  ])('%s', (line, priority, expected) => {
    const loaded = loadText(instanceWith(line));
    expect(loaded.config.vrrp.instances[0]?.priority).toBe(priority);
    expect(findings(loaded)).toEqual(expected);
  });
  it.each([
    ['advert_int 1.5', 2, 2_000_000],
    ['advert_int 0.2', 2, 1_000_000],
    ['version 3\nadvert_int 0.2', 3, 200_000],
    ['version 3\nadvert_int 0.015', 3, 20_000],
    ['version 3\nadvert_int 50', 3, 40_950_000],
  ])('%s in version %i is %i us', (line, _version, expected) => {
    expect(first(instanceWith(line))?.advertInterval).toBe(expected);
  });
  it('tolerate what follows a relaxed number, with a warning', () => {
    const loaded = loadText(instanceWith('garp_master_repeat 3x'));
    expect(loaded.config.vrrp.instances[0]?.announce.repeat).toBe(3);
    expect(findings(loaded)).toEqual(['8 warning trailing-characters']);
  });
  it('replace a repeat of zero by one', () => {
    expect(first(instanceWith('garp_master_refresh_repeat 0'))?.announce.refreshRepeat).toBe(1);
  });
});

describe('vrrp_instance state and preemption', () => {
  it('state MASTER without a priority is an owner', () => {
    const instance = first(instanceWith('').replace('priority 100', 'state MASTER'));
    expect(instance).toMatchObject({ priority: 255, initialState: 'MASTER' });
  });
  it.each([
    ['state MASTER\nnopreempt', { preempt: true }, ['9 warning nopreempt-ignored']],
    ['state BACKUP\nnopreempt', { preempt: false }, []],
    ['nopreempt\npreempt_delay 5', { preempt: false, preemptDelay: 0 }, ['9 warning preempt-delay-ignored']],
    ['preempt_delay 5', { preemptDelay: 5_000_000 }, []],
    ['state master', { initialState: 'BACKUP' }, ['8 warning invalid-word']],
    ['timer_expired_backup', { timerExpiredBackup: undefined }, ['8 warning corrected']],
    ['strict_mode\nstate MASTER', { initialState: 'BACKUP' }, ['9 warning corrected']],
    ['skip_check_adv_addr off', { skipCheckAdvertAddresses: true }, ['8 warning flag-turned-on']],
  ])('%j', (lines, expected, told) => {
    const loaded = loadText(instanceWith(lines));
    expect(loaded.config.vrrp.instances[0]).toMatchObject(expected);
    expect(findings(loaded)).toEqual(told);
  });
});

describe('vrrp_instance authentication', () => {
  const auth = (lines: string) => loadText(instanceWith(`authentication {\n${lines}\n}`));
  it('keeps eight bytes of the password', () => {
    const loaded = auth('auth_type PASS\nauth_pass 123456789');
    expect(loaded.config.vrrp.instances[0]?.authentication).toEqual({ type: 'PASS', password: '12345678' });
    expect(findings(loaded)).toEqual(['10 warning password-truncated']);
  });
  it('is dropped without a password, in version 3 and in strict mode', () => {
    expect(findings(auth('auth_type PASS'))).toEqual(['8 warning authentication-dropped']);
    for (const word of ['version 3', 'strict_mode']) {
      const loaded = loadText(instanceWith(`${word}\nauthentication {\nauth_type PASS\nauth_pass x\n}`));
      expect(loaded.config.vrrp.instances[0]?.authentication).toBeUndefined();
      expect(findings(loaded)).toEqual(['9 warning authentication-dropped']);
    }
  });
  it('refuses an unknown type', () => {
    expect(findings(auth('auth_type pass\nauth_pass x'))).toEqual(['9 error invalid-word']);
  });
});

describe('vrrp_instance refusals', () => {
  it.each([
    ['virtual_router_id 51', '', '1 error! missing-virtual-router-id'],
    ['interface eth0', '', '1 error! missing-interface'],
    ['10.0.0.3/24', '', '6 warning missing-address'],
    ['10.0.0.3/24', '10.0.0.300', '7 error invalid-address'],
  ])('%s -> %j', (from, to, expected) => {
    expect(findings(loadText(instanceWith('').replace(from, to)))).toContain(expected);
  });
  it('no address is fatal in version 3', () => {
    expect(findings(loadText(instanceWith('version 3').replace('10.0.0.3/24', '')))).toEqual([
      '6 error! missing-address',
    ]);
  });
  it('a virtual_router_id out of range is fatal', () => {
    const told = findings(loadText(instanceWith('').replace('51', '256')));
    expect(told).toEqual(['3 error! invalid-number']);
  });
  it('two names are one too many, a second block of a name is skipped', () => {
    expect(findings(loadText(instanceWith('').replace('V {', 'V W {')))).toEqual(['1 error invalid-name']);
    expect(findings(loadText(instanceWith('') + instanceWith('')))).toEqual(['10 error duplicate']);
  });
  it('one router id twice on an interface is fatal; other interfaces and families are free', () => {
    const other = instanceWith('').replace('vrrp_instance V', 'vrrp_instance W');
    expect(findings(loadText(instanceWith('') + other))).toEqual(['12 error! duplicate-virtual-router-id']);
    expect(findings(loadText(instanceWith('') + other.replace('eth0', 'eth1')))).toEqual([]);
    expect(findings(loadText(instanceWith('') + other.replace('10.0.0.3/24', 'fe80::3')))).toEqual([]);
  });
  it('a word without its value ends the start', () => {
    expect(findings(loadText(instanceWith('priority')))).toEqual(['8 error! missing-argument']);
  });
  it('unicast_ttl without peers would silence the instance', () => {
    expect(findings(loadText(instanceWith('unicast_ttl 10')))).toEqual(['8 error unicast-ttl-without-peers']);
  });
});

describe('tracking and sync groups', () => {
  const script = 'vrrp_script chk {\n script "/bin/true -x"\n interval 2\n weight -20\n}\n';
  it('a tracked script carries weight and command', () => {
    const { vrrp } = loadText(instanceWith('track_script {\nchk weight 5 reverse\n}', script)).config;
    expect(vrrp.scripts).toEqual([
      {
        name: 'chk',
        interval: 2_000_000,
        timeout: 2_000_000,
        weight: -20,
        reverse: false,
        rise: 1,
        fall: 1,
        initFail: false,
        command: { argv: ['/bin/true', '-x'], user: undefined, group: undefined, shell: false },
      },
    ]);
    expect(vrrp.instances[0]?.trackScripts).toEqual([{ script: 'chk', weight: 5, reverse: true }]);
  });
  it('a script nobody tracks does not run', () => {
    const loaded = loadText(script + instanceWith(''));
    expect(loaded.config.vrrp.scripts).toEqual([]);
    expect(findings(loaded)).toEqual(['1 warning unused-script']);
  });
  it('a script must stand before its use', () => {
    expect(findings(loadText(instanceWith('track_script {\nchk\n}') + script))).toContain(
      '9 error undefined-name',
    );
  });
  it('a group drops weighted scripts of its members unless it allows them', () => {
    const text = script + instanceWith('track_script {\nchk\n}\ntrack_interface {\neth1 weight 3\n}');
    const group = (extra: string) => `${text}vrrp_sync_group G {\n group {\n V\n }\n${extra}\n}\n`;
    expect(loadText(group('')).config.vrrp.instances[0]).toMatchObject({
      trackScripts: [],
      trackInterfaces: [{ interface: 'eth1', weight: 0 }],
    });
    expect(loadText(group('sync_group_tracking_weight')).config.vrrp.instances[0]?.trackScripts).toHaveLength(
      1,
    );
    expect(findings(loadText(group('')))).toContain('20 warning single-member');
  });
  it('a member nobody defines is an error with the likely name', () => {
    const loaded = loadText(`${instanceWith('')}vrrp_sync_group G {\n group {\n V\n VV\n }\n}\n`);
    expect(findings(loaded)).toContain('13 error undefined-name');
    expect(loaded.config.vrrp.groups[0]?.members).toEqual(['V']);
  });
});

describe('an interface of its own', () => {
  it.each([
    ['vmac_xmit_base', ['8 warning no-effect']],
    ['use_vmac\nvmac_xmit_base', []],
    ['use_vmack\nvmac_xmit_base', ['8 warning unknown-keyword']],
    ['use_ipvlan', ['8 error corrected']],
    ['use_ipvlan 10.0.0.9/24', []],
    ['use_ipvlan 10.0.0.9\nuse_ipvlan', ['9 warning duplicate']],
    ['vrf red', ['8 warning no-effect']],
    ['use_vmac a/b', ['8 warning invalid-word']],
    ['notify_deleted\nnotify_deleted', ['9 warning duplicate']],
  ])('%s', (lines, told) => {
    expect(findings(loadText(instanceWith(lines)))).toEqual(told);
  });
});

describe('unicast_fault_no_peer', () => {
  it('gives one cause: the file and the missing peer were both named for the same mistake', () => {
    const loaded = loadText(instanceWith('  unicast_src_ip 10.0.0.1\n  unicast_fault_no_peer\n'));
    const [instance] = loaded.config.vrrp.instances;
    expect([instance?.unicastFaultNoPeer, instance?.configurationFault]).toEqual([true, undefined]);
  });
});
