// The part of JSON Schema that the published schema uses, so that the schema itself can be tried; other words are refused.
// Truth: JSON Schema draft 2020-12, core and validation vocabularies.

type Schema = Readonly<Record<string, unknown>>;

const spoken = new Set([
  '$schema',
  '$ref',
  '$defs',
  'title',
  'description',
  'deprecated',
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'anyOf',
  'enum',
  'minimum',
  'maximum',
  'minProperties',
  'maxProperties',
]);

/** Paths at which the value is not what the schema wants; for alternatives, of the alternative that got deepest. */
export function violations(root: Schema, value: unknown): readonly string[] {
  return check(root, root, value, '');
}

function typeOf(value: unknown): readonly string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value];
}

function resolve(root: Schema, reference: string): Schema {
  const steps = reference.split('/').slice(1);
  const found = steps.reduce<unknown>(
    (at, step) => (at as Schema)[step.replaceAll('~1', '/').replaceAll('~0', '~')],
    root,
  );
  if (found === undefined) throw new RangeError(`${reference} leads nowhere`);
  return found as Schema;
}

function check(root: Schema, schema: Schema, value: unknown, at: string): readonly string[] {
  for (const word of Object.keys(schema)) {
    if (!spoken.has(word)) throw new RangeError(`the validator does not know ${word}`);
  }
  const wrong: string[] = [];
  const fail = (what: string) => wrong.push(`${at}: ${what}`);
  if (typeof schema['$ref'] === 'string')
    wrong.push(...check(root, resolve(root, schema['$ref']), value, at));
  const types = schema['type'] === undefined ? undefined : [schema['type']].flat();
  if (types !== undefined && !typeOf(value).some(type => types.includes(type))) fail(`is no ${types}`);
  if (Array.isArray(schema['enum']) && !schema['enum'].includes(value)) fail('is none of the words');
  if (typeof value === 'number') {
    if (value < Number(schema['minimum'] ?? value)) fail('is too small');
    if (value > Number(schema['maximum'] ?? value)) fail('is too large');
  }
  if (Array.isArray(value) && schema['items'] !== undefined) {
    for (const [index, item] of value.entries())
      wrong.push(...check(root, schema['items'] as Schema, item, `${at}[${index}]`));
  }
  if (typeOf(value)[0] === 'object') wrong.push(...checkObject(root, schema, value as Schema, at));
  if (Array.isArray(schema['anyOf'])) {
    const tries = schema['anyOf'].map(inner => check(root, inner as Schema, value, at));
    const deepest = (list: readonly string[]) => Math.max(...list.map(text => text.length));
    if (!tries.some(list => list.length === 0))
      wrong.push(...tries.reduce((best, list) => (deepest(list) > deepest(best) ? list : best)));
  }
  return wrong;
}

function checkObject(root: Schema, schema: Schema, value: Schema, at: string): readonly string[] {
  const wrong: string[] = [];
  const size = Object.keys(value).length;
  if (size < Number(schema['minProperties'] ?? 0) || size > Number(schema['maxProperties'] ?? size))
    wrong.push(`${at}: has ${size} keys`);
  for (const name of (schema['required'] ?? []) as readonly string[])
    if (!Object.hasOwn(value, name)) wrong.push(`${at}: lacks ${name}`);
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  for (const [name, inner] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known !== undefined) wrong.push(...check(root, known, inner, `${at}.${name}`));
    else if (schema['additionalProperties'] === false) wrong.push(`${at}: ${name} is unknown`);
  }
  return wrong;
}
