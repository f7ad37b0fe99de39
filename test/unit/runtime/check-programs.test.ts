// Programs of MISC_CHECK. Truth: check/events.ts: after `kill` exactly one `exited` is owed, and only of the current program.
import { describe, expect, it } from 'vitest';
import type { CheckInput } from '../../../src/core/check/index.ts';
import type { ProcessEnd } from '../../../src/core/host/index.ts';
import { createCheckPrograms } from '../../../src/core/runtime/check-programs.ts';
import { seconds } from '../../../src/core/time.ts';

const command = { argv: ['/bin/check'], user: undefined, group: undefined, shell: false } as const;
const spawn = { kind: 'spawn', command, timeout: seconds(1) } as const;
const ended: ProcessEnd = { code: 0, signal: undefined, detail: undefined };

function lab() {
  const started: { exit: () => void; did: string[] }[] = [];
  const told: [string, CheckInput['kind']][] = [];
  const programs = createCheckPrograms((checker, input) => told.push([checker, input.kind]), {
    start(_, exited) {
      const did: string[] = [];
      started.push({ exit: () => exited(ended), did });
      const end = (how: string) => () => void did.push(how);
      return { pid: 1, terminate: end('terminate'), destroy: end('destroy'), lives: () => false };
    },
  });
  return { started, told, programs };
}

describe('programs of checkers', () => {
  it('end by themselves or are terminated, and their end is told once', () => {
    const { started, told, programs } = lab();
    programs.perform('a', spawn);
    programs.perform('a', { kind: 'kill' });
    expect(started[0]!.did).toEqual(['terminate']);
    started[0]!.exit();
    programs.perform('a', { kind: 'kill' });
    expect(started[0]!.did).toEqual(['terminate']);
    expect(told).toEqual([['a', 'exited']]);
  });
  it('that were replaced are not heard', () => {
    const { started, told, programs } = lab();
    programs.perform('a', spawn);
    programs.perform('a', spawn);
    started[0]!.exit();
    expect(told).toEqual([]);
    started[1]!.exit();
    expect(told).toEqual([['a', 'exited']]);
  });
});
