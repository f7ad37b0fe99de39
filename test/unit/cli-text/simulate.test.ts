// `lvskit vrrp simulate` as people call it: text, JSON, picture, scenario files and what is wrong with them.
// Truth: docs/simulate.md.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../../lab/bundle.mjs';

const folder = mkdtempSync(join(tmpdir(), 'lvskit-simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const conf = (priority: number) =>
  `vrrp_instance V {\n interface eth0\n virtual_router_id 51\n priority ${priority}\n virtual_ipaddress {\n 10.0.0.100/24\n }\n}\n`;
const one = write('lb1.conf', conf(150));
const other = write('lb2.conf', conf(100));

const run = (...words: readonly string[]) =>
  spawnSync(process.execPath, [join(root, 'bin', 'run.js'), 'vrrp', 'simulate', ...words], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });

describe('lvskit vrrp simulate', () => {
  it('plays the standard scenarios and ends with 0 where each has one MASTER', () => {
    const { stdout, stderr, status } = run(one, other);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^lb1 loses power, then lb1 boots\n {2}✓ V: lb2 takes over from lb1 after 3\.\d+ s;/m,
    );
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });

  it('says the same in JSON, whoever asks again', () => {
    const [first, second] = [run(one, other, '--json'), run(one, other, '--json')];
    expect(first.stdout).toBe(second.stdout);
    const { scenarios } = JSON.parse(first.stdout);
    const power = scenarios.find(({ title }: { title: string }) => title === 'lb1 loses power');
    expect(power.routers[0]).toMatchObject({
      vrid: 51,
      before: { masters: ['lb1'] },
      during: { masters: ['lb2'], nodes: { lb1: { state: null } } },
      after: { masters: ['lb1'] },
    });
  });

  it('plays a scenario from a file and draws it', () => {
    const scenario = write(
      'friday.yaml',
      'until: 30\nactions:\n- {at: 5, node: lb1, do: power-off}\n- {at: 15, node: lb1, do: boot}\n',
    );
    const svg = join(folder, 'friday.svg');
    const { stdout, status } = run(one, other, '--scenario', scenario, '--svg', svg);
    expect(status).toBe(0);
    expect(stdout).toContain('5.000 s  ▼ lb1: power-off');
    expect(stdout).toMatch(/MASTER is lb1 from 3\.\d+ s, lb2 from 8\.\d+ s, lb1 from/);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [^>]*>[\s\S]*lb2[\s\S]*<\/svg>\n$/);
  });

  it('overwrites its own picture, and no other file', () => {
    const svg = join(folder, 'again.svg');
    expect([run(one, other, '--svg', svg).status, run(one, other, '--svg', svg).status]).toEqual([0, 0]);
    const { status, stderr } = run(one, '--svg', other);
    expect([status, stderr]).toEqual([2, expect.stringContaining('lb2.conf is there and is not an SVG')]);
    expect(readFileSync(other, 'utf8')).toBe(conf(100));
  });

  it('ends with 1 where two stay MASTER', () => {
    const apart = write(
      'apart.yaml',
      'until: 30\nactions:\n- {at: 10, do: partition, islands: [[lb1], [lb2]]}\n',
    );
    const { stdout, status } = run(one, other, '--scenario', apart);
    expect(status).toBe(1);
    expect(stdout).toMatch(/at the end lb1 and lb2 are/);
  });

  it('names every place where a scenario is wrong', () => {
    const wrong = write(
      'wrong.yaml',
      'until: 30\nidle: [lb9]\nactions:\n- {at: 5, node: lb3, do: boot}\n- {at: -1, node: lb1, do: kill}\n- {at: 1, do: explode}\n- {at: 1, node: lb1, do: link, interface: eth7, state: up}\n',
    );
    const { stderr, status } = run(one, other, '--scenario', wrong);
    expect(status).toBe(5);
    expect(stderr).toContain("wrong.yaml:4:3: error: no node is called 'lb3'; there are lb1, lb2");
    expect(stderr).toContain('wrong.yaml:5:3: error: action.at must be at least 0');
    expect(stderr).toContain('wrong.yaml:6:3: error: do must be one of power-off,');
    expect(stderr).toContain("wrong.yaml:7:3: error: lb1 has no interface 'eth7'; it has eth0");
    expect(stderr).toContain("no node is called 'lb9'");
  });

  it.each([
    ['', 'scenario must be an object'],
    ['- 1\n', 'scenario must be an object'],
    ['until: 5\n', 'actions must be a list'],
    ['until: 5\nactions: [7]\n', 'an action is a mapping'],
    ['actions: []\n', 'scenario.until is missing'],
    ['until: 1e9\nactions: []\n', 'until must be at least 0 and at most 604800'],
    ['{\n', 'error:'],
  ])('refuses %j as a scenario', (text, message) => {
    const { stderr, status } = run(one, other, '--scenario', write('odd.yaml', text));
    expect([status, stderr]).toEqual([5, expect.stringContaining(message)]);
  });

  it('refuses files that are missing, refused, or have no instance', () => {
    expect(run(join(folder, 'none.conf')).status).toBe(6);
    const broken = run(write('broken.conf', 'vrrp_instance V {\n'), other);
    expect([broken.status, broken.stderr]).toEqual([5, expect.stringContaining('broken.conf:1:')]);
    const empty = run(write('empty.conf', 'global_defs {\n}\n'));
    expect([empty.status, empty.stderr]).toEqual([5, expect.stringContaining('nothing to simulate')]);
    expect(run(one, '--scenario', join(folder, 'none.yaml')).status).toBe(6);
    expect(run(one, other, '--svg', join(folder, 'no', 'where.svg')).status).toBe(6);
    expect(run().status).toBe(2);
  });

  it('shows the worst outcome of a scenario first', () => {
    const two = (priority: number) =>
      `vrrp_script chk {\n script "/bin/true"\n interval 1\n weight -2\n}\n${conf(priority)}${conf(priority)
        .replace('V {', 'W {\n track_script {\n chk\n }')
        .replace('_id 51', '_id 52')
        .replace('.100/', '.101/')}`;
    const { stdout } = run(write('w1.conf', two(150)), write('w2.conf', two(100)));
    expect(stdout).toContain(
      'script chk fails on w1, then it succeeds again\n  ! W: stays with w1: w1 has 148, w2 has 100\n  ✓ V: stays with w1\n',
    );
  });

  it('counts what the sync group tracks for its members', () => {
    const grouped = (priority: number) =>
      `vrrp_script chk {\n script "/bin/true"\n interval 1\n weight -2\n}\nvrrp_sync_group G {\n group {\n V\n }\n track_script {\n chk\n }\n sync_group_tracking_weight\n}\n${conf(priority)}`;
    const { stdout } = run(write('g1.conf', grouped(150)), write('g2.conf', grouped(100)));
    expect(stdout).toContain(
      'script chk fails on g1, then it succeeds again\n  ! V: stays with g1: g1 has 148, g2 has 100\n',
    );
  });

  it('asks for names where two nodes would have the same', () => {
    const twice = run(`a=${one}`, `a=${other}`);
    expect([twice.status, twice.stderr]).toEqual([
      2,
      expect.stringContaining("two nodes would be called 'a'"),
    ]);
  });
});
