// Where IPVS is not there or may not be used: one line that says so, one with the remedy, and an exit code of its own.
// Spec: docs/faults.md for codes and exits; Debian's ipvsadm at the same places for the shim.
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../lab/built.ts';
import { labResult, labTime } from '../lab/run-program.ts';
import type { LabResult } from './ipvs-missing-lab.ts';

let result: LabResult;

beforeAll(async () => {
  ensureBuilt();
  result = await labResult({ script: 'test/kernel/ipvs-missing-lab.ts' });
}, labTime);

const places = {
  'without capabilities': {
    exit: 4,
    first: /^lvskit: .*not permitted \(EPERM\)$/,
    remedy: /^ {2}Run as root, or with CAP_NET_ADMIN/,
  },
  'in a user namespace': {
    exit: 4,
    first: /^lvskit: .*not permitted \(EPERM\)$/,
    remedy: /^ {2}Run as root, or with CAP_NET_ADMIN/,
  },
  'as another user': {
    exit: 4,
    first: /^lvskit: .*not permitted \(EPERM\)$/,
    remedy: /^ {2}Run as root, or with CAP_NET_ADMIN/,
  },
  'no module': {
    exit: 3,
    first: /^lvskit: the kernel has no IPVS \(modprobe: .*\)$/,
    remedy: /^ {2}Load the module \(modprobe ip_vs\) or boot a kernel built with CONFIG_IP_VS\.$/,
  },
  'no module, no capabilities': {
    exit: 3,
    first: /^lvskit: the kernel has no IPVS \(modprobe: .*\)$/,
    remedy: /^ {2}Load the module/,
  },
  'no modprobe': { exit: 3, first: /^lvskit: the kernel has no IPVS$/, remedy: /^ {2}Load the module/ },
} as const;

describe.each(Object.entries(places))('%s', (place, { exit, first, remedy }) => {
  const own = () =>
    Object.entries(result.said[place] ?? {}).filter(([command]) => !/^(ipvsadm|their)/.test(command));

  it('is told by one line and its remedy, with an exit code of its own', () => {
    expect(own().length).toBeGreaterThan(3);
    for (const [command, { code, stdout, stderr }] of own()) {
      const lines = stderr.split('\n');
      expect({ command, code, stdout, lines: lines.length }).toEqual({
        command,
        code: exit,
        stdout: '',
        lines: 3,
      });
      expect(`${command}: ${lines[0]}`).toMatch(new RegExp(`^${command}: ${first.source.slice(1)}`));
      expect(lines[1]).toMatch(remedy);
    }
  });

  it.each(['-Ln', '-A -t 10.0.0.1:80'])('is told by the shim as by ipvsadm: %s', words => {
    const theirs = result.said[place]?.[`their -- ${words}`];
    expect(theirs?.code).toBeTypeOf('number');
    expect(result.said[place]?.[`ipvsadm ${words}`]).toEqual(theirs);
  });
});

it('loads the module, or lets the kernel do it, where that is possible', () => {
  expect(result.facts).toMatchObject({
    unloaded: true,
    'loaded by vs list': true,
    'loaded by modprobe': true,
  });
  for (const place of ['not loaded', 'not loaded by the kernel'])
    expect(result.said[place]?.['vs list']).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('was another user, without rights to the files, where that is said', () => {
  expect(result.facts).toMatchObject({ 'is another user': true, 'could not change a file of lvskit': true });
});

it('is said by the doctor of a whole host as a fact: a real server need not have IPVS', () => {
  const { stdout } = result.said['doctor without IPVS']?.['vs doctor --json'] ?? {};
  expect(JSON.parse(stdout ?? '')).toMatchObject({ ipvs: false });
});
