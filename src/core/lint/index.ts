// The door of lint/: rules over a configuration, findings as data, reports as text. Floor 4.
// Spec: README.md beside this file says how a rule is added.

export { type LintOptions, type LintResult, lint, type RuleSetting } from './engine.ts';
export { applyFixes } from './fix.ts';
export { lintFleet } from './fleet/index.ts';
export type { MachineInterface, MachineState } from './machine.ts';
export { noSuchRule, type Page, pageIds, pageOf } from './pages.ts';
export { type FailureLevel, failureLevels, type ProjectSettings, readProject } from './project.ts';
export { type FormatName, formatNames, reporters } from './reporters/index.ts';
export type { ReportOptions } from './reporters/report.ts';
export { rules } from './rules/index.ts';
export { isTarget, type Target, targetsText } from './target.ts';
