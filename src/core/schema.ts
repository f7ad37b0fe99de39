// Schemas of records that leave their process: written once as data, from which the type, the judge and the published JSON schema follow.
// Spec: a subset of JSON Schema 2020-12 (type, properties, required, items, enum, maxLength, maxItems, minimum, maximum). Floor 0.

export type Schema =
  | TextSchema
  | {
      readonly type: 'integer' | 'number';
      readonly minimum?: number;
      readonly maximum?: number;
      readonly unit?: 'seconds' | 'bytes';
    }
  | { readonly type: 'boolean' }
  /** Microseconds on the clock of the process that wrote the record; published as a date. */
  | { readonly type: 'instant' }
  | { readonly type: 'array'; readonly items: Schema; readonly maxItems: number }
  | { readonly type: 'counters'; readonly names: readonly string[] }
  | ObjectSchema;

interface TextSchema {
  readonly type: 'string';
  readonly enum?: readonly string[];
  readonly maxLength?: number;
}

interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
  /** Names of the properties that may be absent. */
  readonly optional: readonly string[];
}

type OptionalOf<S extends ObjectSchema> = S['optional'][number] & keyof S['properties'];

/** The type of what a schema describes; `At` is what stands for an instant: a number until it is published, then a text. */
export type ValueOf<S, At = number> = S extends { readonly enum: readonly (infer E)[] }
  ? E
  : S extends { readonly type: 'string' }
    ? string
    : S extends { readonly type: 'integer' | 'number' }
      ? number
      : S extends { readonly type: 'instant' }
        ? At
        : S extends { readonly type: 'boolean' }
          ? boolean
          : S extends { readonly type: 'array'; readonly items: infer I }
            ? readonly ValueOf<I, At>[]
            : S extends { readonly type: 'counters'; readonly names: readonly (infer N extends string)[] }
              ? Readonly<Record<N, number>>
              : S extends ObjectSchema
                ? {
                    readonly [K in Exclude<keyof S['properties'], OptionalOf<S>>]: ValueOf<
                      S['properties'][K],
                      At
                    >;
                  } & { readonly [K in OptionalOf<S>]?: ValueOf<S['properties'][K], At> }
                : never;

/** Longest text of a record: causes may hold what a peer sent. */
export const longestText = 1_000;

/** A text cut to what a schema allows. */
export const bounded = (text: string, length = longestText): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

const show = (value: unknown): string => bounded(JSON.stringify(value) ?? String(value), 40);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Why the value is not what the schema says, with the path to the place; undefined when it is. */
export function faultIn(schema: Schema, value: unknown, path = 'value'): string | undefined {
  return (judges[schema.type] as Judge<Schema>)(schema, value, path);
}

type Judge<S extends Schema> = (schema: S, value: unknown, path: string) => string | undefined;
type Of<T extends Schema['type']> = Extract<Schema, { readonly type: T }>;

function judgeNumber(schema: Of<'integer' | 'number'>, value: unknown, path: string): string | undefined {
  const { type, minimum = -Number.MAX_VALUE, maximum = Number.MAX_VALUE } = schema;
  const fits = type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!fits) return `${path} must be ${type === 'integer' ? 'an integer' : 'a number'} (got ${show(value)})`;
  const inRange = (value as number) >= minimum && (value as number) <= maximum;
  return inRange ? undefined : `${path} must be ${range(schema)} (got ${show(value)})`;
}

const range = ({ minimum, maximum }: Of<'integer' | 'number'>): string =>
  [minimum === undefined ? '' : `at least ${minimum}`, maximum === undefined ? '' : `at most ${maximum}`]
    .filter(part => part !== '')
    .join(' and ');

