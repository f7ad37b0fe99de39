// What loading offers besides the values: findings alone, sights with their places, and what the runtime cannot do.
// Truth: the same text loaded in full; places are counted in the texts below.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Capabilities, ServerSight } from '../../../src/core/conf/index.ts';
import { findings, instanceWith, loadText } from './load-text.ts';

const seeds = join(import.meta.dirname, '../../fixtures/seeds');
const server = (address: string, real: string, more = '') => `virtual_server ${address} 80 {
  protocol TCP
  real_server ${real} 80 {
    TCP_CHECK {
      connect_timeout 3
    }
  }
${more}}
`;
const everything: Capabilities = { missingForCheck: () => undefined, missingForInstance: () => undefined };

describe('findings only', () => {
  it.each(readdirSync(seeds).filter(name => name.endsWith('.conf')))('%s gives the same findings', name => {
    const text = readFileSync(join(seeds, name), 'utf8');
    const quick = loadText(text, {}, { findingsOnly: true });
    expect(quick.diagnostics).toEqual(loadText(text).diagnostics);
    expect(quick.config.virtualServers).toEqual([]);
  });

  it('knows the real servers of a service that stands three times', () => {
    const text =
      server('10.0.0.1', '10.1.0.1') + server('10.0.0.1', '10.1.0.2') + server('10.0.0.1', '10.1.0.2');
    const told = ['9 warning duplicate', '17 warning duplicate', '19 warning duplicate'];
    expect(findings(loadText(text))).toEqual(told);
    expect(findings(loadText(text, {}, { findingsOnly: true }))).toEqual(told);
    expect(loadText(text).config.virtualServers[0]?.realServers).toHaveLength(2);
  });

  it('tells whether the file says anything', () => {
    expect(loadText('! nothing\n').isEmpty).toBe(true);
    expect(loadText(server('10.0.0.1', '10.1.0.1'), {}, { findingsOnly: true }).isEmpty).toBe(false);
  });
});

describe('observer', () => {
  it('sees each block, instance and virtual server with its places', () => {
    const blocks: string[] = [];
    const servers: ServerSight[] = [];
    const lines: (number | undefined)[] = [];
    loadText(
      instanceWith('') + server('10.0.0.1', '10.1.0.1') + server('10.0.0.1', '10.1.0.2'),
      {},
      {
        findingsOnly: true,
        observer: {
          block: (path, statements) => blocks.push(`${path} ${statements.length}`),
          instance: ({ lines: known }) => lines.push(known.get('priority')?.place().line),
          virtualServer: sight => servers.push(sight),
        },
      },
    );
    expect(blocks.slice(0, 2)).toEqual(['(root) 3', 'vrrp_instance 5']);
    expect(blocks).toContain('virtual_server/real_server/TCP_CHECK 1');
    expect(lines).toEqual([4]);
    expect(servers.map(({ config }) => config.realServers[0]?.address)).toEqual(['10.1.0.1', '10.1.0.2']);
    expect(servers[1]?.first?.place().line).toBe(servers[0]?.statement.place().line);
    expect(servers[0]?.realServers[0]?.place().line).toBe(12);
    expect(
      servers[0]?.checkers.map(({ config, statement }) => [config.keyword, statement.place().line]),
    ).toEqual([['TCP_CHECK', 13]]);
  });
});

describe('capabilities', () => {
  it('what a machine cannot do is told at its place', () => {
    const text = instanceWith('') + server('10.0.0.1', '10.1.0.1');
    expect(findings(loadText(text, {}, { capabilities: everything }))).toEqual([]);
    const capabilities: Capabilities = {
      missingForCheck: ({ kind }) => `no ${kind} here`,
      missingForInstance: ({ name }) => `no ${name} here`,
    };
    expect(findings(loadText(text, {}, { capabilities }))).toEqual([
      '1 warning not-supported',
      '13 warning not-supported',
    ]);
  });

  const key = 'abcdefghijklmnopqrstuvwxyz012345';
  const hmac = (lines: string) => instanceWith(`version 3\nauth_hmac {\n${lines}\n}`);
  it.each([
    ['a short key', 'key 1 short\nactive_key 1', '10 error invalid-word'],
    ['a long key', `key 1 ${key.repeat(3)}\nactive_key 1`, '10 error invalid-word'],
    ['odd hexadecimal digits', `key 1 hex:${'ab'.repeat(32)}c\nactive_key 1`, '10 error invalid-word'],
    ['a number of no key', `key 999 ${key}\nactive_key 1`, '10 error invalid-number'],
    ['no key', 'mode enforce', '9 error missing-argument'],
    ['no active key', `key 1 ${key}`, '9 error missing-argument'],
    ['an active key that is not there', `key 1 ${key}\nactive_key 2`, '9 error undefined-name'],
    ['the same number twice', `key 1 ${key}\nkey 1 ${key}\nactive_key 1`, '11 error duplicate'],
    ['a window out of range', `key 1 ${key}\nactive_key 1\ntime_window 5000`, '12 warning invalid-number'],
    ['an unknown mode', `key 1 ${key}\nactive_key 1\nmode enforcee`, '12 error invalid-word'],
    ['an unknown guard', `key 1 ${key}\nactive_key 1\nanti_replay sometimes`, '12 error invalid-word'],
  ])('auth_hmac with %s is one finding', (_, lines, finding) => {
    const told = findings(loadText(hmac(lines))).filter(each => !each.endsWith('not-supported'));
    expect(told).toEqual([finding]);
    expect(JSON.stringify(loadText(hmac(lines)).diagnostics)).not.toContain(key);
  });
  it('auth_hmac that is right has no finding of its own, in each form of a key', () => {
    for (const form of [key, `hex:${'ab'.repeat(32)}`, 'file:/etc/keepalived/key'])
      expect(findings(loadText(hmac(`key 7 ${form}\nactive_key 7\nmode permissive`)))).toEqual([
        '9 error not-supported',
      ]);
  });
  it('auth_hmac beside authentication takes its place, and is nothing in version 2', () => {
    const right = `auth_hmac {\nkey 1 ${key}\nactive_key 1\n}`;
    const both = `version 3\n${right}\nauthentication {\nauth_type PASS\nauth_pass x\n}`;
    expect(findings(loadText(instanceWith(both)))).toContain('13 warning authentication-dropped');
    expect(findings(loadText(instanceWith(`version 2\n${right}`)))).toContain(
      '9 warning authentication-dropped',
    );
  });
  it('auth_hmac is refused: adverts would go out unsigned', () => {
    expect(
      findings(
        loadText(
          instanceWith('version 3\nauth_hmac {\n key 1 abcdefghijklmnopqrstuvwxyz012345\n active_key 1\n}'),
        ),
      ),
    ).toEqual(['9 error not-supported']);
  });
});
