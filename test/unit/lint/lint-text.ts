// Lints a configuration given as text, without files: for tests of the linter.
// Truth: none of its own; the tests say what is expected and why.

import type { ConfigurationReader, FileFacts } from '../../../src/core/conf/index.ts';
import { fail, succeed } from '../../../src/core/fault.ts';
import {
  type LintOptions,
  type LintResult,
  lint,
  type MachineInterface,
  type MachineState,
} from '../../../src/core/lint/index.ts';
import { parsePrefix } from '../../../src/core/net/index.ts';

type Permissions = NonNullable<FileFacts['permissions']>;

/** `permissions`: of every file in the table. */
export function tableReader(
  files: Readonly<Record<string, string>>,
  permissions: Permissions = { mode: 0o755, uid: 0, gid: 0 },
): ConfigurationReader {
  const table = new Map(Object.entries(files));
  return {
    read: path => {
      const found = table.get(path);
      return found === undefined
        ? fail({ code: 'file-unreadable', message: `${path} does not exist` })
        : succeed(Buffer.from(found));
    },
    facts: path =>
      table.has(path)
        ? {
            regular: true,
            directory: false,
            executable: path.endsWith('.sh'),
            readable: true,
            identity: path,
            permissions,
          }
        : undefined,
    glob: (pattern, directory) => [pattern, `${directory}/${pattern}`].filter(path => table.has(path)),
    absolute: path => path,
    environment: () => undefined,
    random: minimum => minimum,
    hostName: () => 'node1.example.net',
  };
}

const onInterface = (
  addresses: readonly string[],
  more: Partial<MachineInterface> = {},
): MachineInterface => ({
  isUp: true,
  isLoopback: false,
  hasMulticast: true,
  hasArp: true,
  addresses: addresses.map(text => ({ prefix: parsePrefix(text)!, isDynamic: false })),
  ...more,
});

/** The machine that examples with `on-target` run on: 10.0.0.1/24 on eth0, eth1 down, tun0 without multicast. */
export const exampleMachine: MachineState = {
  interfaces: new Map([
    ['lo', onInterface(['127.0.0.1/8'], { isLoopback: true, hasMulticast: false })],
    ['eth0', onInterface(['10.0.0.1/24'])],
    ['eth1', onInterface([], { isUp: false })],
    ['tun0', onInterface(['10.9.0.1/24'], { hasMulticast: false })],
  ]),
  hasUser: name => ['root', 'nobody'].includes(name),
  hasGroup: name => ['root', 'nogroup'].includes(name),
  userName: uid => (uid === 1000 ? 'alice' : undefined),
  groupName: gid => (gid === 1000 ? 'staff' : undefined),
  modules: new Set(['ip_vs', 'ip_vs_rr', 'ip_vs_wrr', 'ip_vs_wlc']),
};

export const lintText = (
  text: string,
  options: LintOptions = {},
  files: Readonly<Record<string, string>> = {},
  permissions?: Permissions,
): LintResult => lint('/test.conf', tableReader({ ...files, '/test.conf': text }, permissions), options);

/** `line:column severity rule` of each finding; keywords without effect left out. */
export const told = ({ findings }: LintResult): readonly string[] =>
  findings
    .filter(({ rule }) => rule !== 'not-acted-on')
    .map(({ place, severity, rule }) => `${place.line}:${place.column} ${severity} ${rule}`);
