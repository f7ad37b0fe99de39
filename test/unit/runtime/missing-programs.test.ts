// Programs of a configuration that cannot run are named when it is read, not in the failover that needs them.
// Truth: keepalived.conf(5) SCRIPTS; the files are a table.
import { describe, expect, it } from 'vitest';
import { fail, succeed } from '../../../src/core/fault.ts';
import { loadForDaemon } from '../../../src/core/runtime/configuration.ts';

const facts = (executable: boolean, regular = true) => ({
  regular,
  directory: !regular,
  executable,
  readable: true,
  identity: 'x',
});
const files = new Map([
  ['/bin/good', facts(true)],
  ['/bin/plain', facts(false)],
  ['/bin/folder', facts(true, false)],
]);

function warnings(text: string): readonly string[] {
  const loading = loadForDaemon(
    { file: '/k.conf', configId: undefined },
    {
      interfaces: undefined,
      reader: {
        read: path =>
          path === '/k.conf' ? succeed(Buffer.from(text)) : fail({ code: 'file-unreadable', message: path }),
        facts: path => (path === '/k.conf' ? facts(false) : files.get(path)),
        glob: pattern => [pattern],
        absolute: path => path,
        environment: () => undefined,
        random: minimum => minimum,
        hostName: () => 'lb1',
      },
    },
  );
  return (loading.ok ? loading.value.diagnostics : loading.errors)
    .filter(({ rule }) => rule === 'missing-script-file')
    .map(({ place, severity, message }) => `${place.line} ${severity} ${message}`);
}

const instance = (name: string, vrid: number, lines: string) =>
  `vrrp_instance ${name} {\n interface eth0\n virtual_router_id ${vrid}\n priority 100\n virtual_ipaddress {\n 10.0.0.${vrid}/24\n }\n${lines}\n}\n`;

describe('a program that cannot run', () => {
  it.each([
    ['/bin/none', 'does not exist'],
    ['/bin/plain', 'has no execute permission'],
    ['/bin/folder', 'is not a regular file'],
  ])('%s %s', (path, reason) => {
    expect(warnings(instance('V', 1, `notify_master ${path}`))).toEqual([
      `8 warning notify_master: ${path} ${reason}: it cannot run`,
    ]);
  });

  it('that is named in many places is one finding', () => {
    const text = [1, 2, 3].map(n => instance(`V${n}`, n, 'notify "/bin/none --now"')).join('');
    expect(warnings(text)).toEqual([
      '8 warning notify: /bin/none does not exist: it cannot run (named in 3 places)',
    ]);
  });

  it('is not one that runs, nor one that the PATH has', () => {
    expect(
      warnings(instance('V', 1, 'notify_master /bin/good\nnotify_backup "logger -t lb backup"')),
    ).toEqual([]);
  });
});
