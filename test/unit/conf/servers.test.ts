// virtual_server, real_server, groups and checkers: inheritance, corrections and refusals.
// Truth: keepalived.conf(5) and keepalived 2.2.7's own reading of such lines.

import { describe, expect, it } from 'vitest';
import { findings, loadText } from './load-text.ts';

const service = (
  lines: string,
  real = 'weight 1',
  head = '10.0.0.1 80',
  server = '10.1.0.1 80',
) => `virtual_server ${head} {
  protocol TCP
${lines}
  real_server ${server} {
${real}
  }
}
`;
const load = (text: string) => {
  const loaded = loadText(text);
  return {
    loaded,
    service: loaded.config.virtualServers[0],
    checker: loaded.config.checkers[0],
    told: findings(loaded),
  };
};

describe('virtual_server', () => {
  it('has the defaults of the manual', () => {
    expect(load(service('')).service).toMatchObject({
      key: 'tcp 10.0.0.1 80',
      displayName: '[10.0.0.1]:tcp:80',
      scheduler: 'wlc',
      persistence: undefined,
      quorum: 1,
      hysteresis: 0,
      services: [{ kind: 'address', protocol: 'tcp', address: '10.0.0.1', port: 80 }],
      realServers: [
        { key: '10.1.0.1 80', weight: 1, forwarding: 'NAT', inhibitOnFailure: false, alpha: false },
      ],
    });
  });
  it.each([
    ['lb_kind DR', { realServers: [{ forwarding: 'DR', port: 80 }] }, []],
    ['persistence_timeout', { persistence: { timeout: 360, maskLength: 32 } }, []],
    ['persistence_timeout 0', { persistence: undefined }, ['3 warning invalid-number']],
    ['persistence_granularity 255.255.255.0', { persistence: { timeout: 360, maskLength: 24 } }, []],
    ['persistence_granularity 255.0.255.0', { persistence: { rawMask: '255.0.255.0' } }, []],
    // inet_aton(3), as keepalived 2.2.7 was seen to read it (test/kernel/apply-conf.test.ts).
    ['persistence_granularity 24', { persistence: { rawMask: '0.0.0.24' } }, ['3 warning invalid-netmask']],
    [
      'persistence_timeout 5\npersistence_granularity 255.255.255',
      { persistence: { timeout: 5, rawMask: '255.255.0.255' } },
      ['4 warning invalid-netmask'],
    ],
    [
      'persistence_granularity 0xffffff00',
      { persistence: { timeout: 360, maskLength: 24 } },
      ['3 warning invalid-netmask'],
    ],
    [
      'persistence_granularity 0377.0xff.255',
      { persistence: { rawMask: '255.255.0.255' } },
      ['3 warning invalid-netmask'],
    ],
    ['persistence_granularity 24a', { persistence: undefined }, ['3 warning invalid-netmask']],
    ['persistence_granularity 255.256.0.0', { persistence: undefined }, ['3 warning invalid-netmask']],
    ['lb_algo sh\nsh-port\nsh-fallback', { schedulerFlags: { flag1: true, flag2: true, flag3: false } }, []],
    ['sh-port', { schedulerFlags: { flag2: false } }, ['3 warning wrong-scheduler']],
    ['lb_algo rrr', { scheduler: 'wlc' }, ['3 warning invalid-word']],
    ['lb_kind dr', { realServers: [{ forwarding: 'NAT' }] }, ['3 warning invalid-word']],
    ['quorum 5\nhysteresis 3', { quorum: 1, hysteresis: 0 }, ['1 warning corrected', '1 warning corrected']],
    ['ops', { onePacket: false }, ['1 warning corrected']],
    ['nat_mask 255.255.255.0', {}, ['3 warning obsolete-keyword']],
    [
      'lb_kind TUN type gue port 6080 csum',
      { realServers: [{ tunnel: { type: 'gue', port: 6080, checksum: 'csum' } }] },
      [],
    ],
    ['lb_kind TUN type gue', {}, ['3 error invalid-tunnel']],
    [
      'sorry_server 10.1.0.9 80\nsorry_server_inhibit',
      { sorryServer: { address: '10.1.0.9', port: 80, inhibit: true } },
      [],
    ],
    ['sorry_server_inhibit', { sorryServer: undefined }, ['3 warning order']],
  ])('%j', (lines, expected, told) => {
    const { service: found, told: seen } = load(service(lines));
    expect(found).toMatchObject(expected);
    expect(seen).toEqual(told);
  });
  it('by firewall mark takes its family from the servers and no port unless NAT', () => {
    const { service: found, told } = load(service('lb_kind DR', '', 'fwmark 5', 'fd00::1 80'));
    expect(found).toMatchObject({ key: 'fwm inet6 5', displayName: 'FWM 5', realServers: [{ port: 0 }] });
    expect(told).toEqual(['1 warning corrected', '4 warning port-ignored']);
  });
  it('without a port is persistent', () => {
    expect(load(service('', '', '10.0.0.1')).service?.persistence?.timeout).toBe(360);
  });
  it('a remark about a port does not hide a quorum that no weight reaches', () => {
    const { told } = load(service('lb_kind DR', 'weight 0', '10.0.0.1 80', '10.1.0.1 8080'));
    expect(told).toEqual(['1 warning corrected', '4 warning port-ignored']);
  });
  it('DR cannot change the port', () => {
    const { service: found, told } = load(service('lb_kind DR', '', '10.0.0.1 80', '10.1.0.1 8080'));
    expect(found?.realServers[0]?.port).toBe(80);
    expect(told).toEqual(['4 warning port-ignored']);
  });
  it.each([
    ['virtual_server 10.0.0.1 80 {\nprotocol TCP\n}', '1 error no-real-server'],
    [service('', '', '10.0.0.1.2 80'), '1 error invalid-address'],
    [service('', '', '10.0.0.1 80', '10.1.0.1 http'), '4 error invalid-port'],
    [service('', '', '10.0.0.1 80', 'fd00::1 80'), '4 error mixed-families'],
    [service('', '', 'group none'), '1 error undefined-name'],
    [service('', 'TCP_CHECK'), '5 error block-expected'],
    [service('', 'MISC_CHECK {\n}'), '5 error checker-dropped'],
    [service('', 'HTTP_GET {\n}'), '5 error checker-dropped'],
    [service('', 'HTTP_GET {\nurl {\nstatus_code 200\n}\n}'), '6 error missing-path'],
    [service('', 'HTTP_GET {\nurl {\npath /\nregex_max_offset 3\n}\n}'), '5 warning regex-missing'],
    [
      service('', 'HTTP_GET {\nurl {\npath /\nregex ok\nregex_min_offset 4\nregex_max_offset 3\n}\n}'),
      '5 warning corrected',
    ],
    ['virtual_server 10.0.0.1 80 {\nreal_server 10.1.0.1 80 {\n}\n}', '1 warning missing-protocol'],
  ])('%j is told: %s', (text, expected) => {
    expect(load(text).told).toContain(expected);
  });
  it('twice is one service with the servers of both', () => {
    const {
      service: found,
      loaded,
      told,
    } = load(service('') + service('lb_algo rr', '', undefined, '10.1.0.2 80'));
    expect(loaded.config.virtualServers).toHaveLength(1);
    expect(found?.realServers.map(real => real.key)).toEqual(['10.1.0.1 80', '10.1.0.2 80']);
    expect(told).toEqual(['8 warning duplicate']);
  });
});

