// `lvskit ipvsadm` beside ipvsadm 1.31 in twin namespaces: the same bytes on stdout and stderr, the same status, the same table.
// Spec: Debian's ipvsadm 1.31 in the same kernel, in the same run; nothing here says what is right.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime } from '../lab/run-program.ts';
import type { Answer, LabResult } from './ipvsadm-lab.ts';
import { type Scenario, type Step, scenarios } from './ipvsadm-lines.ts';
import { mixtures } from './ipvsadm-mixtures.ts';

/** Rules found in the field, where a corpus is at hand: each file's ipvsadm lines as one restore. */
function fieldRules(): Scenario[] {
  const folder = join(process.env['LVSKIT_CORPUS'] ?? '', 'ipvs');
  if (process.env['LVSKIT_CORPUS'] === undefined || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(file => /\.(sh|rules|notes\.txt)$/.test(file))
    .sort()
    .map(file => {
      const rules = readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .map(line => line.trim().replace(/^.*\bipvsadm\s+/, ''))
        .filter(line => /^-[A-Za-z]\s+-/.test(line));
      return {
        name: `field ${file}`,
        steps: [{ words: ['-R'], input: `${rules.join('\n')}\n` }, { words: ['-Ln'] }],
      };
    });
}

const all = [...scenarios, ...mixtures, ...fieldRules()];
let result: LabResult;

beforeAll(async () => {
  result = await labResult({ script: 'test/kernel/ipvsadm-lab.ts', args: { scenarios: all } });
}, labTime);

/** The kernel lists services by hash, and the hash is another in each namespace: without sorting only the lines can be compared. */
function comparable(step: Step, answer: Answer | undefined): Answer | undefined {
  if (answer === undefined || !step.words.includes('--nosort')) return answer;
  return { ...answer, stdout: answer.stdout.split('\n').sort().join('\n') };
}

const shown = ({ words, input }: Step): string =>
  `ipvsadm ${words.join(' ')}${input ? ` <<< ${JSON.stringify(input)}` : ''}`;

describe.each(all.map(scenario => scenario.name))('%s', name => {
  it('answers every line alike', () => {
    const steps = all.find(scenario => scenario.name === name)?.steps ?? [];
    const answers = result.answers.find(({ scenario }) => scenario === name);
    const pair = (of: readonly Answer[] | undefined) =>
      steps.map((step, index) => [shown(step), comparable(step, of?.[index])]);
    expect(answers?.theirs).toHaveLength(steps.length);
    expect(pair(answers?.ours)).toEqual(pair(answers?.theirs));
  });
});

describe('tables from one program to the other', () => {
  it('reads with ipvsadm what ours saved', () => {
    expect(result.oursToTheirs.saved.split('\n').length).toBeGreaterThan(30);
    expect(result.oursToTheirs.restored).toBe(result.oursToTheirs.saved);
  });

  it('reads with ours what ipvsadm saved', () => {
    expect(result.theirsToOurs.saved.split('\n').length).toBeGreaterThan(30);
    expect(result.theirsToOurs.restored).toBe(result.theirsToOurs.saved);
  });
});

it('compares at least 650 command lines', () => {
  const count = [...scenarios, ...mixtures].reduce((sum, { steps }) => sum + steps.length, 0);
  expect(count).toBeGreaterThanOrEqual(650);
});
