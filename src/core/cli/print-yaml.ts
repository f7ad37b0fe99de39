// Plain data as YAML in block style: what `--yaml` and `vs export` print, up to millions of lines.
// Spec: YAML 1.2.2, chapters 6 to 8. The package yaml takes a second and 100 MB for ten thousand services, since it builds nodes that
// could carry comments; it reads, and it writes where comments are kept (ipvs/keep-comments.ts).

type Fields = Readonly<Record<string, unknown>>;

/** Words that mean no text to readers of YAML 1.1 or 1.2. */
const words = /^(?:true|false|yes|no|on|off|y|n|null|inf|nan)$/i;
/** Text that needs no quotes: no indicator, no `: `, no ` #`, nothing a reader takes for a number. */
const plain = /^[A-Za-z](?:[A-Za-z0-9_./()-]|[ ,](?=[A-Za-z0-9_./()-]))*$/;
const dottedQuad = /^\d+\.\d+\.\d+\.\d+(?:\/\d+)?$/;

/** A text as it stands in a document. */
export const printScalar = (text: string): string =>
  (plain.test(text) && !words.test(text)) || dottedQuad.test(text) ? text : JSON.stringify(text);

/** A scalar or an empty collection, which stand on the line of their key; undefined for what needs lines of its own. */
function inLine(value: unknown): string | undefined {
  if (typeof value === 'string') return printScalar(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined;
  return Object.keys(value).length === 0 ? '{}' : undefined;
}

function printFields(value: Fields, indent: string, first: string): string {
  let text = '';
  let margin = first;
  for (const key in value) {
    const field = value[key];
    if (field === undefined) continue;
    const short = inLine(field);
    if (short !== undefined) text += `${margin}${printScalar(key)}: ${short}\n`;
    else if (Array.isArray(field))
      text += `${margin}${printScalar(key)}:\n${printItems(field, `${indent}  `)}`;
    else
      text += `${margin}${printScalar(key)}:\n${printFields(field as Fields, `${indent}  `, `${indent}  `)}`;
    margin = indent;
  }
  return text === '' ? `${first}{}\n` : text;
}

/** The items of a list, each behind a dash at `indent`, which is blanks. */
export function printItems(items: readonly unknown[], indent: string): string {
  let text = '';
  for (const item of items) {
    const short = inLine(item);
    if (short !== undefined) text += `${indent}- ${short}\n`;
    else if (Array.isArray(item)) text += `${indent}-\n${printItems(item, `${indent}  `)}`;
    else text += printFields(item as Fields, `${indent}  `, `${indent}- `);
  }
  return text;
}

/** One document, ended by a newline. Takes what JSON takes; keys whose value is undefined are left out. */
export function printYaml(value: unknown): string {
  const short = inLine(value);
  if (short !== undefined) return `${short}\n`;
  return Array.isArray(value) ? printItems(value, '') : printFields(value as Fields, '', '');
}
