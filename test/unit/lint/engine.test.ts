// The engine: severities, targets, suppressions with reasons, repetitions, places in includes, what a machine adds.
// Truth: the promises of src/core/lint/README.md; lines and columns are counted in the texts below.

import { describe, expect, it } from 'vitest';
import { applyFixes } from '../../../src/core/lint/index.ts';
import { lintText, told } from './lint-text.ts';

const instance = (lines: string) => `vrrp_instance V {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    10.0.0.3/24
  }
${lines}
}
`;

describe('lint', () => {
  it('one typo in a block name is one finding with a repair', () => {
    const text = instance('  priority 100').replace('vrrp_instance', 'vrrp_instnce');
    const { findings } = lintText(text);
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([['unknown-keyword', 'error']]);
    expect(findings[0]?.message).toContain('did you mean vrrp_instance?');
    expect(findings[0]?.fix?.text).toBe('vrrp_instance');
  });

  it('a shared address is a split brain, except inside one sync group', () => {
    const second = instance('').replace('instance V', 'instance W').replace('51', '52');
    const pair = instance('') + second;
    expect(told(lintText(pair))).toEqual(['13:5 error duplicate-address']);
    const grouped = `${pair}vrrp_sync_group G {\n  group {\n    V\n    W\n  }\n}\n`;
    expect(told(lintText(grouped))).toEqual(['13:5 warning duplicate-address']);
  });

  it('an own address among peers is a slip, an own address as the only peer is a split brain', () => {
    const peers = (list: string) => instance(`  unicast_src_ip 10.0.0.1\n  unicast_peer {\n${list}  }`);
    expect(told(lintText(peers('10.0.0.1\n10.0.0.2\n')))).toEqual(['9:1 warning own-address-as-peer']);
    expect(told(lintText(peers('10.0.0.1\n')))).toEqual(['9:1 error own-address-as-peer']);
  });

  it('unicast in strict mode runs with keepalived 2.2.7 and is no error', () => {
    const text = instance('  strict_mode on\n  unicast_peer {\n    10.0.0.2\n  }');
    expect(told(lintText(text))).toContain('8:3 warning unicast-in-strict-mode');
  });

  it('quotes and blanks of other alphabets are told once a line, outside of comments', () => {
    expect(told(lintText(instance('  notify_master \u201c/bin/x\u201d # \u201cyes\u201d')))).toEqual([
      '7:3 info script-security-off',
      '7:17 warning odd-character',
    ]);
    expect(told(lintText(instance('  advert_int\u00a01')))).toEqual(['7:3 warning unknown-keyword']);
    expect(told(lintText(instance('  # \u201cquoted\u201d')))).toEqual([]);
  });

  it('a comment that ends with a backslash leaves keepalived a keyword', () => {
    expect(told(lintText(instance('  # more \\\n  priority 90 # more \\')))).toEqual([
      '7:3 warning comment-continuation',
    ]);
    const definition = '$LINES = \\\n# priority 90 \\\npriority 80\n';
    expect(told(lintText(definition.replace(' =', '=') + instance('  $LINES')))).toEqual([]);
  });

  it('findings come in the order of the file, whoever made them', () => {
    const text = `${instance('  priority 255\n  priority 90 100')}virtual_server 10.0.0.9 80 {\n}\n`;
    expect(told(lintText(text))).toEqual([
      '8:3 warning repeated-keyword',
      '8:15 warning extra-words',
      '10:1 error no-real-server',
    ]);
  });

  it('severities of the project replace those of the rules; off silences', () => {
    const text = instance('  priority 255');
    expect(told(lintText(text))).toEqual(['7:12 warning owner-priority']);
    expect(told(lintText(text, { severities: { 'owner-priority': 'error' } }))).toEqual([
      '7:12 error owner-priority',
    ]);
    expect(told(lintText(text, { severities: { 'owner-priority': 'off' } }))).toEqual([]);
  });

  it('the severities of the reader can be set as well', () => {
    const text = instance('  auth_typ PASS');
    expect(told(lintText(text, { severities: { 'unknown-keyword': 'error' } }))).toEqual([
      '7:3 error unknown-keyword',
    ]);
  });

  it('what lvskit cannot do yet is told where lvskit runs the file, and is no matter elsewhere', () => {
    const text = 'global_defs {\n  vrrp_rt_priority 50\n}\n';
    expect(lintText(text, { forLvskit: true }).findings.map(({ rule }) => rule)).toEqual(['not-acted-on']);
    for (const options of [{}, { target: '2.2.8' } as const])
      expect(lintText(text, options).findings).toEqual([]);
  });

  it('an empty file is a warning, one that is not there has no files', () => {
    expect(told(lintText('# nothing\n'))).toEqual(['1:1 warning empty-configuration']);
    expect(lintText('include /none.conf\n').findings.map(({ rule }) => rule)).not.toContain(
      'empty-configuration',
    );
  });

  it('a finding in an include names the include', () => {
    const { findings } = lintText('include /more.conf\n', {}, { '/more.conf': instance('  priority 255') });
    const [finding] = findings;
    expect(finding?.place).toMatchObject({ file: '/more.conf', line: 7 });
    expect(finding?.related).toEqual([
      { message: 'included here', place: expect.objectContaining({ file: '/test.conf', line: 1 }) },
    ]);
  });

  it('an interface that is not on the machine is told only when the machine is asked', () => {
    const text = instance('  priority 100');
    expect(told(lintText(text, { interfaces: new Set(['lo']) }))).toEqual(['2:13 error interface-missing']);
    expect(told(lintText(text, { interfaces: new Set(['eth0']) }))).toEqual([]);
    expect(told(lintText(text))).toEqual([]);
  });
});

