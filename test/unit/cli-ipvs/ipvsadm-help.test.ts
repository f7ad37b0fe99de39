// `lvskit ipvsadm -h`: every option that is read stands in the help, with its letter. Truth: ipvs/ipvsadm/options.ts.
import { expect, it } from 'vitest';
import { helpText } from '../../../src/core/cli/ipvs/ipvsadm/help.ts';
import { ipvsadmSpellings } from '../../../src/core/ipvs/index.ts';

const lines = helpText().split('\n');

it.each(Object.entries(ipvsadmSpellings))('says what --%s does', (name, { short, argument }) => {
  const at = lines.findIndex(line => new RegExp(`^  (-., |    )--${name}( |$)`).test(line));
  const line = lines[at] ?? '';
  expect(line.slice(2, 4)).toBe(short === undefined ? '  ' : `-${short}`);
  // The text is on this line or, behind a long option, on the next.
  expect(`${line}\n${lines[at + 1]}`).toMatch(/--[a-z0-9-]+( \S+)*\s{2,}\S{2}/);
  if (argument === 'required') expect(line).toMatch(/--[a-z-]+ [A-Z[m]/);
  if (argument === 'optional') expect(line).toMatch(/ \[/);
});

it('names nothing else, and fits 100 columns', () => {
  const told = helpText().matchAll(/--([a-z0-9-]+)/g);
  for (const [, name = ''] of told) expect(Object.keys(ipvsadmSpellings)).toContain(name);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(110);
});