describe('virtual_server_group', () => {
  const group = (lines: string) => `virtual_server_group G {\n${lines}\n}\n${service('', '', 'group G')}`;
  it('expands ranges and networks', () => {
    expect(load(group('10.0.0.1-3 80')).service).toMatchObject({
      key: 'group G 0',
      displayName: '[G]:0',
      services: [{ address: '10.0.0.1' }, { address: '10.0.0.2' }, { address: '10.0.0.3', port: 80 }],
    });
    expect(load(group('10.0.1.254-10.0.2.1 80')).service?.services).toHaveLength(4);
    expect(load(group('10.0.0.8/30 80\nfwmark 7')).service?.services).toHaveLength(5);
  });
  it('expands the last group of an IPv6 address in hexadecimal', () => {
    const text = `virtual_server_group G {\nfd00::9-b 80\n}\n${service('', '', 'group G', 'fd00:1::1 80')}`;
    expect(load(text).service?.services).toMatchObject([
      { address: 'fd00::9' },
      { address: 'fd00::a' },
      { address: 'fd00::b' },
    ]);
  });
  it.each([['10.0.0.5-3 80'], ['10.0.0.1/24 80'], ['10.0.0.1-300 80'], ['nonsense 80'], ['10.0.0.0/8 80']])(
    'refuses %s',
    line => {
      expect(load(group(line)).told).toContain('2 error invalid-address');
    },
  );
});