describe('scripts of root', () => {
  const text = instance('  notify "/opt/a.sh"');
  const judge = (permissions: { mode: number; uid: number; gid: number }, more = '') =>
    lintText(more + text, { onTarget: true }, { '/opt/a.sh': '' }, permissions)
      .findings.filter(({ rule }) => rule === 'insecure-script')
      .map(({ message }) => message.replace(/^.*, but /, ''));

  it.each([
    [{ mode: 0o755, uid: 0, gid: 0 }, []],
    [{ mode: 0o775, uid: 0, gid: 0 }, []],
    [
      { mode: 0o775, uid: 0, gid: 5 },
      ['/opt/a.sh has mode 0775, group 5 may change it: chmod g-w /opt/a.sh'],
    ],
    [
      { mode: 0o757, uid: 0, gid: 0 },
      ['/opt/a.sh has mode 0757, everybody may change it: chmod o-w /opt/a.sh'],
    ],
    [{ mode: 0o755, uid: 7, gid: 0 }, ['/opt/a.sh (mode 0755) belongs to user 7: chown root /opt/a.sh']],
  ])('%o', (permissions, expected) => {
    expect(judge(permissions)).toEqual(expected);
  });

  it('who does not run as root is not judged', () => {
    const user = 'global_defs {\n  script_user web\n}\n';
    expect(judge({ mode: 0o777, uid: 7, gid: 7 }, user)).toEqual([]);
  });
});

describe('suppression', () => {
  it.each([
    ['this line', instance('  priority 255 # lvskit-disable-line owner-priority -- it owns it')],
    ['next line', instance('  ! lvskit-disable-next-line owner-priority -- it owns it\n  priority 255')],
    ['file', `# lvskit-disable-file owner-priority, unused-script -- a lab\n${instance('  priority 255')}`],
  ])('%s', (_, text) => {
    const result = lintText(text);
    expect(told(result).filter(line => !line.includes('unused-suppression'))).toEqual([]);
    expect(result.silenced).toBe(1);
  });

  it('without a reason it silences nothing and says so', () => {
    expect(told(lintText(instance('  priority 255 # lvskit-disable-line owner-priority')))).toEqual([
      '7:12 warning owner-priority',
      '7:18 warning suppression-without-reason',
    ]);
  });

  it('one that finds nothing is told', () => {
    expect(
      told(lintText(instance('  priority 200 # lvskit-disable-line owner-priority -- it owns it'))),
    ).toEqual(['7:18 warning unused-suppression']);
  });

  it('of a rule that is off is not', () => {
    const text = instance('  priority 200 # lvskit-disable-line owner-priority -- it owns it');
    expect(told(lintText(text, { severities: { 'owner-priority': 'off' } }))).toEqual([]);
  });

  it('silences errors of the reader too: unicast without an address is a pattern of clouds', () => {
    const text = instance('  version 3\n  unicast_src_ip 10.0.0.1\n  unicast_peer {\n    10.0.0.2\n  }')
      .replace(/ {2}virtual_ipaddress \{[^}]*\}\n/, '')
      .replace(
        'vrrp_instance V {',
        'vrrp_instance V { # lvskit-disable-line missing-address -- moved by the cloud',
      );
    expect(told(lintText(text))).toEqual([]);
  });
});

describe('repair', () => {
  it('replaces words by bytes, keeps everything else, and is done after one round', () => {
    const text = instance('  # Schlüssel\tä\r\n  preemtp_delay 5\n  stat BACKUP');
    const { files, findings } = lintText(text);
    const [file] = files;
    const repaired = file === undefined ? undefined : applyFixes(file, findings);
    expect(repaired?.applied).toBe(2);
    expect(repaired?.bytes.toString('utf8')).toBe(
      text.replace('preemtp_delay', 'preempt_delay').replace('stat B', 'state B'),
    );
    const again = lintText(repaired?.bytes.toString('utf8') ?? '');
    expect(again.files[0] === undefined ? 1 : applyFixes(again.files[0], again.findings)).toBeUndefined();
  });

  it('leaves a word alone that a definition made', () => {
    const { findings } = lintText(`$WORD=preemtp_delay\n${instance('  $WORD 5')}`);
    expect(findings.find(({ rule }) => rule === 'unknown-keyword')?.fix).toBeUndefined();
  });
});
