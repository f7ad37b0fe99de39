// Each keyword that claims to be acted on feeds a typed field that a machine, the daemon, its processes or host/ read.
// Truth: the compiler's own resolution of every property read in those modules (field-readers.ts).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../../src/core/conf/index.ts';
import { fedBy } from '../../../src/core/conf/keywords/catalogue.ts';
import { defineRecord } from '../../../src/core/conf/model/record-words.ts';
import { type FieldReaders, readFieldReaders } from './field-readers.ts';
import { findings, instanceWith, loadText } from './load-text.ts';

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

  it('is each keyword that feeds what somebody reads', () => {
    // Read to tell instances and rules apart, not to act on it.
    const compared = ['vrrp_instance use_vmac', '<rule-line> track_group'];
    const silent = own
      .filter(({ keyword }) => !keyword.acted)
      .filter(({ path, keyword: { name } }) => {
        const fed = fedBy(path, name);
        return fed.length > 0 && fed.every(each => fault(name, each) === undefined);
      });
    expect(silent.map(({ path, keyword: { name } }) => `${path} ${name}`)).toEqual(compared);
  });
});

describe('what nobody acts on is reported', () => {
  const reported = (text: string) =>
    loadText(text)
      .diagnostics.filter(({ rule }) => rule === 'not-acted-on')
      .map(({ place, message }) => `${place.line}:${place.column} ${message.split(' is read')[0]}`);

  it('use_vmac, encap and track_group in records, at the word', () => {
    const text = instanceWith(
      ' virtual_ipaddress {\n  10.9.9.9/32 use_vmac\n }\n virtual_routes {\n  10.1.0.0/16 dev eth0 encap mpls 5\n }\n',
    );
    expect(reported(text)).toEqual(['9:15 use_vmac of an address', '12:24 encap of a route']);
    expect(
      reported('track_group G {\n group {\n  V\n }\n}\nstatic_ipaddress {\n 10.0.0.9/24 track_group G\n}\n'),
    ).toContain('7:14 track_group of an address');
  });

  it('vrrp_strict, strict_mode, accept and router_id', () => {
    const global = 'global_defs {\n router_id R\n vrrp_strict\n}\n';
    expect(reported(instanceWith(' accept\n strict_mode\n', global))).toEqual([
      '2:2 router_id of global_defs',
      '3:2 vrrp_strict of global_defs',
      '12:2 accept of vrrp_instance',
      '13:2 strict_mode of vrrp_instance',
    ]);
  });
});

describe('the words of a record', () => {
  it('are those of the catalogue, in both directions', () => {
    expect(() => defineRecord('<vsg-line>', {})).toThrow('<vsg-line>: no reader knows the word fwmark');
    expect(() => defineRecord('<vsg-line>', { fwmark: 1, mark: 1 })).toThrow(
      '<vsg-line>: a reader knows mark, which is not catalogued',
    );
  });

  it('oif of a nexthop is unknown, as to keepalived 2.2.7 ("trailing nonsense after nexthops")', () => {
    const text = (word: string) =>
      instanceWith(
        ` virtual_routes {\n  10.1.0.0/16 nexthop via 10.0.0.1 ${word} eth0 nexthop via 10.0.0.2 dev eth0\n }\n`,
      );
    expect(findings(loadText(text('dev')))).not.toContain('9 error unknown-word');
    expect(findings(loadText(text('oif')))).toContain('9 error unknown-word');
  });
});