describe('checkers', () => {
  it('inherit checker, real server, virtual server, then the default of the kind', () => {
    const text = service(
      'delay_loop 7\nretry 4\nconnect_timeout 2',
      'delay_before_retry 9\nTCP_CHECK {\nretry 2\n}',
    );
    expect(load(text).checker).toMatchObject({
      id: 'tcp 10.0.0.1 80 / 10.1.0.1 80 / TCP_CHECK / 0',
      delayLoop: 7_000_000,
      warmup: 7_000_000,
      retry: 2,
      delayBeforeRetry: 9_000_000,
      check: { kind: 'tcp', target: { address: '10.1.0.1', port: 80, timeout: 2_000_000 } },
    });
  });
  it.each([
    [
      'TCP_CHECK {\n}',
      {
        retry: 1,
        delayBeforeRetry: 1_000_000,
        delayLoop: 60_000_000,
        check: { target: { timeout: 5_000_000 } },
      },
    ],
    [
      'TCP_CHECK {\nconnect_ip 10.9.9.9\nconnect_port 81\nbindto 10.2.2.2\n}',
      { check: { target: { address: '10.9.9.9', port: 81, bindAddress: '10.2.2.2' } } },
    ],
    [
      'HTTP_GET {\nurl {\npath /\n}\n}',
      {
        retry: 1,
        delayBeforeRetry: 3_000_000,
        check: {
          kind: 'http',
          tls: undefined,
          protocol: '1.0',
          urls: [{ path: '/', statusCodes: [[200, 299]] }],
        },
      },
    ],
    [
      'HTTP_GET {\nurl {\npath /\nregex ok\nregex_min_offset 4\nregex_max_offset 3\n}\n}',
      { check: { urls: [{ regex: { minOffset: 0, maxOffset: undefined } }] } },
    ],
    [
      'HTTP_GET {\nurl {\npath /\nregex ok\nregex_min_offset 3\nregex_max_offset 3\n}\n}',
      { check: { urls: [{ regex: { minOffset: 3, maxOffset: 3 } }] } },
    ],
    [
      'SSL_GET {\nnb_get_retry 3\nurl {\npath /\ndigest 0123456789ABCDEF0123456789abcdef\nstatus_code 200 301-302\n}\n}',
      {
        retry: 3,
        check: {
          tls: { sni: false },
          urls: [
            {
              digest: '0123456789abcdef0123456789abcdef',
              statusCodes: [
                [200, 200],
                [301, 302],
              ],
            },
          ],
        },
      },
    ],
    ['SMTP_CHECK {\nhelo_name me\n}', { check: { kind: 'smtp', helo: 'me' } }],
    ['SMTP_CHECK {\nhost {\nconnect_port 2525\n}\n}', { check: { target: { port: 2525 } } }],
    [
      'MISC_CHECK {\nmisc_path "/bin/check a \'b c\'"\nmisc_dynamic\n}',
      {
        retry: 0,
        check: {
          kind: 'misc',
          command: { argv: ['/bin/check', 'a', 'b c'] },
          timeout: 60_000_000,
          dynamicWeight: true,
        },
      },
    ],
    [
      'MISC_CHECK {\nmisc_path /bin/check a b\nmisc_timeout 3\n}',
      { check: { command: { argv: ['/bin/check', 'a', 'b'] }, timeout: 3_000_000 } },
    ],
  ])('%j', (real, expected) => {
    expect(load(service('', real)).checker).toMatchObject(expected);
  });
  it.each(['TCP_CHECK', 'SMTP_CHECK', 'DNS_CHECK', 'UDP_CHECK'])(
    'nb_get_retry means retry in %s too',
    kind => {
      const { checker, told } = load(service('', `${kind} {\nnb_get_retry 7\n}`));
      expect(checker?.retry).toBe(7);
      expect(told).toEqual(['6 warning obsolete-keyword']);
    },
  );
  it('nb_get_retry without its number is refused like any word', () => {
    expect(load(service('', 'TCP_CHECK {\nnb_get_retry\n}')).told).toEqual(['6 error! missing-argument']);
  });
  it('a link-local target needs bind_if', () => {
    const text = service('', 'TCP_CHECK {\n}', 'fd00::1 80', 'fe80::1 80');
    expect(load(text).told).toEqual(['5 error checker-dropped']);
  });
  it('a kind nobody acts on yet is told', () => {
    const { loaded } = load(service('', 'BFD_CHECK {\nname a\n}'));
    expect(loaded.diagnostics.map(({ rule }) => rule)).toContain('not-acted-on');
    expect(loaded.config.checkers[0]?.check).toMatchObject({ kind: 'bfd', session: 'a' });
  });
});

