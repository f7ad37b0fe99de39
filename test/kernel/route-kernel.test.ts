// The simulated rtnetlink kernel answers, reports and holds what a real one does, move by move.
// Truth: this machine's kernel, in a network namespace of its own.
import { release } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { ask, createKernel, dump, editLink, linkNamed } from '../../src/core/simulate/index.ts';
import { labResult, labTime, runOnMachine } from '../lab/run-program.ts';
import { holdings, moves, notices, type Reply } from './route-kernel-moves.ts';

let real: readonly Reply[];

beforeAll(async () => {
  real = await labResult<readonly Reply[]>({ script: 'test/kernel/route-kernel-lab.ts' }, runOnMachine);
}, labTime);

function played(): Reply[] {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  const kernel = createKernel({ reportsLostSource: major > 6 || (major === 6 && minor >= 6) });
  let current = 0;
  return moves.map(move => {
    const device = (ifindex: number) => (ifindex === current ? 'eth' : undefined);
    if (move.kind === 'promote') kernel.promoteSecondaries = move.on;
    const answer =
      move.kind === 'ask'
        ? ask(kernel, move.request(current))
        : move.kind === 'link'
          ? editLink(kernel, move.edit)
          : { errno: undefined, news: [] };
    if (move.kind === 'link' && move.edit.kind === 'create')
      current = linkNamed(kernel, move.edit.name)?.index ?? 0;
    return {
      what: move.what,
      errno: answer.errno,
      notices: notices(answer.news, device),
      holds: holdings(dump(kernel), device),
    };
  });
}

describe('the simulated rtnetlink kernel', () => {
  it('answers like a real one', () => {
    expect(played().map(({ what, errno }) => [what, errno])).toEqual(
      real.map(({ what, errno }) => [what, errno ?? undefined]),
    );
  });
  it('reports what a real one reports', () => {
    expect(played().map(({ what, notices }) => [what, notices])).toEqual(
      real.map(({ what, notices }) => [what, notices]),
    );
  });
  it('holds what a real one holds', () => {
    expect(played().map(({ what, holds }) => [what, holds])).toEqual(
      real.map(({ what, holds }) => [what, holds]),
    );
  });
});
