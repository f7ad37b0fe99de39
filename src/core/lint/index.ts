// The door of lint/: rules over a configuration, findings as data, reports as text. Floor 4.
// Behind it: README.md beside this file says how a rule is added.

export { type LintOptions, type LintResult, lint, type RuleSetting } from './engine.ts';
export { type Facts, type Rule, type Target, targets } from './rule.ts';
export { rules } from './rules/index.ts';
