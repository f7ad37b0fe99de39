// The rules of the linter; a test compares this list with the folders beside it.
// Behind it: one folder per rule with rule.ts and rule.md.

import type { Rule } from '../rule.ts';

export const rules: readonly Rule[] = [];
