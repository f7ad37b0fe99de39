// The checker process's kernel. Truth: its own promise: one dialogue at a time, in order, and one batch for what comes meanwhile.
import { describe, expect, it } from 'vitest';
import { type Fault, fail, type Outcome, succeed } from '../../../src/core/fault.ts';
import type { Operation } from '../../../src/core/ipvs/index.ts';
import { createIpvsKernel } from '../../../src/core/runtime/ipvs-kernel.ts';

const remove = (mark: number): Operation => ({
  kind: 'remove-service',
  id: { kind: 'fwmark', family: 'inet', mark },
});
const refusal: Fault = { code: 'netlink-refused', message: 'No such service' };
const timeouts = { tcp: 1, tcpFin: 2, udp: 3 };

/** A kernel that answers when it is told to, and a list of what was asked and said. */
function lab(broken?: Fault) {
  const asked: string[] = [];
  const said: string[] = [];
  const answers: (() => void)[] = [];
  const later = <T>(name: string, value: T): Promise<T> => {
    asked.push(name);
    return new Promise(done => answers.push(() => done(value)));
  };
  const kernel = createIpvsKernel({
    client: {
      apply(operations) {
        const marks = operations.map(one => (one.kind === 'remove-service' ? markOf(one) : 0));
        const outcomes: Outcome<void>[] = marks.map(mark =>
          mark === 13 ? fail(refusal) : succeed(undefined),
        );
        return later(`apply ${marks}`, outcomes);
      },
      flush: () => later('flush', succeed(undefined)),
      observe: () => later('observe', broken === undefined ? succeed([]) : fail(broken)),
      setTimeouts: () => later('set-timeouts', fail(refusal)),
      timeouts: () => later('timeouts', succeed(timeouts)),
    },
    post: input => said.push(input.kind === 'refused' ? `refused ${input.operation}` : input.kind),
    complain: message => said.push(message),
    broken: fault => said.push(`broken ${fault.message}`),
  });
  const answer = async () => {
    answers.shift()?.();
    await new Promise(done => setImmediate(done));
  };
  return { kernel, asked, said, answer };
}

const markOf = ({ id }: Extract<Operation, { readonly kind: 'remove-service' }>) =>
  id.kind === 'fwmark' ? id.mark : 0;
const program = (...marks: number[]) => ({ kind: 'program', operations: marks.map(remove) }) as const;

describe('IPVS of the checker process', () => {
  it('gets what comes while it is busy in one batch, in order', async () => {
    const { kernel, asked, answer } = lab();
    for (let mark = 1; mark <= 5; mark++) kernel.perform(program(mark));
    kernel.perform({ kind: 'flush' });
    kernel.perform(program(6));
    kernel.perform(program(7, 8));
    expect(asked).toEqual(['apply 1']);
    for (let i = 0; i < 4; i++) await answer();
    expect(asked).toEqual(['apply 1', 'apply 2,3,4,5', 'flush', 'apply 6,7,8']);
    await kernel.idle();
    kernel.perform(program(9));
    expect(asked.at(-1)).toBe('apply 9');
  });
  it('is read whole with its timeouts; each refused operation is told', async () => {
    const { kernel, said, answer } = lab();
    kernel.perform({ kind: 'read-kernel' });
    kernel.perform(program(1, 13, 2));
    kernel.perform({ kind: 'set-timeouts', timeouts });
    for (let i = 0; i < 4; i++) await answer();
    expect(said).toEqual([
      'kernel',
      expect.stringMatching(/^refused /),
      'The kernel refused to set timeouts: No such service',
    ]);
  });
  it('that cannot be read is told once, and nothing follows', async () => {
    const { kernel, asked, said, answer } = lab({ code: 'netlink-timeout', message: 'no answer' });
    kernel.perform({ kind: 'read-kernel' });
    kernel.perform(program(1));
    await answer();
    expect(said).toEqual(['broken no answer']);
    expect(asked).toEqual(['observe']);
    await kernel.idle();
  });
  it('is waited for to the end', async () => {
    const { kernel, answer } = lab();
    kernel.perform(program(1));
    kernel.perform(program(2));
    let idle = false;
    const done = kernel.idle().then(() => {
      idle = true;
    });
    await answer();
    expect(idle).toBe(false);
    await answer();
    await done;
    expect(idle).toBe(true);
  });
});
