// `lvskit ipvsadm` beside ipvsadm 1.31 where the line is wrong: the same words, the same status, the same table left behind.
// Spec: Debian's ipvsadm 1.31 in the same kernel, in the same run; nothing here says what is right.
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime } from '../lab/run-program.ts';
import type { Answer, LabResult } from './ipvsadm-lab.ts';
import { countOfWrong, wrongScenarios } from './ipvsadm-wrong-lines.ts';

let result: LabResult;

beforeAll(async () => {
  result = await labResult({ script: 'test/kernel/ipvsadm-lab.ts', args: { scenarios: wrongScenarios } });
}, labTime);

describe.each(wrongScenarios.map(({ name }) => name))('%s', name => {
  it('is answered alike', () => {
    const steps = wrongScenarios.find(scenario => scenario.name === name)?.steps ?? [];
    const answers = result.answers.find(({ scenario }) => scenario === name);
    const pair = (of: readonly Answer[] | undefined) =>
      steps.map(({ words, input }, index) => [JSON.stringify({ words, input }), of?.[index]]);
    expect(answers?.theirs).toHaveLength(steps.length);
    expect(pair(answers?.ours)).toEqual(pair(answers?.theirs));
  });
});

it('compares at least 300 wrong lines', () => {
  expect(countOfWrong).toBeGreaterThanOrEqual(300);
});
