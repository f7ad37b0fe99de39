// Each keyword that claims to be acted on feeds a typed field that a machine, the daemon, its processes or host/ read.
// Truth: the compiler's own resolution of every property read in those modules (field-readers.ts).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../../src/core/conf/index.ts';
import { fedBy } from '../../../src/core/conf/keywords/catalogue.ts';
import { type FieldReaders, readFieldReaders } from './field-readers.ts';

const conf = join(import.meta.dirname, '../../../src/core/conf');
let readers: FieldReaders;
beforeAll(() => {
  readers = readFieldReaders();
}, 120_000);

/** Why a keyword has no effect through what it feeds; undefined where it has one. */
function fault(name: string, fed: string): string | undefined {
  if (fed.startsWith('conf: ')) {
    const file = fed.slice('conf: '.length);
    return readFileSync(join(conf, file), 'utf8').includes(name.replace(/[^\w-].*|\W$/, ''))
      ? undefined
      : `${file} does not mention it`;
  }
  const places = readers.of(fed);
  if (places === undefined) return `there is no field ${fed}`;
  return places.length === 0 ? `nobody reads ${fed}` : undefined;
}

const own = catalogue.flatMap(({ path, keywords }) =>
  keywords.filter(({ kind }) => kind !== 'block').map(keyword => ({ path, keyword })),
);

describe('acted', () => {
  it('is a keyword only if somebody reads what it feeds', () => {
    const wrong = own
      .filter(({ keyword }) => keyword.acted)
      .flatMap(({ path, keyword: { name } }) => {
        const fed = fedBy(path, name);
        if (fed.length === 0) return [`${path} ${name}: it says no field that it feeds`];
        return fed.flatMap(each => {
          const why = fault(name, each);
          return why === undefined ? [] : [`${path} ${name}: ${why}`];
        });
      });
    expect(wrong).toEqual([]);
  });
});
