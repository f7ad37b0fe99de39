// Random damage to texts: bytes cut, doubled, flipped, and words of the language put where they do not belong.
// Truth: none; the tests say what must hold whatever befell a text.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

const folder = join(import.meta.dirname, '../fixtures/seeds');

/** Configurations as people write them; with LVSKIT_CORPUS the small ones of that collection as well. */
export const seeds: readonly Buffer[] = [
  folder,
  ...(process.env['LVSKIT_CORPUS'] === undefined ? [] : [join(process.env['LVSKIT_CORPUS'], 'conf')]),
]
  .flatMap(from => readdirSync(from).map(name => join(from, name)))
  .filter(path => path.endsWith('.conf'))
  .map(path => readFileSync(path))
  .filter(({ length }) => length < 20_000);

const words = readdirSync(folder)
  .filter(name => name.endsWith('.conf'))
  .flatMap(name => readFileSync(join(folder, name), 'latin1').split(/\s+/))
  .filter(word => word !== '');

const where = fc.nat(1_000_000);
const signs = [
  '{',
  '}',
  '"',
  "'",
  '$X=1',
  '$X',
  '${X}',
  '@a ',
  '@^a ',
  '~LST',
  '~SEQ(A,1,9)',
  '#',
  '!',
  '\n',
  '\\',
];
const pieces = fc.oneof(
  fc.constantFrom(...words, ...signs),
  fc.constantFrom('include /etc/main.conf\n', 'include /etc/other.conf\n', 'include no*\n'),
  fc.constantFrom('\0', '\r', '\r\n', '\uFEFF', '\\\n', '-1', '99999999999999999999'),
  fc.uint8Array({ maxLength: 12 }).map(bytes => Buffer.from(bytes).toString('latin1')),
);

const from = where;
export const damage = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), from, length: fc.nat(200) }),
  fc.record({ kind: fc.constant('insert' as const), from, text: pieces }),
  fc.record({ kind: fc.constant('double' as const), from, length: fc.nat(400), to: where }),
  fc.record({ kind: fc.constant('end' as const), from }),
  fc.record({ kind: fc.constant('flip' as const), from, mask: fc.integer({ min: 1, max: 255 }) }),
);

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

/** The text (one character per byte) after it. */
export function damaged(before: string, what: Damage): string {
  const at = what.from % (before.length + 1);
  switch (what.kind) {
    case 'cut':
      return before.slice(0, at) + before.slice(at + what.length);
    case 'insert':
      return before.slice(0, at) + what.text + before.slice(at);
    case 'double': {
      const to = what.to % (before.length + 1);
      return before.slice(0, to) + before.slice(at, at + what.length) + before.slice(to);
    }
    case 'end':
      return before.slice(0, at);
    case 'flip': {
      const code = (before.charCodeAt(at) ^ what.mask) & 0xff;
      return at < before.length
        ? before.slice(0, at) + String.fromCharCode(code) + before.slice(at + 1)
        : before;
    }
  }
}

/** Seconds a file of tests may take; more than the default one is a night's run, with new texts each time. */
export const budget = Number(process.env['LVSKIT_FUZZ_SECONDS'] ?? 8);
const isNight = budget > 8;

/** What `fc.assert` is to do with its share of the budget. A failure prints its seed: LVSKIT_FUZZ_SEED repeats it. */
export const limits = (share: number, runsByDay: number) => ({
  seed: Number(process.env['LVSKIT_FUZZ_SEED'] ?? (isNight ? Date.now() % 2_147_483_647 : 20_261_121)),
  numRuns: isNight ? 100_000_000 : runsByDay,
  interruptAfterTimeLimit: budget * 1000 * share,
  markInterruptAsFailure: false,
});
