// The linked shims beside Debian's ipvsadm, ipvsadm-save and ipvsadm-restore: the same bytes, the same status, the same table.
// Spec: Debian's package ipvsadm 1.31 in the same kernel, in the same run; nothing here says what is right.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../lab/built.ts';
import { root } from '../lab/bundle.mjs';
import { labResult, labTime } from '../lab/run-program.ts';
import type { LabResult } from './ipvsadm-shims-lab.ts';
import { lines } from './ipvsadm-shims-lines.ts';

let result: LabResult;

beforeAll(async () => {
  ensureBuilt();
  result = await labResult({ script: 'test/kernel/ipvsadm-shims-lab.ts' });
}, labTime);

describe('the shims, through links to links', () => {
  it.each(lines.map(({ name }, index) => [name, index] as const))('%s', (_, index) => {
    expect(result.theirs[index]?.status).toBeTypeOf('number');
    expect(result.ours[index]).toEqual(result.theirs[index]);
  });
});

describe('lvskit shims', () => {
  const names = ['genhash', 'ipvsadm', 'ipvsadm-restore', 'ipvsadm-save'];

  it('links the four names to bin/', () => {
    const { said, links } = result.linked;
    expect(links).toEqual(Object.fromEntries(names.map(name => [name, join(root, 'bin', name)])));
    expect(said.trimEnd().split('\n')).toHaveLength(4);
  });

  it('leaves alone what is there, and then links nothing', () => {
    expect(result.taken).toEqual({
      status: 6,
      stderr: 'lvskit: DIR/ipvsadm-save is there already\n  --force replaces it.\n',
    });
    expect(result.takenBefore).toBe('ipvsadm-save');
  });

  it('is the only way to these names: an installation puts lvskit alone on the PATH', () => {
    const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: unknown };
    expect(bin).toEqual({ lvskit: 'bin/run.js' });
  });
});
