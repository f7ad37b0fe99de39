// Tables of all that a kernel keeps come back from their export; the doctor finds what was staged, and its commands mend it; the boot files
// do what Debian's package does; a watch sets drift right.
// Spec: a real kernel, read by netlink and by ipvsadm 1.31 (ipvs-tables-lab.ts).
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime } from '../lab/run-program.ts';
import { schemaFaults } from './ipvs-schema.ts';
import type { LabResult } from './ipvs-tables-lab.ts';

let lab: LabResult;
beforeAll(async () => {
  lab = await labResult<LabResult>({ script: 'test/kernel/ipvs-tables-lab.ts' });
}, labTime);

describe('tables drawn from the ranges of the kernel', () => {
  it('are taken by it', () => {
    expect(lab.refused).toEqual([]);
    expect(lab.rounds.tables).toBe(60);
    expect(lab.rounds.servers).toBeGreaterThan(200);
  });
  it('come back from YAML and JSON', () => expect(lab.lost).toEqual([]));
  it('hold what ipvsadm cannot say', () => expect(lab.odd).toContain('gue:6080:(null)'));
});

describe('vs doctor', () => {
  const byCommand = [
    ...['real-server-arp', 'ip-forward', 'send-redirects', 'rp-filter', 'vs-conntrack'],
    ...['expire-nodest-conn', 'expire-quiescent-template', 'conn-reuse-mode', 'sloppy-tcp'],
  ];
  const byHand = [
    ...['no-server', 'port-zero', 'shadowed-by-mark', 'vip-not-held', 'nat-way-back', 'tunnel-mtu'],
  ];
  it.each([...byCommand, ...byHand, 'orphaned-connections'])('finds %s where it was staged', rule =>
    expect(lab.found.staged).toContain(rule),
  );
  it.each(byCommand)('names the command that ends %s', rule => expect(lab.found.mended).not.toContain(rule));
  it.each(byHand)('goes on finding %s, which no setting mends', rule =>
    expect(lab.found.mended).toContain(rule),
  );
});

describe('vs boot', () => {
  const rules = '-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.1.1:80 -m -w 1\n';
  const more = `${rules}-A -t 10.0.0.2:80 -s wlc\n`;
  const both = ['backup doca0 7', 'master doca0 7'];
  it.each([
    ['start', { exit: 0, table: rules, daemons: both }],
    [
      'start again',
      { exit: 0, table: rules, daemons: both, text: expect.stringContaining('Nothing to do.') },
    ],
    ['stop', { exit: 0, table: '', daemons: [] }],
    ['stop again', { exit: 0, table: '', text: expect.stringContaining('is not saved') }],
    [
      'start on a wrong interface',
      {
        ...{ exit: 1, table: more, daemons: both },
        text: expect.stringContaining('master daemon: nosuch0: no such interface'),
      },
    ],
    ['start after stop', { exit: 0, table: more, daemons: both }],
    ['reload of empty rules', { exit: 0, table: more, text: expect.stringContaining('left as it is') }],
    [
      'bad settings',
      { exit: -1, table: more, daemons: both, text: expect.stringContaining(':1: error: AUTO must be') },
    ],
    ['stop without AUTO', { exit: 0, table: more, daemons: [] }],
    ['start with refused rules', { exit: -1, table: more, daemons: both }],
  ])('%s', (name, expected) => expect(lab.boot[name]).toMatchObject(expected));
  it('saves at stop what was added meanwhile', () => expect(lab.boot['saved']).toBe(more));
  it('keeps the rules at a second stop', () => expect(lab.boot['saved again']).toBe(more));
});

describe('vs apply --watch', () => {
  it('was held against a table that another program had changed', () =>
    expect(lab.watch.drifted).toBe('-A -u 10.0.0.9:53 -s wlc\n'));
  it('keeps the table when the file is emptied', () =>
    expect(lab.watch.kept).toContain('-r 10.0.1.2:80 -m -w 2'));
  it('tells each drift as one line of its schema, and ends with 0', () => {
    const lines = lab.watch.output.split('\n');
    expect(lines.pop()).toBe('0');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(schemaFaults(JSON.parse(line))).toEqual([]);
  });
});
