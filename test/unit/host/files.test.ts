// The real reader against a directory of its own. Truth: glob(7); the order is that of LC_ALL=C ls.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../src/core/conf/read.ts';
import { createReader, segmentMatcher } from '../../../src/core/host/files.ts';

const directory = mkdtempSync(join(tmpdir(), 'lvskit-files-'));
afterAll(() => rmSync(directory, { recursive: true }));
const put = (name: string, text = '') => writeFileSync(join(directory, name), text);

mkdirSync(join(directory, 'sub'));
mkdirSync(join(directory, 'sub.d'));
for (const name of [
  'b.conf',
  'a.conf',
  'Z.conf',
  '.hidden.conf',
  'é.conf',
  'sub/c.conf',
  'sub/d.txt',
  'odd[1].conf',
])
  put(name);
symlinkSync('a.conf', join(directory, 'link.conf'));
put('run.conf');
chmodSync(join(directory, 'run.conf'), 0o755);

const reader = createReader();
const glob = (pattern: string) =>
  reader.glob(pattern, directory).map(path => path.slice(directory.length + 1));

describe('glob', () => {
  it.each<[string, string[]]>([
    ['a.conf', ['a.conf']],
    ['nope.conf', []],
    ['*.conf', ['Z.conf', 'a.conf', 'b.conf', 'link.conf', 'odd[1].conf', 'run.conf', 'é.conf']],
    ['.*.conf', ['.hidden.conf']],
    ['[ab].conf', ['a.conf', 'b.conf']],
    ['[!a-y].conf', ['Z.conf', 'é.conf']],
    ['?.conf', ['Z.conf', 'a.conf', 'b.conf', 'é.conf']],
    ['sub/*', ['sub/c.conf', 'sub/d.txt']],
    ['*/c.conf', ['sub/c.conf']],
    ['sub*', ['sub', 'sub.d']],
    ['odd\\[1\\].conf', ['odd[1].conf']],
    ['odd[[]1].conf', ['odd[1].conf']],
    ['a.conf/x', []],
    ['', []],
  ])('%s', (pattern, expected) => expect(glob(pattern)).toEqual(expected));

  it('takes absolute patterns as they are', () => {
    expect(reader.glob(`${directory}/a.*`, '/elsewhere')).toEqual([`${directory}/a.conf`]);
  });
  it('matches sets as glob(7) has them', () => {
    expect(segmentMatcher('[[:digit:]]x').test('4x')).toBe(true);
    expect(segmentMatcher('[]a]').test(']')).toBe(true);
    expect(segmentMatcher('[a').test('[a')).toBe(true);
    expect(segmentMatcher('[z-a]').test('m')).toBe(false);
    expect(segmentMatcher('a.c').test('abc')).toBe(false);
    expect(segmentMatcher('[&!x-]').test('-')).toBe(true);
  });
});

describe('reader', () => {
  it('tells facts, and one identity for a file and its link', () => {
    const facts = (name: string) => reader.facts(join(directory, name));
    expect(facts('a.conf')).toMatchObject({
      regular: true,
      directory: false,
      executable: false,
      readable: true,
    });
    expect(facts('run.conf')!.executable).toBe(true);
    expect(facts('sub')!.directory).toBe(true);
    expect(facts('nope')).toBeUndefined();
    expect(facts('link.conf')!.identity).toBe(facts('a.conf')!.identity);
  });
  it('fails with the reason', () => {
    const outcome = reader.read(join(directory, 'nope'));
    expect(outcome).toMatchObject({ ok: false, fault: { code: 'file-unreadable', errno: 'ENOENT' } });
  });
  it('keeps random numbers in their range', () => {
    const drawn = Array.from({ length: 200 }, () => reader.random(3, 5));
    expect(new Set(drawn)).toEqual(new Set([3, 4, 5]));
  });
  it('reads a configuration with includes, cycles through links included', () => {
    put('main.conf', 'one\ninclude loop.conf\ninclude sub*\ntwo ${_PWD}');
    symlinkSync('main.conf', join(directory, 'loop.conf'));
    const { statements, diagnostics } = readConfiguration(join(directory, 'main.conf'), reader);
    expect(statements.map(statement => statement.words(0))).toEqual([['one'], ['two', directory]]);
    expect(diagnostics.map(({ rule }) => rule)).toEqual([
      'include-cycle',
      'include-passed-over',
      'include-passed-over',
    ]);
  });
});
