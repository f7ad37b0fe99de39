// Which keepalived knows which keyword: one keyword at each boundary, told as error, warning or remark.
// Truth: the release notes of keepalived 2.2.8, 2.3.0, 2.3.2, 2.3.3 and 2.4.0.

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
  for (const text of ['2.2.7', '2.0.20', '2.3.x', '2.4.x', '2.4.12']) expect(isTarget(text)).toBe(true);
  for (const text of ['2.3', 'x', '2.x.1', 'v2.2.7', '2.2.7-1', '', '2.2.8 '])
    expect(isTarget(text)).toBe(false);
});

it('every release of the catalogue is one that rules can compare', () => {
  for (const { keywords } of catalogue) {
    for (const { since } of keywords) {
      if (since !== undefined) expect(isTarget(since.replace('after ', ''))).toBe(true);
    }
  }
});
