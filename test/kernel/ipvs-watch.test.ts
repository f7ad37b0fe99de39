// `vs watch` on pseudo-terminals and pipes beside real traffic.
// Spec: console_codes(4); script(1) and stty(1) saw what reached the terminal and how it was left.
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../lab/built.ts';
import { labResult, labTime } from '../lab/run-program.ts';
import { schemaFaults } from './ipvs-schema.ts';
import type { Ran } from './ipvs-stage.ts';
import type { LabResult } from './ipvs-watch-lab.ts';

let result: LabResult;

beforeAll(async () => {
  ensureBuilt();
  result = await labResult({ script: 'test/kernel/ipvs-watch-lab.ts' });
}, labTime);

function ran(name: string): Ran {
  const found = result[name];
  if (found === undefined) throw new Error(`nothing was noted for ${name}`);
  return found;
}

/** Screens in order: what stands between two returns to the top left corner, without line ends of the terminal. */
const screens = (name: string): string[][] =>
  ran(name)
    .stdout.split('\x1b[H')
    .slice(1)
    .map(screen => (screen.split('\x1b[?25h')[0] ?? '').replaceAll(/\x1b\[[KJ]/g, '').split('\r\n'));

/** A row whose trend does not end at nothing: port 81 has new connections. */
const moves = /^tcp:10\.0\.0\.1:81 .*[▂-█]$/;

const plain = (line: string): string => line.replaceAll(/\x1b\[[0-9;]*m/g, '');

describe('on a terminal', () => {
  it.each(['keys', 'interrupted', 'resized', 'narrow', 'scrolled', 'wide', 'nothing'])(
    'gives the terminal back: %s',
    name => {
      const { code, stdout } = ran(name);
      expect(code).toBe(0);
      expect(stdout.startsWith('\x1b[?1049h\x1b[?25l')).toBe(true);
      // Cursor, screen and line discipline are what they were.
      expect(stdout.endsWith('\x1b[?25h\x1b[?1049lsettings are back\r\n')).toBe(true);
    },
  );

  it('shows rates and trends of what moves', () => {
    const rows = screens('wide').flatMap(screen =>
      screen.filter(line => line.startsWith('tcp:10.0.0.1:81')).map(line => line.split(/ {2,}/)),
    );
    const busiest = Math.max(...rows.map(([, , , perSecond]) => Number(perSecond)));
    const [, , , , packets, bytes, trend] = rows.find(cells => Number(cells[3]) === busiest) ?? [];
    expect(busiest).toBeGreaterThan(0);
    expect(Number(packets)).toBeGreaterThan(busiest);
    expect(bytes).toMatch(/^[\d.]+K?$/);
    // Nothing at first; never more than now.
    expect(trend).toMatch(/^▁[▁-█]*█$/);
  });

  it('sorts by the key that is pressed', () => {
    const sorts = screens('keys').map(screen => /\[\w (\w+)\]/.exec(screen[0] ?? '')?.[1]);
    expect([...new Set(sorts)]).toEqual(['address', 'connections', 'bytes', 'packets', 'active']);
    /** Services at the top of screens in that order on which port 81 has new connections. */
    const tops = (sort: string) =>
      screens('keys')
        .filter((screen, index) => sorts[index] === sort && screen.some(line => moves.test(plain(line))))
        .map(screen => plain(screen[3] ?? '').split(' ')[0]);
    expect(new Set(tops('address'))).toEqual(new Set(['tcp:10.0.0.1:80']));
    expect(new Set(tops('connections'))).toEqual(new Set(['tcp:10.0.0.1:81']));
  });

  it('begins sorted as asked, without colours where NO_COLOR is set', () => {
    const moving = screens('interrupted').filter(screen => screen.some(line => moves.test(line)));
    expect(moving.length).toBeGreaterThan(0);
    for (const screen of moving) {
      expect(screen[0]).toContain('[c connections]');
      expect(screen[3]).toMatch(moves);
    }
    expect(ran('interrupted').stdout).not.toMatch(/\x1b\[\d*m/);
    expect(ran('keys').stdout).toContain('\x1b[1m');
  });

  it('takes the new size of its terminal at once', () => {
    const [first = [], small = [], large = [], ...more] = screens('resized');
    // The key that ends it draws once more.
    expect(more).toEqual([large]);
    const widest = (screen: string[]) => Math.max(...screen.map(line => [...line].length));
    expect(first).toHaveLength(9);
    expect([widest(first) <= 80, widest(small) <= 50]).toEqual([true, true]);
    expect([small.length, small.at(-1)]).toEqual([8, 'lines 1-4 of 6  arrows PgUp PgDn Home End']);
    expect(large).toHaveLength(9);
    // What 80 columns had no room for.
    expect(widest(large)).toBeGreaterThan(80);
  });

  it('fits a small terminal and says what it leaves out', () => {
    for (const screen of screens('narrow')) {
      expect(screen.length).toBeLessThanOrEqual(8);
      for (const line of screen) expect([...line].length).toBeLessThanOrEqual(50);
      expect(screen.at(-1)).toMatch(/^lines \d-\d of 6 /);
      expect(screen[2]).toContain('CONN/s');
    }
  });

  it('scrolls to what has no room, and looks several times a second', () => {
    const positions = screens('scrolled').map(screen => /^lines (\d)-/.exec(screen.at(-1) ?? '')?.[1]);
    expect(new Set(positions)).toEqual(new Set(['1', '2', '3']));
    expect(plain(screens('scrolled').at(-1)?.at(-2) ?? '')).toMatch(/^ +\[2001:/);
    expect(screens('scrolled')[0]?.[0]).toContain('q quit');
  });

  it('says that there are no services', () => {
    expect(screens('nothing')[0]?.at(-1)).toBe('No services.');
  });
});

describe('on a pipe', () => {
  interface Line {
    readonly changes: readonly { action: string; service: string; server?: string }[];
    readonly services: readonly { service: string; connectionsPerSecond: number }[];
  }
  const lines = (name: string) =>
    ran(name)
      .stdout.trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Line);

  it('writes an object a line with rates and changes, and ends by SIGINT', () => {
    const { code, stderr } = ran('piped');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const line of lines('piped')) expect(schemaFaults(line)).toEqual([]);
    const changes = lines('piped').flatMap(line => line.changes);
    expect(changes).toContainEqual(
      expect.objectContaining({ action: 'changed', service: 'tcp:10.0.0.1:80', server: '10.0.1.11:80' }),
    );
    expect(changes).toContainEqual(expect.objectContaining({ action: 'added', service: 'fwmark:7' }));
    const rates = lines('piped').flatMap(line =>
      line.services.filter(one => one.service === 'tcp:10.0.0.1:81').map(one => one.connectionsPerSecond),
    );
    expect(Math.max(...rates)).toBeGreaterThan(0);
  });

  it('ends without a word when its reader goes away', () => {
    expect(ran('reader gone')).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('tables that stand', () => {
  const long = 'tcp:[2001:db8:aaaa:bbbb:cccc:dddd:eeee:1]:65535';
  const lines = (name: string) =>
    (ran(name).stdout.split('settings are back')[0] ?? '').replaceAll('\r', '').trimEnd().split('\n');

  it.each(['vs stats', 'vs rates', 'vs list'])(
    'keep to the width of a terminal and cut nothing: %s',
    words => {
      expect(lines(`${words}, terminal`)).toContain(long);
      for (const line of lines(`${words}, terminal`)) expect(line.length).toBeLessThanOrEqual(80);
    },
  );

  it.each(['vs stats', 'vs rates', 'vs list'])('have a line each on a pipe: %s', words => {
    const rows = lines(`${words}, pipe`);
    expect(rows).toHaveLength(8);
    expect(rows.filter(line => line.startsWith(`${long} `))).toHaveLength(1);
  });

  it('lists a connection a line where they fit', () => {
    expect(lines('conn list, pipe')[0]).toMatch(/^PROTOCOL +STATE +EXPIRES +CLIENT +SERVICE +SERVER/);
    expect(lines('conn list, terminal').length).toBeGreaterThan(1);
    for (const line of lines('conn list, terminal')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

it('writes YAML documents, on a terminal too, and ends by Ctrl-C', () => {
  expect(ran('yaml').stdout).toMatch(/^---\r\nschema: lvskit\/ipvs\/1\r\n/);
  expect(ran('yaml').stdout).toContain('settings are back');
  expect(ran('yaml').code).toBe(0);
});
