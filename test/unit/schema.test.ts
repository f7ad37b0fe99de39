// Our judge of records says what ajv says of the published form; a fault names its place.
// Truth: JSON Schema 2020-12 as ajv reads it.
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bounded, faultIn, jsonSchema, mapInstants, type Schema } from '../../src/core/schema.ts';

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 4 },
    state: { type: 'string', enum: ['up', 'down'] },
    weight: { type: 'integer', minimum: 0, maximum: 255 },
    latency: { type: 'number', minimum: 0 },
    here: { type: 'boolean' },
    list: { type: 'array', items: { type: 'integer' }, maxItems: 2 },
    counters: { type: 'counters', names: ['a', 'b'] },
  },
  optional: ['weight', 'list'],
} as const satisfies Schema;

const good = { name: 'x', state: 'up', latency: 0.5, here: true, counters: { a: 1, b: 2 } };

it.each([
  [{ ...good, name: 'longer' }, 'value.name must have at most 4 characters'],
  [{ ...good, state: 'x' }, 'value.state must be one of up, down (got "x")'],
  [{ ...good, weight: 1.5 }, 'value.weight must be an integer (got 1.5)'],
  [{ ...good, weight: 256 }, 'value.weight must be at least 0 and at most 255 (got 256)'],
  [{ ...good, latency: Number.NaN }, 'value.latency must be a number (got null)'],
  [{ ...good, here: 1 }, 'value.here must be true or false (got 1)'],
  [{ ...good, list: [1, 2, 3] }, 'value.list must have at most 2 entries (got 3)'],
  [{ ...good, list: [1, 'x'] }, 'value.list[1] must be an integer (got "x")'],
  [{ ...good, counters: { a: 1 } }, 'value.counters.b must be a count (got undefined)'],
  [{ ...good, more: 1 }, 'value has no property "more"'],
  [{ ...good, name: undefined }, 'value.name must be a string (got undefined)'],
  [{ state: 'up' }, 'value.name is missing'],
  [[], 'value must be an object (got [])'],
  [null, 'value must be an object (got null)'],
])('%j: %s', (value, fault) => {
  expect(faultIn(schema, value)).toBe(fault);
});

it('takes what has everything that it must have', () => {
  expect(faultIn(schema, good)).toBeUndefined();
  expect(faultIn(schema, { ...good, weight: 0, list: [] })).toBeUndefined();
});

it('agrees with ajv about any value', () => {
  const published = new Ajv2020({ strict: true }).compile(jsonSchema(schema));
  const field = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.integer({ min: -1, max: 300 }),
    fc.boolean(),
    fc.constant(null),
  );
  const counters = fc.record(
    { a: fc.integer({ min: -1, max: 3 }), b: fc.nat(3), c: fc.nat(3) },
    { requiredKeys: ['b'] },
  );
  const value = fc.record(
    {
      name: fc.string({ maxLength: 6 }),
      state: fc.constantFrom('up', 'down', 'x'),
      weight: field,
      latency: fc.double({ min: -1, max: 2, noNaN: true }),
      here: fc.oneof(fc.boolean(), field),
      list: fc.array(fc.integer(), { maxLength: 3 }),
      counters,
      more: field,
    },
    { requiredKeys: [] },
  );
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        value,
        fc.record({
          ...Object.fromEntries(
            Object.keys(good).map(key => [key, fc.constant(good[key as keyof typeof good])]),
          ),
          counters,
        }),
      ),
      each => {
        const ours = faultIn(schema, each) === undefined;
        if (ours) accepted++;
        expect(ours).toBe(published(each));
      },
    ),
    { numRuns: 500, seed: 7 },
  );
  expect(accepted).toBeGreaterThan(10);
});

it('replaces instants wherever the schema has them', () => {
  const timed = {
    type: 'object',
    properties: {
      at: { type: 'instant' },
      list: {
        type: 'array',
        items: { type: 'object', properties: { at: { type: 'instant' } }, optional: [] },
        maxItems: 9,
      },
    },
    optional: [],
  } as const satisfies Schema;
  expect(mapInstants(timed, { at: 1, list: [{ at: 2 }] }, at => `t${at}`)).toEqual({
    at: 't1',
    list: [{ at: 't2' }],
  });
});

it('cuts texts of peers to their bound', () => {
  expect(bounded('x'.repeat(5_000))).toHaveLength(1_000);
  expect(bounded('short')).toBe('short');
});
