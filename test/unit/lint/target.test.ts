// Which keepalived knows which keyword: one keyword at each boundary, told as error, warning or remark.
// Truth: the release notes of keepalived 2.2.8, 2.3.0, 2.3.2, 2.3.3, 2.3.4 and 2.4.0; keepalived 2.2.7's own answers.

import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../src/core/conf/index.ts';
import { isTarget, type Target } from '../../../src/core/lint/index.ts';
import { lintText } from './lint-text.ts';

const router = (line: string) => `vrrp_instance V {
  interface eth0
  virtual_router_id 51
  nopreempt
  ${line}
  virtual_ipaddress {
    10.0.0.3/24
  }
}
`;
const globals = (line: string) => `global_defs {\n  ${line}\n}\n`;

const judged = (text: string, target: Target) =>
  lintText(text, { target })
    .findings.filter(({ rule }) => rule === 'newer-keyword')
    .map(({ severity, message }) => `${severity}: ${message}`);

describe('a keyword', () => {
  it.each([
    ['no_virtual_ipaddress', router, '2.2.8', '2.2.7'],
    ['use_symlink_paths', globals, '2.3.0', '2.2.8'],
    ['thread_timer_expired 200', router, '2.3.2', '2.3.1'],
    ['owner_ignore_adverts', router, '2.3.3', '2.3.2'],
    ['vrrp_delay_after_boot 10', globals, '2.4.0', '2.3.4'],
  ] as const)('%s is an error before the release that brought it', (line, around, since, before) => {
    const [name] = line.split(' ');
    expect(judged(around(line), before)).toEqual([
      `error: keepalived ${before} does not know ${name}; it came with ${since}`,
    ]);
    expect(judged(around(line), since)).toEqual([]);
    expect(judged(around(line), '2.4.x')).toEqual([]);
  });

  it('that only later releases of a series know is a warning', () => {
    expect(judged(router('owner_ignore_adverts'), '2.3.x')).toEqual([
      'warning: not every keepalived 2.3.x knows owner_ignore_adverts; it came with 2.3.3',
    ]);
    expect(judged(globals('use_symlink_paths'), '2.3.x')).toEqual([]);
  });

  it('that release notes name as known already is one from then on', () => {
    const text = globals('iproute_etc_dir /etc/iproute2');
    expect(judged(text, '2.3.4')).toEqual([]);
    expect(judged(text, '2.2.7')).toEqual([
      'error: keepalived 2.2.7 does not know iproute_etc_dir; it came by 2.3.4',
    ]);
    expect(judged(text, '2.3.0')[0]).toMatch(/^info: /);
  });

  it('that no release notes name is a remark between the versions looked at, and an error before', () => {
    const text = globals('state_dump_file /tmp/x');
    expect(judged(text, '2.2.7')).toEqual([
      'error: keepalived 2.2.7 does not know state_dump_file; it came after 2.2.7',
    ]);
    expect(judged(text, '2.3.1')).toEqual([
      'info: state_dump_file came after 2.2.7, the release is not recorded; try it with keepalived 2.3.1',
    ]);
    expect(judged(globals('set_supplementary_groups'), '2.4.3')).toEqual([
      'error: keepalived 2.4.3 does not know set_supplementary_groups; it came after 2.4.3',
    ]);
    expect(judged(globals('set_supplementary_groups'), '2.4.x')[0]).toMatch(/^info: .* not recorded/);
  });

  it('of 2.2.7 is known everywhere; of older releases is said that they are not recorded', () => {
    expect(judged(router('priority 100'), '2.2.7')).toEqual([]);
    expect(judged(router('priority 100'), '2.0.20')).toEqual([
      'info: what came before keepalived 2.2.7 is not recorded: keywords that 2.0.20 lacks may go untold',
    ]);
  });
});

it('a target is a release or a series', () => {
  for (const text of ['2.2.7', '2.0.20', '2.3.x', '2.4.x', '2.4.3', '1.3.9'])
    expect(isTarget(text)).toBe(true);
  for (const text of [
    '2.3',
    'x',
    '2.x.1',
    'v2.2.7',
    '2.2.7-1',
    '',
    '2.2.8 ',
    '2.4.12',
    '2.2.9',
    '2.5.x',
    '2.2.07',
    '9.9.9',
  ])
    expect(isTarget(text)).toBe(false);
});

it('every release of the catalogue is one that rules can compare', () => {
  for (const { keywords } of catalogue) {
    for (const { since } of keywords) {
      if (since !== undefined) expect(isTarget(since.replace(/^(?:after|by) /, ''))).toBe(true);
    }
  }
});

describe('a value', () => {
  const found = (text: string, target: Target) =>
    lintText(text, { target })
      .findings.filter(({ rule }) => rule === 'newer-value')
      .map(
        ({ severity, place, message }) =>
          `${place.line} ${severity} ${/\d\.\d\.\d$/.exec(message)?.[0] ?? ''}`,
      );
  const udp = (line: string) => `virtual_server 10.0.0.1 53 {
  protocol UDP
  real_server 10.0.1.1 53 {
    UDP_CHECK {
      ${line}
    }
  }
}
`;
  const script = (line: string) => `vrrp_script S {\n  script "/bin/true"\n  ${line}\n}\n`;
  it.each([
    [script('interval 1.5'), 3, '2.3.2', '2.3.1'],
    [script('timeout 0.25'), 3, '2.3.2', '2.2.7'],
    [udp('payload 0aff'), 5, '2.3.3', '2.3.2'],
    [udp('require_reply 01 ff'), 5, '2.3.3', '2.2.8'],
    [router('use_vmac name vr5'), 5, '2.3.0', '2.2.8'],
    [router('use_vmac vr5 netlink_notify_msg'), 5, '2.3.0', '2.2.7'],
    [router('use_ipvlan 10.0.0.9 group 7'), 5, '2.3.0', '2.2.8'],
    [router('priority ${_ENV PRIORITY}'), 5, '2.4.0', '2.3.4'],
  ] as const)('is an error before the release that takes it: %j', (text, line, since, before) => {
    expect(found(text, before)).toEqual([`${line} error ${since}`]);
    expect(found(text, since)).toEqual([]);
  });

  it('that every release takes is none', () => {
    const texts = [script('interval 2.0'), udp('payload ff0a'), udp('payload fff'), router('use_vmac vr5')];
    for (const text of [...texts, '# ${_ENV HOME}\n']) expect(found(text, '2.2.7')).toEqual([]);
  });

  it('that only later releases of a series take is a warning', () => {
    expect(
      lintText(script('interval 1.5'), { target: '2.3.x' }).findings.map(
        ({ rule, severity }) => `${severity} ${rule}`,
      ),
    ).toContain('warning newer-value');
  });

  it('of a route without dev is told only for releases that do not track it', () => {
    const text = router('virtual_routes {\n 10.9.0.0/16 via 10.0.0.1\n }');
    const rules = (target: Target) => lintText(text, { target }).findings.map(({ rule }) => rule);
    expect(rules('2.3.1')).toContain('not-tracked');
    expect(rules('2.3.2')).not.toContain('not-tracked');
  });
});
