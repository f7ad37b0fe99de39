// What the checker process may do: the least it needs where it runs no programs, everything where it does.
// Truth: proc(5) status of every thread; the IPVS table shows that it works with the least, and that its replacement takes nothing out.
import { beforeAll, describe, expect, it } from 'vitest';
import { labResult, labTime } from '../../lab/run-program.ts';
import type { CheckerRights } from './privileges-lab.ts';

let seen: CheckerRights;

beforeAll(async () => {
  seen = await labResult<CheckerRights>({ script: 'test/hostile/kernel/privileges-lab.ts' });
}, labTime);

/** CAP_NET_BIND_SERVICE 10, CAP_NET_ADMIN 12, CAP_NET_RAW 13. */
const least = '0000000000003400';

describe('the checker process', () => {
  it('without programs keeps three capabilities in every thread and can gain none', () => {
    expect(seen.without).toEqual({ bounding: [least], effective: [least], noNewPrivileges: ['1'] });
  });
  it('puts servers into service with them', () => {
    expect(seen.table.before.join('\n')).toContain('0A02000B');
  });
  it('is replaced when a reload brings its first program, and the table stays as it was', () => {
    expect(seen.log).toContain('Replacing the checker process');
    expect(seen.withProgram).toEqual(seen.supervisor);
    expect(seen.table.after).toEqual(seen.table.before);
  });
  it('gives its programs all that the supervisor has', () => {
    expect(seen.script).toContain(`CapEff:\t${seen.supervisor.effective[0]}`);
  });
});
