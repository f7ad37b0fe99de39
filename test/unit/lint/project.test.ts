// The project file: what it may say, and one sentence for each mistake in it.
// Truth: docs/rules.md for the names of rules; YAML 1.1 reads a bare off as false.

import { describe, expect, it } from 'vitest';
import { readProject } from '../../../src/core/lint/index.ts';

describe('project file', () => {
  it.each([
    ['nothing', null, { severities: {} }],
    ['a preset', { lint: { preset: 'strict' } }, { failOn: 'info', severities: {} }],
    [
      'a preset and more',
      { lint: { preset: 'strict', failOn: 'never' } },
      { failOn: 'never', severities: {} },
    ],
    ['lvskit as the target', { lint: { target: 'lvskit' } }, { target: 'lvskit', severities: {} }],
    [
      'everything',
      { lint: { target: '2.2.8', failOn: 'error', rules: { 'script-weight': 'error', duplicate: false } } },
      { target: '2.2.8', failOn: 'error', severities: { 'script-weight': 'error', duplicate: 'off' } },
    ],
  ])('%s', (_, document, settings) => {
    expect(readProject(document)).toEqual({ settings });
  });

  it.each([
    ['a list', []],
    ['an unknown name', { lint: { colour: true } }],
    ['an unknown rule', { lint: { rules: { 'no-such-rule': 'off' } } }],
    ['an unknown severity', { lint: { rules: { duplicate: 'fatal' } } }],
    ['an unknown target', { lint: { target: '1.3' } }],
    ['a wrong section', { lint: 'off' }],
  ])('%s is one mistake', (_, document) => {
    const read = readProject(document);
    expect('mistakes' in read && read.mistakes).toHaveLength(1);
  });
});
