// What a command says beside its answer. Truth: `lvskit run -t` prints the same lines; stdout stays the answer's alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { countLosses } from '../../../src/core/cli/ipvs/rules-losses.ts';
import { readTable } from '../../../src/core/cli/ipvs/table-file.ts';
import { printSave } from '../../../src/core/ipvs/index.ts';

let folder: string;
let told: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvskit-findings-'));
  told = '';
  vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    told += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});
const written = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const service = (...lines: string[]) =>
  `virtual_server 10.0.0.1 80 {\nlb_kind DR\nprotocol TCP\n${lines.join('\n')}\nreal_server 10.0.1.1 80 {\n}\n}\n`;

describe('a keepalived.conf', () => {
  it.each([
    ['unclosed brace', 'virtual_server 10.0.0.1 80 {\n', /a\.conf:1:\d+: error: /],
    [
      'missing group',
      'virtual_server group g {\nreal_server 10.0.1.1 80 {\n}\n}\n',
      /a\.conf:1:\d+: error: there is no virtual_server_group g/,
    ],
    ['empty file', '', /a\.conf:1:1: error: /],
  ])('that is refused names its place: %s', async (_, text, line) => {
    const read = await readTable(written('a.conf', text), undefined);
    expect(read).toMatchObject({ ok: false, fault: { code: 'configuration-refused' } });
    expect(told).toMatch(line);
  });

  it.each([
    ['persistence_timeout 4294967295', /a\.conf:4:\d+: warning: .*persistence_timeout/],
    ['lb_algo rrr', /a\.conf:4:\d+: warning: .*rrr/],
    ['quorum 9', /a\.conf:1:\d+: warning: quorum 9 is above the sum/],
  ])('tells the warnings of %s', async (line, expected) => {
    const read = await readTable(written('a.conf', service(line)), undefined);
    expect(read.ok).toBe(true);
    expect(told).toMatch(expected);
  });

  it('is known by its content, IPv6 addresses in a group notwithstanding', async () => {
    const text = `virtual_server_group g {\n  fd00::1 80\n}\nvirtual_server group g {\nlb_algo rr\nlb_kind DR\nprotocol TCP\nreal_server fd00::2 80 {\n}\n}\n`;
    const read = await readTable(written('table', text), undefined);
    expect(read.ok && printSave(read.value)).toContain('-A -t [fd00::1]:80 -s rr');
  });

  it('says nothing of a good file', async () => {
    const read = await readTable(written('a.conf', service('lb_algo rr')), undefined);
    expect(read.ok && printSave(read.value)).toBe(
      '-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.1.1:80 -g -w 1\n',
    );
    expect(told).toBe('');
  });
});

describe('port 0 without persistence', () => {
  it('is read, as the kernel takes it, and warned of', async () => {
    const text = 'schema: lvskit/ipvs/1\nservices:\n  - address: 10.0.0.1\n    port: 0\n';
    expect((await readTable(written('a.yaml', text), undefined)).ok).toBe(true);
    expect(told).toMatch(/a\.yaml: warning: tcp:10\.0\.0\.1:0: port 0 stands for every port/);
  });
});

describe('losses of rules', () => {
  it('are told one by one up to twenty, the others as a number', () => {
    const losses = countLosses();
    for (let index = 0; index < 1000; index++)
      losses.take({ subject: `-f ${index}`, kept: false, text: 'something becomes something else' });
    losses.tell();
    expect(told.split('\n').filter(line => line.startsWith('warning: -f'))).toHaveLength(20);
    expect(told).toContain('and 980 more');
  });
  it('that are none say nothing', () => {
    countLosses().tell();
    expect(told).toBe('');
  });
});
