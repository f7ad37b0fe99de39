// Programs of a configuration that cannot run are named when it is read, not in the failover that needs them.
// Truth: keepalived.conf(5) SCRIPTS; the files are a table.
import { describe, expect, it } from 'vitest';
import { fail, succeed } from '../../../src/core/fault.ts';
import { loadForDaemon, type ProgramFault } from '../../../src/core/runtime/configuration.ts';

const main = { regular: true, directory: false, executable: false, readable: true, identity: 'x' };
const good = { fatal: undefined, insecure: undefined };
const files: ReadonlyMap<string, ProgramFault> = new Map<string, ProgramFault>([
  ['/bin/good', good],
  ['/bin/plain', { ...good, fatal: 'is not executable by user root' }],
  ['/bin/folder', { ...good, fatal: 'is not a regular file' }],
  ['/bin/weak', { ...good, insecure: '/bin has mode 0777, everybody may change it: chmod o-w /bin' }],
]);

function warnings(text: string): readonly string[] {
  const loading = loadForDaemon(
    { file: '/k.conf', configId: undefined },
    {
      interfaces: undefined,
      program: (path, user) =>
        user === 'nosuch'
          ? { ...good, fatal: 'is to run as somebody unknown' }
          : (files.get(path) ?? { ...good, fatal: 'does not exist' }),
      reader: {
        read: path =>
          path === '/k.conf' ? succeed(Buffer.from(text)) : fail({ code: 'file-unreadable', message: path }),
        facts: path => (path === '/k.conf' ? main : undefined),
        glob: pattern => [pattern],
        absolute: path => path,
        environment: () => undefined,
        random: minimum => minimum,
        hostName: () => 'lb1',
      },
    },
  );
  return (loading.ok ? loading.value.diagnostics : loading.errors)
    .filter(({ rule }) => rule === 'missing-script-file' || rule === 'insecure-script')
    .map(({ place, severity, message }) => `${place.line} ${severity} ${message}`);
}

const instance = (name: string, vrid: number, lines: string) =>
  `vrrp_instance ${name} {\n interface eth0\n virtual_router_id ${vrid}\n priority 100\n virtual_ipaddress {\n 10.0.0.${vrid}/24\n }\n${lines}\n}\n`;

describe('a program that cannot run', () => {
  it.each([
    ['/bin/none', 'does not exist'],
    ['/bin/plain', 'is not executable by user root'],
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
