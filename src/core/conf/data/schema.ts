// The JSON Schema of a configuration as data, made from the catalogue: one definition a block path, one property a keyword.
// Spec: JSON Schema draft 2020-12; shape.ts says which value a keyword has.

import { catalogue } from '../keywords/catalogue.ts';
import type { Argument, Keyword } from '../keywords/grammar.ts';
import { sentenceFor } from '../keywords/sentences.ts';
import { childPath, reserved, rootPath, shapeOf, startsWithNumber } from './shape.ts';

export type JsonSchema = { readonly [key: string]: unknown };

const refTo = (name: string): JsonSchema => ({
  $ref: `#/$defs/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
});

const text: JsonSchema = { type: ['string', 'number'] };

/** A map of the reserved keys only. */
const closedMap = (properties: JsonSchema, required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** Definitions every block uses. */
const common: JsonSchema = {
  line: {
    description: 'A line as keepalived.conf has it, for what no other value can say, maybe with a block.',
    ...closedMap({ [reserved.line]: { type: 'string' }, [reserved.block]: refTo('ordered') }, [
      reserved.line,
    ]),
  },
  ordered: {
    description: 'A block whose order matters: one keyword a map.',
    type: 'array',
    items: { type: 'object', minProperties: 1, maxProperties: 1 },
  },
  records: {
    description: 'The lines of a block, each as keepalived.conf has it.',
    type: 'array',
    items: { anyOf: [text, refTo('line')] },
  },
  namedRecords: closedMap({ [reserved.name]: text, [reserved.lines]: refTo('records') }, [reserved.lines]),
};

/** The whole schema; the same for the same catalogue. */
export function schemaOfConfiguration(): JsonSchema {
  const blocks = catalogue.filter(({ path }) => !path.startsWith('<'));
  const shared = new Shared(new Set(blocks.map(({ path }) => path)));
  const definitions = blocks.map(({ path, keywords }) => {
    const properties = keywords.map(keyword => [keyword.name, propertyOf(path, keyword, shared)] as const);
    return [path, blockOf(path, Object.fromEntries(properties))] as const;
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'keepalived configuration',
    description: 'A keepalived.conf as lvskit convert gives and takes it in YAML and JSON.',
    ...refTo(rootPath),
    $defs: { ...common, ...shared.definitions, ...Object.fromEntries(definitions) },
  };
}

function blockOf(path: string, keywords: JsonSchema): JsonSchema {
  const named = { description: 'The words behind the keyword of the block.', ...text };
  return {
    type: 'object',
    properties: {
      ...(path === rootPath ? {} : { [reserved.name]: named }),
      [reserved.block]: refTo('ordered'),
      [reserved.other]: { anyOf: [refTo('line'), { type: 'array', items: refTo('line') }] },
      ...keywords,
    },
    additionalProperties: false,
  };
}

/** One value, or a list of them where the keyword comes again. */
function propertyOf(path: string, keyword: Keyword, shared: Shared): JsonSchema {
  const { deprecatedBy } = keyword;
  return {
    ...descriptionOf(path, keyword),
    ...(deprecatedBy === undefined ? {} : { deprecated: true }),
    ...shared.refTo(valueAt(path, keyword, shared)),
  };
}

/** Definitions that many keywords share, each written once under a name that tells what it is. */
class Shared {
  readonly known: ReadonlySet<string>;
  private readonly names = new Map<string, string>();
  readonly definitions: { [name: string]: JsonSchema } = {};

  constructor(known: ReadonlySet<string>) {
    this.known = known;
  }

  /** Refers to the value, its line as written, or a list of these. */
  refTo({ name, anyOf }: Value): JsonSchema {
    const text = JSON.stringify(anyOf);
    let known = this.names.get(text);
    if (known === undefined) {
      known = name in this.definitions ? `${name} (${this.names.size})` : name;
      this.names.set(text, known);
      const one = [...anyOf, refTo('line')];
      this.definitions[known] = { anyOf: [...one, { type: 'array', items: { anyOf: one } }] };
    }
    return refTo(known);
  }
}

interface Value {
  readonly name: string;
  readonly anyOf: readonly JsonSchema[];
}

function descriptionOf(path: string, { name, deprecatedBy, default: fallback, since }: Keyword): JsonSchema {
  const parts = [
    sentenceFor(path, name),
    fallback === undefined ? undefined : `Default: ${fallback}.`,
    deprecatedBy === undefined ? undefined : `Deprecated: ${deprecatedBy}.`,
    since === undefined ? undefined : 'Not known to keepalived 2.2.7.',
  ].filter(part => part !== undefined);
  return parts.length === 0 ? {} : { description: parts.join(' ') };
}

function valueAt(path: string, keyword: Keyword, { known }: Shared): Value {
  const [first] = keyword.arguments;
  const shape = shapeOf(keyword);
  // Optional words may be left out.
  const nothing = first === undefined || first.optional === true ? [{ type: 'null' }] : [];
  const orNothing = (name: string, ...schemas: readonly JsonSchema[]): Value => ({
    name: nothing.length === 0 ? name : `${name} or nothing`,
    anyOf: [...schemas, ...nothing],
  });
  switch (shape) {
    case 'flag':
    case 'boolean':
      return { name: 'boolean value', anyOf: [{ type: 'boolean' }] };
    case 'block': {
      const inner = childPath(path, keyword.name);
      const block = known.has(inner) ? refTo(inner) : { type: 'object' };
      return { name: `${inner} block`, anyOf: [block, { type: 'null' }] };
    }
    case 'lines':
      return { name: 'lines', anyOf: [refTo('records'), refTo('namedRecords')] };
    case 'number':
      return orNothing(rangeOf(first!), numberOf(first!));
    case 'word':
      return first!.type === 'word'
        ? orNothing(`word of ${first!.words.join(', ')}`, wordOf(first!))
        : orNothing('word', text);
    case 'text':
      if (!startsWithNumber(keyword)) return orNothing('words', text);
      return orNothing(`${rangeOf(first!)} and words`, numberOf(first!), { type: 'string' });
  }
}

const rangeOf = (argument: Argument): string =>
  argument.type === 'integer' || argument.type === 'decimal'
    ? `${argument.type} ${argument.min}..${argument.max}`
    : argument.type;

function numberOf(argument: Argument): JsonSchema {
  if (argument.type === 'integer') return { type: 'integer', minimum: argument.min, maximum: argument.max };
  if (argument.type === 'decimal') return { type: 'number', minimum: argument.min, maximum: argument.max };
  return text;
}

/** JSON Schema knows no case that does not count. */
const wordOf = ({ words, ignoreCase }: Extract<Argument, { readonly type: 'word' }>): JsonSchema =>
  ignoreCase === true ? { type: 'string' } : { enum: words };
