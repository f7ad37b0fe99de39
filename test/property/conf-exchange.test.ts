// Laws of expansion and conversion: the expanded text, and the text made from YAML and JSON, mean what the original means.
// Truth: the reader and builder themselves; real files come by LVSKIT_CORPUS.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExchange } from './laws.ts';

/** Statements of a configuration, with words of every kind in and around them. */
const scraps = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'vrrp_instance V {',
        'vrrp_instance W {',
        'global_defs {',
        'virtual_ipaddress {',
        'virtual_server 10.0.0.1 80 {',
        'real_server 10.0.0.2 80 {',
        'virtual_server_group G {',
        'unknown_block a b {',
        'notification_email {',
      ),
      fc.constantFrom(...Array.from({ length: 6 }, () => '}')),
      fc.constantFrom(
        'virtual_router_id 7',
        'interface eth0',
        'nopreempt',
        'nopreempt off',
        'advert_int 1.50',
        'priority 0100',
        'weight -5 reverse',
        'lb_algo rr',
        'state BACKUP',
        'router_id "a  b"',
        'router_id a\\"b',
        'router_id ""',
        'router_id a b',
        'smtp_alert',
        'smtp_alert off',
        'smtp_alert no idea',
        'auth_pass 0123',
      ),
      fc.constantFrom(
        'notify "/bin/x  y" root',
        "notify '/bin/x  # y' root",
        'misc_path "/bin/x"',
        'script /bin/x "a b" c\\ d',
        '10.0.0.1/24 dev eth0',
        '10.0.0.2 80',
        'fwmark 7',
        'unknown',
        'unknown { a',
        '7 7',
        '_name x',
        '_line y',
        '__proto__ z',
        '"include" x',
        'a { include x',
        'a { @id b',
        'a \\# b # c',
        '# remark',
        '! remark',
        'a "b',
        '~x y',
        'a $B c',
      ),
    ),
    { maxLength: 30 },
  )
  .map(lines => Buffer.from(lines.join('\n'), 'latin1'));

describe('expansion and conversion', () => {
  it('change no meaning, whatever the statements', () => {
    fc.assert(
      fc.property(scraps, content => checkExchange(content, 'id')),
      { numRuns: 1_500 },
    );
  });

  const seeds = join(import.meta.dirname, '../fixtures/seeds');
  it.each(readdirSync(seeds).filter(name => name.endsWith('.conf')))('of %s', name => {
    checkExchange(readFileSync(join(seeds, name)), 'node1');
  });
});

const corpus = process.env['LVSKIT_CORPUS'];

describe('expansion and conversion of real files', () => {
  it.skipIf(corpus === undefined)('change no meaning', { timeout: 120_000 }, () => {
    const rows = readFileSync(join(corpus ?? '', 'oracle.tsv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const ids = new Map(rows.map(row => [`${row.split('\t')[0]}.conf`, row.split('\t')[5] ?? '']));
    for (const folder of ['conf', 'templates']) {
      const names = readdirSync(join(corpus ?? '', folder));
      expect(names.length).toBeGreaterThan(0);
      for (const name of names)
        checkExchange(readFileSync(join(corpus ?? '', folder, name)), ids.get(name) ?? '');
    }
  });
});
