// Blocks in the descriptor form: what is derived from a descriptor, and how many blocks are still written the old way.
// Truth: the descriptors themselves; test/fixtures/keywords.txt is the frozen list of the keywords of unconverted blocks.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describedBlocks } from '../../../src/core/conf/blocks/index.ts';
import { catalogue, keywordsOf, schemaOfConfiguration } from '../../../src/core/conf/index.ts';
import { sentenceFor } from '../../../src/core/conf/keywords/sentences.ts';
import { findings, loadText } from './load-text.ts';

/** Both only fall: a new keyword goes into a converted block, or its block is converted first. */
const mostUnconvertedBlocks = 26;
const mostUnconvertedKeywords = 650;

const converted = new Set(describedBlocks.map(({ path }) => path));
const frozen = readFileSync(join(import.meta.dirname, '../../fixtures/keywords.txt'), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('# '));

describe('unconverted blocks', () => {
  const unconverted = catalogue.filter(({ path }) => !converted.has(path));

  it('become fewer: no block is written the old way anew', () => {
    const blocks = unconverted.filter(({ path }) => !path.startsWith('<'));
    expect(blocks.length).toBeLessThanOrEqual(mostUnconvertedBlocks);
  });

  it('get no keyword: each is in the frozen list, which becomes shorter', () => {
    expect(frozen.length).toBeLessThanOrEqual(mostUnconvertedKeywords);
    const names = unconverted.flatMap(({ path, keywords }) => keywords.map(({ name }) => `${path}\t${name}`));
    expect(names.filter(name => !frozen.includes(name))).toEqual([]);
    expect(frozen.filter(line => converted.has(line.split('\t')[0] ?? ''))).toEqual([]);
  });
});

describe('a converted block', () => {
  it('is in the catalogue with all its keywords, and each has a sentence', () => {
    for (const { path, descriptors } of describedBlocks) {
      expect(keywordsOf(path).map(({ name }) => name)).toEqual(Object.keys(descriptors));
      for (const [name, { says }] of Object.entries(descriptors)) expect(sentenceFor(path, name)).toBe(says);
    }
  });

  it('is in the schema with its sentences', () => {
    const { $defs } = schemaOfConfiguration() as { $defs: Record<string, unknown> };
    expect(JSON.stringify($defs['vrrp_script'])).toContain('Successes in a row that make it up.');
  });

  it('states each default as the value a block without the keyword has', () => {
    const { config } = loadText(
      'vrrp_script s {\n script /bin/true\n}\nvrrp_instance V {\n interface eth0\n virtual_router_id 5\n' +
        ' priority 100\n track_script {\n  s\n }\n virtual_ipaddress {\n  10.0.0.3/24\n }\n}\n',
    );
    expect(config.vrrp.scripts).toEqual([
      {
        name: 's',
        command: { argv: ['/bin/true'], user: undefined, group: undefined, shell: false },
        interval: 1_000_000,
        timeout: 1_000_000,
        weight: 0,
        reverse: false,
        rise: 1,
        fall: 1,
        initFail: false,
      },
    ]);
    expect(config.vrrp.instances[0]?.trackScripts).toEqual([{ script: 's', weight: 0, reverse: false }]);
  });

  it('a later script that cannot run replaces an earlier one', () => {
    const text = 'vrrp_script s {\n script /bin/true\n script ""\n}\n';
    expect(
      findings(loadText(text)).some(line => line.includes('error missing-script') || line.startsWith('3 ')),
    ).toBe(true);
  });
});
