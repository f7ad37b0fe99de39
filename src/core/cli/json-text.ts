// JSON as a value with the line and column of everything that is wrong with the text: the syntax, keys that appear twice.
// Spec: RFC 8259. JSON.parse keeps the last of two equal keys and says of an error what its engine likes.

export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export interface TextProblem extends TextPlace {
  readonly message: string;
}

/** A document's value, what is wrong with its text, and where its parts are. */
export interface DocumentText {
  /** Undefined where the text has problems. */
  readonly value: unknown;
  readonly problems: readonly TextProblem[];
  /** The place of a part, or of the innermost part around it that there is. */
  placeOf(path: readonly (string | number)[]): TextPlace | undefined;
}

/** Deeper than any document of ours; a recursive reader must end before its stack does. */
const deepest = 64;

function placeAt(text: string, offset: number): TextPlace {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

/** Where the text is not JSON; thrown and caught in this file. */
class NotJson extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const space = /[ \t\r\n]*/y;
const words = { true: true, false: false, null: null } as const;

class JsonReader {
  readonly twice: { readonly offset: number; readonly key: string }[] = [];
  private at = 0;
  private readonly text: string;
  /** Told of each part: its path and where its key, or else its value, begins. */
  private readonly seen: (path: readonly (string | number)[], offset: number) => void;
  private readonly path: (string | number)[] = [];

  constructor(text: string, seen: (path: readonly (string | number)[], offset: number) => void) {
    this.text = text;
    this.seen = seen;
  }

  whole(): unknown {
    this.skip();
    const value = this.value();
    this.skip();
    if (this.at < this.text.length) throw this.unexpected('the end of the text');
    return value;
  }

  private skip(): void {
    space.lastIndex = this.at;
    space.test(this.text);
    this.at = space.lastIndex;
  }

  private unexpected(expected: string): NotJson {
    const [next] = this.text.slice(this.at, this.at + 2);
    const found = next === undefined ? 'the text ends' : `found '${next}'`;
    return new NotJson(this.at, `expected ${expected}, ${found}`);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private take(character: string): boolean {
    this.skip();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private value(): unknown {
    const first = this.text[this.at];
    if (this.path.length > deepest) throw new NotJson(this.at, `nested more than ${deepest} levels deep`);
    if (first === '{') return this.object();
    if (first === '[') return this.array();
    if (first === '"') return this.string('a string');
    for (const [word, value] of Object.entries(words)) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    const digits = this.match(number);
    if (digits === undefined) throw this.unexpected('a value');
    return Number(digits);
  }

  private string(expected: string): string {
    const quoted = this.match(string);
    if (quoted !== undefined) return JSON.parse(quoted) as string;
    if (this.text[this.at] !== '"') throw this.unexpected(expected);
    throw new NotJson(this.at, 'the string is not closed, or holds a control character or an unknown escape');
  }

  private object(): unknown {
    const fields: Record<string, unknown> = {};
    this.at++;
    if (this.take('}')) return fields;
    do {
      this.skip();
      const start = this.at;
      const key = this.string('a key in double quotes');
      if (Object.hasOwn(fields, key)) this.twice.push({ offset: start, key });
      if (!this.take(':')) throw this.unexpected("':'");
      this.path.push(key);
      this.seen(this.path, start);
      this.skip();
      // __proto__ is a key like any other.
      Object.defineProperty(fields, key, { value: this.value(), enumerable: true, configurable: true });
      this.path.pop();
    } while (this.take(','));
    if (!this.take('}')) throw this.unexpected("',' or '}'");
    return fields;
  }

  private array(): unknown {
    const items: unknown[] = [];
    this.at++;
    if (this.take(']')) return items;
    do {
      this.skip();
      this.path.push(items.length);
      this.seen(this.path, this.at);
      items.push(this.value());
      this.path.pop();
    } while (this.take(','));
    if (!this.take(']')) throw this.unexpected("',' or ']'");
    return items;
  }
}

const keyOf = (path: readonly (string | number)[]): string => JSON.stringify(path);

/** Where the innermost known part around each path is: the text is read once more, which only a document with problems needs. */
function locate(text: string, path: readonly (string | number)[]): TextPlace {
  const wanted = new Map(path.map((_, length) => [keyOf(path.slice(0, length + 1)), length + 1]));
  let best = { length: 0, offset: Math.max(0, text.search(/\S/)) };
  const depths = path.length;
  new JsonReader(text, (at, offset) => {
    if (at.length > depths || at.length <= best.length) return;
    const length = wanted.get(keyOf(at));
    if (length !== undefined) best = { length, offset };
  }).whole();
  return placeAt(text, best.offset);
}

export function readJsonText(text: string): DocumentText {
  const reader = new JsonReader(text, () => {});
  const problemAt = (offset: number, message: string): TextProblem => ({ ...placeAt(text, offset), message });
  const problems: TextProblem[] = [];
  let value: unknown;
  try {
    value = reader.whole();
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    problems.push(problemAt(error.offset, error.message));
  }
  for (const { offset, key } of reader.twice)
    problems.push(problemAt(offset, `the key '${key}' appears twice`));
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return {
    value: problems.length > 0 ? undefined : value,
    problems,
    placeOf: path => (problems.length > 0 ? undefined : locate(text, path)),
  };
}
