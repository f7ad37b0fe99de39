// YAML as a value with the line and column of everything that is wrong with the text, in our own words.
// Spec: YAML 1.2.2 through the package yaml, whose error codes are all named here and whose texts reach nobody.

import {
  type Document,
  type ErrorCode,
  isMap,
  isNode,
  isPair,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import type { DocumentText, TextPlace, TextProblem } from './json-text.ts';

const sentences = {
  ALIAS_PROPS: 'an alias cannot have an anchor or a tag',
  BAD_ALIAS: 'the alias is not written as *NAME or names no anchor above it',
  BAD_COLLECTION_TYPE: 'the tag does not go with this kind of value',
  BAD_DIRECTIVE: 'the % directive is not known',
  BAD_DQ_ESCAPE: 'unknown escape in a double-quoted text',
  BAD_INDENT: 'wrong indentation, or a bracket above is not closed',
  BAD_PROP_ORDER: 'anchors and tags go before the indicator',
  BAD_SCALAR_START: 'a plain text cannot begin with this character: quote it',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping or list cannot begin on the line of a key: put it on the next line',
  BLOCK_IN_FLOW: 'an indented mapping or list cannot be inside { } or [ ]',
  DUPLICATE_KEY: 'the key appears twice in its mapping',
  IMPOSSIBLE: 'this is not YAML',
  KEY_OVER_1024_CHARS: 'a key may have at most 1024 characters',
  MISSING_CHAR: 'a separator or closing character is missing before this place',
  MULTILINE_IMPLICIT_KEY: "a key must be on one line, with ':' behind it",
  MULTIPLE_ANCHORS: 'a value may have only one anchor',
  MULTIPLE_DOCS: 'a second document begins here: only one is allowed',
  MULTIPLE_TAGS: 'a value may have only one tag',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAB_AS_INDENT: 'indentation must be spaces, not tabs',
  TAG_RESOLVE_FAILED: 'unknown tag, or a value that does not fit its tag',
  UNEXPECTED_TOKEN: 'unexpected text here',
} as const satisfies Record<ErrorCode, string>;

export interface YamlText extends DocumentText {
  readonly document: Document.Parsed | undefined;
}

const tooDeep: TextProblem = { line: 1, column: 1, message: sentences.RESOURCE_EXHAUSTION };

/** Levels that nothing a person or program writes for lvskit comes near. */
const deepest = 512;

/** Brackets open at once anywhere, in texts and comments too. */
function bracketsTooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > deepest) return true;
  }
  return false;
}

/** Lines of growing indentation below each other, and `- - -` on one line. */
function blocksTooDeep(text: string): boolean {
  const indents: number[] = [];
  for (const [, indent = '', indicators = ''] of text.matchAll(/^( *)((?:[-?][ \t]+)*)\S/gm)) {
    while ((indents.at(-1) ?? -1) >= indent.length) indents.pop();
    indents.push(indent.length);
    if (indents.length + indicators.replace(/[ \t]/g, '').length > deepest) return true;
  }
  return false;
}

/**
 * The package yaml calls itself for each level. A stack that is full is a RangeError as a rule, but within V8's own code it ends the process
 * (seen in one of six runs).
 */
const isTooDeep = (text: string): boolean => bracketsTooDeep(text) || blocksTooDeep(text);

/** The node of a path's innermost part that there is: its key where it has one. */
function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const part of path) {
    const found: unknown = isMap(node)
      ? node.items.find(
          ({ key }) => isNode(key) && String((key as { value?: unknown }).value) === String(part),
        )
      : isSeq(node) && typeof part === 'number'
        ? node.items[part]
        : undefined;
    const place: unknown = isPair(found) ? found.key : found;
    if (!isNode(place)) break;
    offset = place.range?.[0] ?? offset;
    node = isPair(found) ? found.value : found;
  }
  return offset;
}

/** Reads one document. `mapAsMap`: mappings as Maps in their order. `merge`: `<<` joins mappings. */
export function readYamlText(
  text: string,
  options: { readonly mapAsMap?: boolean; readonly merge?: boolean } = {},
): YamlText {
  const failed = (problems: readonly TextProblem[]): YamlText => ({
    value: undefined,
    problems,
    document: undefined,
    placeOf: () => undefined,
  });
  if (isTooDeep(text)) return failed([tooDeep]);
  const counter = new LineCounter();
  const placeAt = (offset: number): TextPlace => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      lineCounter: counter,
      merge: options.merge ?? false,
      prettyErrors: false,
      // 'silent' would hide a second document.
      logLevel: 'error',
    });
  } catch (error) {
    if (error instanceof RangeError) return failed([tooDeep]);
    throw error;
  }
  const problems: TextProblem[] = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
    ...placeAt(pos[0]),
    message: sentences[code],
  }));
  try {
    visit(document, {
      Alias(_, alias) {
        if (alias.resolve(document) === undefined)
          problems.push({
            ...placeAt(alias.range?.[0] ?? 0),
            message: `the alias *${alias.source} names no anchor above it`,
          });
      },
    });
    if (problems.length > 0) return failed(problems);
    const value: unknown = document.toJS({ mapAsMap: options.mapAsMap ?? false });
    return { value, problems: [], document, placeOf: path => placeAt(offsetOf(document, path)) };
  } catch (error) {
    if (error instanceof RangeError) return failed([tooDeep]);
    // Aliases of aliases of aliases.
    return failed([{ line: 1, column: 1, message: 'its aliases unfold to too much' }]);
  }
}
