// Loads a configuration given as text, without files: for tests of the typed configuration.
// Truth: none of its own; the tests say what is expected and why.

import {
  type LoadedConfiguration,
  type LoadOptions,
  loadConfiguration,
} from '../../../src/core/conf/index.ts';
import { fail, succeed } from '../../../src/core/fault.ts';

export function loadText(
  text: string,
  files: Readonly<Record<string, string>> = {},
  options: LoadOptions = {},
): LoadedConfiguration {
  const table = new Map(Object.entries({ ...files, '/test.conf': text }));
  return loadConfiguration(
    '/test.conf',
    {
      read: path => {
        const found = table.get(path);
        return found === undefined
          ? fail({ code: 'file-unreadable', message: `${path} does not exist` })
          : succeed(Buffer.from(found));
      },
      facts: path =>
        table.has(path)
          ? { regular: true, directory: false, executable: false, readable: true, identity: path }
          : undefined,
      glob: (pattern, directory) => [pattern, `${directory}/${pattern}`].filter(path => table.has(path)),
      absolute: path => path,
      environment: () => undefined,
      random: minimum => minimum,
      hostName: () => 'node1.example.net',
    },
    options,
  );
}

/** `line severity rule` of each finding, keywords without effect left out. */
export const findings = (loaded: LoadedConfiguration): readonly string[] =>
  loaded.diagnostics
    .filter(({ rule }) => rule !== 'not-acted-on')
    .map(
      ({ place, severity, rule, fatal }) => `${place.line} ${severity}${fatal === true ? '!' : ''} ${rule}`,
    );

/** A valid vrrp_instance with more lines in it (from line 8 on). */
export const instanceWith = (lines: string, before = ''): string => `${before}vrrp_instance V {
  interface eth0
  virtual_router_id 51
  priority 100
  advert_int 1
  virtual_ipaddress {
    10.0.0.3/24 }
${lines}
}
`;
