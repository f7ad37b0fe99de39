// One mistake is one finding: put into valid configurations at every place where it applies, it is told once, where it stands.
// Truth: the mistakes of test/corpus/mutate.ts, put into seeds and test/corpus/own; LVSKIT_CORPUS adds real files that keepalived accepts.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../src/core/conf/index.ts';
import { mutate, mutations, placesOf, seeded } from '../../corpus/mutate.ts';
import { lintText } from './lint-text.ts';

interface Sample {
  readonly name: string;
  readonly text: string;
  readonly configId: string | undefined;
}

const samples: Sample[] = ['../../fixtures/seeds', '../../corpus/own']
  .map(folder => join(import.meta.dirname, folder))
  .flatMap(folder => readdirSync(folder).map(name => ({ name, path: join(folder, name) })))
  .filter(({ name }) => name.endsWith('.conf'))
  .map(({ name, path }) => ({ name, text: readFileSync(path, 'utf8'), configId: undefined }));
/** The same texts as if somebody had lost their indentation: what braces are told by then are words alone. */
const crooked: readonly Sample[] = samples.map(sample => {
  const random = seeded(sample.text.length);
  const indent = (line: string) =>
    line.trim() === '' ? line : ' '.repeat(Math.floor(random() * 9)) + line.trimStart();
  const text = sample.text.split('\n').map(indent).join('\n');
  return { ...sample, name: `${sample.name}, crooked`, text };
});
const corpus = process.env['LVSKIT_CORPUS'];
if (corpus !== undefined && existsSync(join(corpus, 'oracle.tsv'))) {
  for (const row of readFileSync(join(corpus, 'oracle.tsv'), 'utf8').trim().split('\n').slice(1)) {
    const [id = '', , , , , configId = '', verdict = ''] = row.split('\t');
    const text = readFileSync(join(corpus, 'conf', `${id}.conf`), 'utf8');
    // Files of conditions, loops and includes hide lines from a reading; long ones take long.
    if (verdict === 'error' || text.length > 4_000 || /^\s*(?:[@~$]|include)/m.test(text)) continue;
    samples.push({ name: id, text, configId: configId === '' ? undefined : configId });
  }
}

/** Keywords that take a number first, wherever they stand; some take any that is written down. */
const numeric = new Set(
  catalogue.flatMap(({ keywords }) =>
    keywords
      .filter(({ arguments: [first] }) => {
        return (first?.type === 'integer' || first?.type === 'decimal') && first.max < 99_999_999_999;
      })
      .map(({ name }) => name),
  ),
);
const known = new Set(catalogue.flatMap(({ keywords }) => keywords.map(({ name }) => name)));
const wordOf = (line: string) => line.trim().split(/[\s{]/)[0] ?? '';
const isNumeric = (line: string) => numeric.has(wordOf(line));
const isKnown = (line: string) => known.has(wordOf(line));

/** Mistakes that are always one, and the lines they are one on. */
const mistakes: Readonly<Record<string, (line: string) => boolean>> = {
  'misspelt block': isKnown,
  'misspelt keyword': isKnown,
  'upper case': isKnown,
  'missing }': () => true,
  'extra }': () => true,
  'missing {': isKnown,
  'extra {': isKnown,
  'unclosed quote': isKnown,
  'word for a number': isNumeric,
  'number with a tail': isNumeric,
  'number out of range': isNumeric,
  'bad address': line => /^\s*(?:virtual_server |real_server |\d)/.test(line),
  'equals sign': isNumeric,
};

type Finding = ReturnType<typeof lintText>['findings'][number];

const grave = ({ text, configId }: Sample): readonly Finding[] =>
  lintText(text, { target: '2.2.7', ...(configId === undefined ? {} : { configId }) }).findings.filter(
    ({ severity }) => severity !== 'info',
  );

/** Findings beyond those that were there before: the very same ones first, then others of the same rule. */
function added(before: readonly Finding[], after: readonly Finding[]): readonly Finding[] {
  const without = (
    told: readonly Finding[],
    found: readonly Finding[],
    keyOf: (finding: Finding) => string,
  ): readonly Finding[] => {
    const left = new Map<string, number>();
    for (const finding of told) left.set(keyOf(finding), (left.get(keyOf(finding)) ?? 0) + 1);
    return found.filter(finding => {
      const count = left.get(keyOf(finding)) ?? 0;
      left.set(keyOf(finding), count - 1);
      return count <= 0;
    });
  };
  const whole = ({ rule, message }: Finding) => `${rule} ${message}`;
  const gone = without(after, before, whole);
  return without(gone, without(before, after, whole), ({ rule }) => rule);
}

describe('the same text', () => {
  it.each(samples.map(sample => [sample.name, sample] as const))(
    '%s with { on the next line',
    (_name, sample) => {
      const before = grave(sample).map(({ rule }) => rule);
      for (const mutation of mutations.filter(({ name }) => name === '{ on the next line')) {
        for (const index of placesOf(sample.text, mutation)) {
          const { text } = mutate(sample.text, mutation, index, seeded(index));
          expect(grave({ ...sample, text }).map(({ rule }) => rule)).toEqual(before);
        }
      }
    },
  );
});

describe.each(Object.entries(mistakes))('%s', (name, isMistake) => {
  const mutation = mutations.find(item => item.name === name);
  it('is told once', () => {
    if (mutation === undefined) throw new RangeError(`no mutation ${name}`);
    let tried = 0;
    const wrong: string[] = [];
    for (const sample of /[{}]|block/.test(name) ? [...samples, ...crooked] : samples) {
      const before = grave(sample);
      // What is odd before cannot be compared; the remark about a word keeps its count, not its place.
      if (
        before.some(
          ({ rule, severity }) =>
            severity === 'error' || rule.endsWith('-keyword') || rule === 'keyword-as-record',
        )
      )
        continue;
      const lines = sample.text.split('\n');
      for (const index of placesOf(sample.text, mutation)) {
        if (!isMistake(lines[index] ?? '')) continue;
        if (before.some(({ place }) => place.line === index + 1)) continue;
        const { text, line } = mutate(sample.text, mutation, index, seeded(index));
        if (text === sample.text) continue;
        tried++;
        const found = added(before, grave({ ...sample, text }));
        const [first] = found;
        // A brace is missed or too many where its block begins, or where it is noticed.
        const far = first === undefined || (!name.includes('}') && Math.abs(first.place.line - line) > 1);
        if (found.length !== 1 || far)
          wrong.push(
            `${sample.name}:${line} ${found.map(({ rule, place }) => `${place.line} ${rule}`).join(', ')}`,
          );
      }
    }
    expect(tried).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});
