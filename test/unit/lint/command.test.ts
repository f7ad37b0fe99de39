// The words the command offers are those the linter knows.
// Truth: lint/index.ts; the command repeats them, because its flags are read before the linter is loaded.

import { expect, it } from 'vitest';
import Lint from '../../../src/commands/lint.ts';
import { failureLevels, formatNames } from '../../../src/core/lint/index.ts';

it('formats and levels', () => {
  expect(Lint.flags.format.options).toEqual([...formatNames]);
  expect(Lint.flags['fail-on'].options).toEqual([...failureLevels]);
});
