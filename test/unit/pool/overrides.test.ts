// Weights of an operator: in force at once, counted for the quorum, named as a difference from the file, ended by a reload.
// Truth: docs/status.md; the plan of the whole table (ipvs/plan.ts).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordSchemas } from '../../../src/core/control/index.ts';
import {
  type CheckerProcessEffect,
  type CheckerProcessInput,
  checkerRecordOf,
  createCheckerProcess,
  driftOf,
  stepCheckerProcess,
} from '../../../src/core/daemon/index.ts';
import { servicesOf } from '../../../src/core/ipvs/index.ts';
import { desiredServices } from '../../../src/core/pool/index.ts';
import { faultIn } from '../../../src/core/schema.ts';
import { instant } from '../../../src/core/time.ts';
import { loadText } from '../conf/load-text.ts';

const server = (n: number) => `real_server 10.0.1.${n} 80 {\n weight ${n}\n TCP_CHECK {\n retry 0\n }\n }\n`;
const file = (more = '') =>
  `virtual_server 10.0.0.1 80 {\n lvs_sched wrr\n lvs_method DR\n protocol TCP\n ${more}\n${server(1)}${server(2)}${server(3)}}\n`;
const service = 'tcp 10.0.0.1 80';

class Site {
  readonly process = createCheckerProcess();
  readonly said: string[] = [];
  now = 0;
  constructor(text = file()) {
    this.tell({ kind: 'configure', config: loadText(text).config });
    this.tell({ kind: 'kernel', services: [] });
  }
  tell(input: CheckerProcessInput): readonly CheckerProcessEffect[] {
    const effects = stepCheckerProcess(this.process, input, instant(this.now));
    for (const effect of effects) if (effect.kind === 'log') this.said.push(effect.message);
    return effects;
  }
  override(n: number, weight: number | undefined) {
    return this.tell({
      kind: 'override-weight',
      virtualServer: service,
      realServer: `10.0.1.${n} 80`,
      weight,
    });
  }
  /** `1:1 2:2 3:3`: what the kernel holds. */
  get held(): string {
    const [only] = servicesOf(this.process.table ?? new Map());
    return (only?.destinations ?? [])
      .map(({ address, weight }) => `${address.slice(-1)}:${weight}`)
      .toSorted()
      .join(' ');
  }
  get differences(): readonly string[] {
    const found = checkerRecordOf(this.process, 'drift');
    return found?.kind === 'drift' ? found.record.differences : [];
  }
}

describe('a weight of an operator', () => {
  it('is in force at once with one request, and named as a difference', () => {
    const site = new Site();
    const effects = site.override(2, 0);
    expect(effects.filter(({ kind }) => kind === 'program')).toMatchObject([
      { operations: [{ kind: 'edit-destination' }] },
    ]);
    expect(site.held).toBe('1:1 2:0 3:3');
    expect(site.differences).toEqual(['10.0.1.2:80 of tcp 10.0.0.1:80 has weight 0 (file: 2)']);
    expect(site.said.at(-1)).toBe(
      'Real server 10.0.1.2:80 of [10.0.0.1]:tcp:80: an operator gives it weight 0 until the next reload (file: 2)',
    );
    expect(checkerRecordOf(site.process, `server ${service}\n10.0.1.2 80`)?.record).toMatchObject({
      state: 'up',
      weight: { configured: 2, inForce: 0, override: 0 },
    });
  });
  it('is given back to the file', () => {
    const site = new Site();
    site.override(2, 9);
    site.override(2, undefined);
    expect(site.held).toBe('1:1 2:2 3:3');
    expect(site.differences).toEqual([]);
  });
  it('counts for the quorum', () => {
    const site = new Site(file('quorum 4'));
    site.override(3, 0);
    expect(site.said).toContain('Virtual server [10.0.0.1]:tcp:80: Lost quorum 4-0=4 > 3');
    expect(checkerRecordOf(site.process, `service ${service}`)?.record).toMatchObject({
      state: 'down',
      sum: 3,
    });
  });
  it('of what does not exist changes nothing', () => {
    const site = new Site();
    expect(site.override(9, 1)).toEqual([]);
    expect(site.tell({ kind: 'override-weight', virtualServer: 'x', realServer: 'y', weight: 1 })).toEqual(
      [],
    );
  });
  it('ends with a reload, which says so', () => {
    const site = new Site();
    site.override(1, 50);
    site.tell({ kind: 'configure', config: loadText(file()).config });
    expect(site.held).toBe('1:1 2:2 3:3');
    expect(site.differences).toEqual([]);
    expect(site.said).toContain(
      'Real server 10.0.1.1:80 of [10.0.0.1]:tcp:80: the reload ends the weight 50 that an operator gave it',
    );
  });
});

it('whatever happens, records are as their schemas say, the table is what is wanted, and a reload leaves no difference', () => {
  const move = fc.oneof(
    fc.record({
      kind: fc.constant('override' as const),
      n: fc.integer({ min: 1, max: 3 }),
      weight: fc.constantFrom(undefined, 0, 1, 7),
    }),
    fc.record({ kind: fc.constant('verdict' as const), n: fc.nat(2), up: fc.boolean() }),
    fc.record({
      kind: fc.constant('reload' as const),
      more: fc.constantFrom('', 'quorum 3', 'sorry_server 10.0.9.9 80', 'inhibit_on_failure'),
    }),
  );
  let overrides = 0;
  fc.assert(
    fc.property(fc.array(move, { maxLength: 30 }), moves => {
      const site = new Site();
      const { process } = site;
      for (const each of moves) {
        site.now += 10_000_000;
        if (each.kind === 'override') site.override(each.n, each.weight);
        else if (each.kind === 'reload')
          site.tell({ kind: 'configure', config: loadText(file(each.more)).config });
        else {
          const id = [...process.checkers.keys()][each.n] ?? '';
          site.tell({ kind: 'check-now', checkers: [id] });
          site.tell({ kind: 'wake' });
          const failure = { kind: 'failed', reason: 'x', errno: undefined, local: false } as const;
          site.tell({
            kind: 'check',
            checker: id,
            input: each.up ? { kind: 'connected', nonce: 1 } : failure,
          });
        }
        overrides += process.pool.overridden.size;
        const [held] = servicesOf(process.table ?? new Map());
        const [wanted] = desiredServices(process.pool, service);
        expect(new Set(held?.destinations.map(({ address, weight }) => `${address} ${weight}`))).toEqual(
          new Set(wanted?.destinations.map(({ address, weight }) => `${address} ${weight}`)),
        );
        for (const key of [...process.pool.news.changed, ...process.news.changed, ...process.news.counted]) {
          const found = checkerRecordOf(process, key);
          if (found !== undefined)
            expect(faultIn(recordSchemas[found.kind], found.record, key)).toBeUndefined();
        }
      }
      site.tell({ kind: 'configure', config: loadText(file()).config });
      expect(driftOf(process)).toEqual([]);
    }),
    { numRuns: 150, seed: 11 },
  );
  expect(overrides).toBeGreaterThan(100);
});
