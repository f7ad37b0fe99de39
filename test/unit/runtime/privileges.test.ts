// Which children run programs of the configuration, and so keep all rights.
// Truth: capabilities(7): a bounding set also limits the programs of root that a process starts; keepalived.conf(5) for what runs programs.
import { describe, expect, it } from 'vitest';
import { mayBeLimited, runsPrograms } from '../../../src/core/runtime/privileges.ts';
import { ownersIn } from '../../../src/core/runtime/programs.ts';
import { loadText } from '../conf/load-text.ts';

const load = (text: string) => loadText(text).config;

const vrrp = (lines = '', interval = 1) => `vrrp_instance VI {
  interface eth0
  virtual_router_id 51
  advert_int ${interval}
  virtual_ipaddress {
    10.0.0.1/24
  }
${lines}
}
`;
const server = (lines: string, own = '') => `virtual_server 10.0.0.1 80 {
  protocol TCP
${own}
  real_server 10.0.0.2 80 {
${lines}
  }
}
`;

describe('programs of a configuration', () => {
  it.each([
    ['an instance without any', vrrp(), 'vrrp', false],
    ['a notify script', vrrp('  notify_master "/bin/true"'), 'vrrp', true],
    [
      'a track script',
      `vrrp_script up {\n  script "/bin/true"\n}\n${vrrp('  track_script {\n    up\n  }')}`,
      'vrrp',
      true,
    ],
    ['a TCP check', server('    TCP_CHECK {\n    }'), 'checker', false],
    ['a MISC_CHECK', server('    MISC_CHECK {\n      misc_path "/bin/true"\n    }'), 'checker', true],
    [
      'a notify script of a server',
      server('    notify_up "/bin/true"\n    TCP_CHECK {\n    }'),
      'checker',
      true,
    ],
    ['a quorum script', server('    TCP_CHECK {\n    }', '  quorum_up "/bin/true"'), 'checker', true],
  ] as const)('are found: %s', (_, text, child, found) => {
    const config = load(text);
    expect(runsPrograms(config, child)).toBe(found);
    expect(mayBeLimited(config, child)).toBe(!found);
    expect(runsPrograms(config, child === 'vrrp' ? 'checker' : 'vrrp')).toBe(false);
  });

  it('are found behind fields that hold nothing, so that every account is known before it is needed', () => {
    const command = (user: string) => ({ argv: ['/bin/true'], shell: false, user, group: undefined });
    const config = { a: [{ notify: command('one'), other: undefined }], b: undefined, c: command('two') };
    expect(
      ownersIn(config)
        .map(({ user }) => user)
        .sort(),
    ).toEqual(['one', 'two']);
  });

  it('are no condition where adverts come more often than each second', () => {
    expect(mayBeLimited(load(`global_defs {\n  vrrp_version 3\n}\n${vrrp('', 0.5)}`), 'vrrp')).toBe(false);
  });
});
