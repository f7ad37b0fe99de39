// The table of ipvsadm's spellings: complete, and the same in docs/ipvsadm.md.
// Truth: the options that ipvsadm 1.31 has, as the shim knows them.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hereFor, spellingRows } from '../../../src/core/cli/from-ipvsadm.ts';
import { ipvsadmSpellings } from '../../../src/core/ipvs/index.ts';

/** What ipvsadm itself answers, not a thing of the table. */
const own = ['help', 'version'];

describe('the table', () => {
  it('has every option of ipvsadm, long and short', () => {
    for (const [name, { short }] of Object.entries(ipvsadmSpellings)) {
      if (own.includes(name)) continue;
      expect([name, hereFor(`--${name}`)]).toEqual([name, expect.any(String)]);
      if (short !== undefined) expect([short, hereFor(`-${short}`)]).toEqual([short, hereFor(`--${name}`)]);
    }
  });

  it('is the one of docs/ipvsadm.md', () => {
    const text = readFileSync('docs/ipvsadm.md', 'utf8');
    for (const part of ['commands', 'options'] as const) {
      const section = text.split(new RegExp(`^## ${part}$`, 'im'))[1]?.split(/^## /m)[0] ?? '';
      const rows = section.split('\n').filter(line => line.startsWith('| `'));
      expect(rows).toEqual(
        spellingRows(part).map(
          ([theirs, here]) => `| \`${theirs.replaceAll('|', '\\|')}\` | ${here.replaceAll('|', '\\|')} |`,
        ),
      );
    }
  });
});