function judgeObject(
  { properties, optional }: ObjectSchema,
  value: unknown,
  path: string,
): string | undefined {
  if (!isObject(value)) return `${path} must be an object (got ${show(value)})`;
  for (const name of Object.keys(value))
    if (!Object.hasOwn(properties, name)) return `${path} has no property ${show(name)}`;
  for (const [name, schema] of Object.entries(properties)) {
    if (Object.hasOwn(value, name)) {
      const fault = faultIn(schema, value[name], `${path}.${name}`);
      if (fault !== undefined) return fault;
    } else if (!optional.includes(name)) return `${path}.${name} is missing`;
  }
  return undefined;
}

const judges: { readonly [T in Schema['type']]: Judge<Of<T>> } = {
  string({ enum: words, maxLength = longestText }, value, path) {
    if (typeof value !== 'string') return `${path} must be a string (got ${show(value)})`;
    if (words !== undefined && !words.includes(value))
      return `${path} must be one of ${words.join(', ')} (got ${show(value)})`;
    return value.length > maxLength ? `${path} must have at most ${maxLength} characters` : undefined;
  },
  integer: judgeNumber,
  number: judgeNumber,
  boolean: (_, value, path) =>
    typeof value === 'boolean' ? undefined : `${path} must be true or false (got ${show(value)})`,
  instant: (_, value, path) =>
    Number.isFinite(value) ? undefined : `${path} must be a time (got ${show(value)})`,
  array({ items, maxItems }, value, path) {
    if (!Array.isArray(value)) return `${path} must be a list (got ${show(value)})`;
    if (value.length > maxItems) return `${path} must have at most ${maxItems} entries (got ${value.length})`;
    for (const [index, item] of value.entries()) {
      const fault = faultIn(items, item, `${path}[${index}]`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  },
  counters({ names }, value, path) {
    if (!isObject(value)) return `${path} must be an object (got ${show(value)})`;
    const wrong = names.find(name => !Number.isSafeInteger(value[name]) || (value[name] as number) < 0);
    if (wrong !== undefined) return `${path}.${wrong} must be a count (got ${show(value[wrong])})`;
    return Object.keys(value).length === names.length
      ? undefined
      : `${path} has other counters than it should`;
  },
  object: judgeObject,
};

/** A copy with every instant replaced; what the schema says of the rest is taken for granted. */
export function mapInstants(schema: Schema, value: unknown, replace: (instant: number) => unknown): unknown {
  switch (schema.type) {
    case 'instant':
      return replace(value as number);
    case 'array':
      return (value as readonly unknown[]).map(item => mapInstants(schema.items, item, replace));
    case 'object': {
      const copy: Record<string, unknown> = {};
      for (const [name, item] of Object.entries(value as object)) {
        const inner = schema.properties[name];
        copy[name] = inner === undefined ? item : mapInstants(inner, item, replace);
      }
      return copy;
    }
    default:
      return value;
  }
}

/** The published form: instants are dates, counters objects of counts. */
export function jsonSchema(schema: Schema): Readonly<Record<string, unknown>> {
  switch (schema.type) {
    case 'instant':
      return { type: 'string', format: 'date-time' };
    case 'string':
      return schema.enum === undefined
        ? { type: 'string', maxLength: schema.maxLength ?? longestText }
        : { type: 'string', enum: schema.enum };
    case 'array':
      return { type: 'array', items: jsonSchema(schema.items), maxItems: schema.maxItems };
    case 'counters': {
      const each = { type: 'integer', minimum: 0 };
      return {
        type: 'object',
        properties: Object.fromEntries(schema.names.map(name => [name, each])),
        required: schema.names,
        additionalProperties: false,
      };
    }
    case 'object':
      return {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(schema.properties).map(([name, inner]) => [name, jsonSchema(inner)]),
        ),
        required: Object.keys(schema.properties).filter(name => !schema.optional.includes(name)),
        additionalProperties: false,
      };
    case 'integer':
    case 'number': {
      const { type, minimum, maximum } = schema;
      return {
        type,
        ...(minimum === undefined ? {} : { minimum }),
        ...(maximum === undefined ? {} : { maximum }),
        ...(schema.unit === undefined ? {} : { description: schema.unit }),
      };
    }
    case 'boolean':
      return { type: 'boolean' };
  }
}
