// /etc/default/ipvsadm as Debian ships it and as people write it. Truth: the init script of Debian's ipvsadm 1.31, which sources the file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBootSettings } from '../../../src/core/ipvs/index.ts';
import { root } from '../../lab/bundle.mjs';

const defaults = { auto: false, save: false, daemons: [], interface: 'eth0', syncId: 0 };
const debian = `# ipvsadm

# if you want to start ipvsadm on boot set this to true
AUTO="false"

# daemon method (none|master|backup)
DAEMON="none"

# use interface (eth0,eth1...)
IFACE="eth0"\t

# syncid to use
# SYNCID="0"
`;

describe('/etc/default/ipvsadm', () => {
  it('as Debian ships it asks for nothing', () =>
    expect(readBootSettings(debian)).toEqual({ settings: defaults, problems: [] }));

  it.each([
    ['AUTO="true"', { auto: true }],
    ["export AUTO='true'   # at boot", { auto: true }],
    [
      'DAEMON=both\nIFACE=ens3.100\nSYNCID=7',
      { daemons: ['master', 'backup'], interface: 'ens3.100', syncId: 7 },
    ],
    ['DAEMON="backup"', { daemons: ['backup'] }],
    ['AUTO=true\nAUTO=false', { auto: false }],
    ['SAVE="true"\r'.trimEnd(), { save: true }],
    ['OTHER="x"', {}],
  ])('%j', (text, expected) =>
    expect(readBootSettings(text)).toEqual({ settings: { ...defaults, ...expected }, problems: [] }),
  );

  it.each([
    ['AUTO=yes', 'AUTO must be true or false'],
    ['DAEMON="slave"', 'DAEMON must be none, master, backup or both'],
    ['SYNCID=256', 'SYNCID must be a number 0-255'],
    ['IFACE=""', 'IFACE must be the name of an interface'],
    ['IFACE="$(touch /tmp/x)"', 'only NAME=VALUE with a constant value'],
    ['AUTO="true"; rm -rf /', 'only NAME=VALUE with a constant value'],
    ['. /etc/other', 'only NAME=VALUE with a constant value'],
  ])('%j is refused with its line', (line, message) =>
    expect(readBootSettings(`# first\n${line}\n`).problems).toEqual([
      { line: 2, message: expect.stringContaining(message) },
    ]),
  );
});

describe('lvskit-ipvs.service', () => {
  it('runs actions that the command has', async () => {
    const unit = readFileSync(join(root, 'systemd', 'lvskit-ipvs.service'), 'utf8');
    const { default: command } = await import('../../../src/commands/vs/boot.ts');
    const run = Array.from(unit.matchAll(/^Exec\w+=\/usr\/bin\/lvskit vs boot (\w+)$/gm), match => match[1]);
    expect(run).toEqual(['start', 'reload', 'stop']);
    for (const action of run) expect(command.args.action.options).toContain(action);
  });
});
