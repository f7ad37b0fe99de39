// The words the command offers are those the linter knows.
// Truth: lint/index.ts; the command repeats them, because its flags are read before the linter is loaded.

import { expect, it } from 'vitest';
import Lint from '../../../src/commands/lint.ts';
import { failureLevels, formatNames, targets } from '../../../src/core/lint/index.ts';

it('formats, levels and targets', () => {
  expect(Lint.flags.format.options).toEqual([...formatNames]);
  expect(Lint.flags['fail-on'].options).toEqual([...failureLevels]);
  expect(Lint.flags.target.options).toEqual([...targets]);
});
