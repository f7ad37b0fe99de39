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

  it('auth_hmac is refused: adverts would go out unsigned', () => {
    expect(findings(loadText(instanceWith('auth_hmac {\n key 1 secret\n}')))).toEqual([
      '8 error not-supported',
    ]);
  });
});