describe('what a checker names', () => {
  const real = (check: string) => `weight 1\n${check}`;
  const file = 'track_file F {\n file /run/f\n}\n';
  const session = 'bfd_instance B {\n neighbor_ip 10.0.0.9\n}\n';
  const fileCheck = service('', real('FILE_CHECK {\n track_file F\n}'));
  const bfdCheck = service('', real('BFD_CHECK {\n name B\n}'));
  it('must stand before the virtual server', () => {
    expect(load(file + fileCheck).told).toEqual([]);
    expect(load(session + bfdCheck).told).toEqual([]);
    expect(load(fileCheck + file).told).toEqual(['7 error undefined-name']);
    expect(load(bfdCheck + session).told).toEqual(['7 error undefined-name']);
    expect(load(bfdCheck).told).toEqual(['7 error undefined-name']);
  });
  it('is missed silently where its block is told', () => {
    expect(load(file.replace(' file', ' flie') + fileCheck).told).toEqual(['2 error unknown-keyword']);
    expect(load('track_file F {\n}\n' + fileCheck).told).toEqual(['1 error incomplete-block']);
    expect(load('bfd_instance B {\n}\n' + bfdCheck).told).toEqual(['1 error incomplete-block']);
  });
  it('is watched once', () => {
    const twice = service('', real('BFD_CHECK {\n name B\n}\nBFD_CHECK {\n name B\n}'));
    const { told, loaded } = load(session + twice);
    expect(told).toEqual(['12 warning duplicate']);
    expect(loaded.config.checkers.length).toBe(1);
  });
});

describe('a group with marks', () => {
  const group = 'virtual_server_group G {\n 10.0.0.1 80\n fwmark 5\n}\n';
  it('has no port for them', () => {
    expect(load(group + service('lb_kind DR', 'weight 1', 'group G')).told).toEqual([
      '8 warning port-ignored',
    ]);
    expect(load(group + service('lb_kind NAT', 'weight 1', 'group G')).told).toEqual([]);
  });
  it('says what is wrong with a mark once', () => {
    expect(load(group.replace('mark 5', 'mark x') + service('', 'weight 1', 'group G')).told).toEqual([
      '3 error invalid-number',
    ]);
  });
});
