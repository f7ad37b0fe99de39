// The project's own settings: severities by rule, the target, what makes the exit code 1. Checked word by word.
// Spec: lvskit.yaml, section `lint`; the text is parsed by whoever read the file.

import { nearest } from '../nearest.ts';
import type { RuleSetting } from './engine.ts';
import { hasPage, noSuchRule } from './pages.ts';
import { isTarget, type Target, targetsText } from './target.ts';

export const failureLevels = ['error', 'warning', 'info', 'never'] as const;
export type FailureLevel = (typeof failureLevels)[number];

export interface ProjectSettings {
  readonly target?: Target | 'lvskit';
  readonly failOn?: FailureLevel;
  readonly severities: Readonly<Record<string, RuleSetting>>;
}

const names: readonly string[] = ['preset', 'target', 'failOn', 'rules'];

/** What fails: what certainly breaks something, or everything that is worth a word. */
const presets = { recommended: 'error', strict: 'info' } as const satisfies Record<string, FailureLevel>;
const presetNames = Object.keys(presets) as (keyof typeof presets)[];
const ruleSettings = ['error', 'warning', 'info', 'off'] as const satisfies readonly RuleSetting[];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const oneOf = <T extends string>(value: unknown, known: readonly T[]): T | undefined =>
  known.find(word => word === value);

/** The settings in the parsed project file, or what is wrong with it: one sentence for each mistake. */
export function readProject(
  document: unknown,
): { readonly settings: ProjectSettings } | { readonly mistakes: readonly string[] } {
  const mistakes = isRecord(document)
    ? Object.keys(document).flatMap(name =>
        name === 'lint' ? [] : [`${name} is not known: the settings of the linter are below "lint"`],
      )
    : [];
  const section = isRecord(document)
    ? document['lint']
    : document === null || document === undefined
      ? {}
      : 0;
  if (section === undefined) return mistakes.length > 0 ? { mistakes } : { settings: { severities: {} } };
  if (!isRecord(section))
    return { mistakes: ['the file is not a list of names and values with a section "lint"'] };
  const choose = <T extends string>(name: string, known: readonly T[]): T | undefined => {
    if (section[name] === undefined) return undefined;
    const word = oneOf(section[name], known);
    if (word === undefined) mistakes.push(`lint.${name} is none of ${known.join(', ')}`);
    return word;
  };
  const target = section['target'];
  const isKnown = typeof target === 'string' && (target === 'lvskit' || isTarget(target));
  if (target !== undefined && !isKnown) mistakes.push(`lint.target must be ${targetsText}`);
  const preset = choose('preset', presetNames);
  const failOn = choose('failOn', failureLevels) ?? (preset === undefined ? undefined : presets[preset]);
  const severities: Record<string, RuleSetting> = {};
  const { rules = {} } = section;
  if (!isRecord(rules)) mistakes.push('lint.rules is not a list of rules and severities');
  else {
    for (const [rule, setting] of Object.entries(rules)) {
      // YAML 1.1 reads a bare off as false.
      const word = setting === false ? 'off' : oneOf(setting, ruleSettings);
      if (!hasPage(rule)) mistakes.push(`lint.rules: ${noSuchRule(rule)}`);
      else if (word === undefined) mistakes.push(`lint.rules.${rule} is none of ${ruleSettings.join(', ')}`);
      else severities[rule] = word;
    }
  }
  for (const name of Object.keys(section)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    mistakes.push(`lint.${name} is not known${near === undefined ? '' : `; did you mean ${near}?`}`);
  }
  if (mistakes.length > 0) return { mistakes };
  return {
    settings: {
      severities,
      ...(isKnown ? { target } : {}),
      ...(failOn === undefined ? {} : { failOn }),
    },
  };
}
