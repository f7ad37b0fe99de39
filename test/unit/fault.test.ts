// The fault catalogue against its document and its use: no code undocumented, none unused, none raised that is not listed.
// Truth: src/core/fault.ts is the catalogue; docs/faults.md is what operators read.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  exitCodeOf,
  exitCodes,
  exitMeanings,
  type FaultCode,
  faultKinds,
  remedyOf,
} from '../../src/core/fault.ts';

const root = new URL('../../', import.meta.url).pathname;
const rows = (heading: string) => {
  const text = readFileSync(join(root, 'docs', 'faults.md'), 'utf8');
  const section = text.split(/^## /m).find(part => part.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .filter(line => line.startsWith('| ') && !line.startsWith('| code'))
    .map(line => line.slice(2, -2).split(' | '));
};

const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'fault.ts')
  .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');

describe('the fault catalogue', () => {
  const codes = Object.keys(faultKinds) as FaultCode[];
  it('is what docs/faults.md says: codes, blame, exit code and remedy', () => {
    const told = rows('Codes').map(([code, blame, exit, meaning = '', remedy]) => {
      expect(meaning.length).toBeGreaterThan(20);
      return { code, blame, exit, remedy };
    });
    const listed = codes.map(code => {
      const fault = { code, message: '' };
      const exit = String(exitCodeOf(fault));
      return { code: `\`${code}\``, blame: faultKinds[code].blame, exit, remedy: remedyOf(fault) };
    });
    expect(told).toEqual(listed);
  });
  it.each(codes)('%s is raised somewhere', code => {
    expect(sources).toContain(`code: '${code}'`);
  });
});

describe('exit codes', () => {
  it('are told in docs/faults.md with the sentences of the man pages', () => {
    const names = Object.keys(exitCodes) as (keyof typeof exitCodes)[];
    const codes = rows('Exit codes').filter(([code = '']) => /^\d+$/.test(code));
    expect(codes).toEqual(names.map(name => [String(exitCodes[name]), exitMeanings[name]]));
  });
  it('are all different', () => {
    expect(new Set(Object.values(exitCodes)).size).toBe(Object.keys(exitCodes).length);
  });
});
