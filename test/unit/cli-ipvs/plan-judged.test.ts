// A plan is judged before its first write, and what is deleted last is deleted only where the rest was done.
// Truth: the fake kernel, which looks at schedulers and thresholds as ip_vs_add_service and ip_vs_add_dest of Linux 6.1 do.
import { describe, expect, it } from 'vitest';
import { judgePlan } from '../../../src/core/cli/ipvs/judge-plan.ts';
import { carryOut } from '../../../src/core/cli/ipvs/report.ts';
import { type Outcome, succeed, unwrap } from '../../../src/core/fault.ts';
import { commands } from '../../../src/core/ipvs/constants.ts';
import { createIpvsClient, noSchedulerFlags, plan, type Service } from '../../../src/core/ipvs/index.ts';
import type { Address } from '../../../src/core/net/index.ts';
import { type Message, type Request, startDialogue, stepDialogue } from '../../../src/core/netlink/index.ts';
import { instant } from '../../../src/core/time.ts';
import { type FakeOptions, fakeKernel } from '../../fake/kernel.ts';

const service = (mark: number, scheduler: string, engine?: string): Service => ({
  id: { kind: 'fwmark', family: 'inet', mark },
  scheduler,
  schedulerFlags: noSchedulerFlags,
  persistence: undefined,
  onePacket: false,
  engine,
  destinations: [],
});
const withServer = (of: Service, upperThreshold: number, lowerThreshold: number): Service => ({
  ...of,
  destinations: [
    {
      address: '10.0.1.1' as Address,
      port: 80,
      forwarding: 'DR',
      tunnel: undefined,
      weight: 1,
      upperThreshold,
      lowerThreshold,
    },
  ],
});

function stage(services: readonly Service[], options: FakeOptions = {}) {
  const kernel = fakeKernel(services, options);
  const dialogue = startDialogue();
  const client = createIpvsClient((requests: readonly Request[]) => {
    const outcomes: Outcome<readonly Message[]>[] = requests.map(() => succeed([]));
    const queue: Parameters<typeof stepDialogue>[1][] = [{ kind: 'submit', ticket: 1, requests }];
    for (let input = queue.shift(); input !== undefined; input = queue.shift()) {
      for (const effect of stepDialogue(dialogue, input, instant(0))) {
        if (effect.kind === 'settle') outcomes[effect.index] = effect.outcome;
        if (effect.kind !== 'send') continue;
        for (const bytes of kernel.receive(effect.datagram)) queue.push({ kind: 'datagram', bytes });
      }
    }
    return Promise.resolve(outcomes);
  });
  return { kernel, client };
}

describe('judging a plan', () => {
  it('names every unknown scheduler with a service that wants it, and writes nothing', async () => {
    const { kernel, client } = stage([service(1, 'rr')], { schedulers: ['rr', 'wrr'] });
    const observed = unwrap(await client.observe());
    const desired = [service(2, 'nosuch'), service(3, 'nosuch'), service(4, 'other'), service(5, 'wrr')];
    const judged = await judgePlan(client, observed, plan(observed, desired, { prune: true }));
    expect(judged.ok ? undefined : judged.fault).toMatchObject({
      code: 'netlink-refused',
      details: [
        "fwmark:2: the kernel does not have the scheduler 'nosuch'",
        "fwmark:4: the kernel does not have the scheduler 'other'",
      ],
    });
    expect(kernel.services().map(({ id }) => id)).toEqual([service(1, 'rr').id]);
  });

  it('asks about no scheduler that the table uses already', async () => {
    const { kernel, client } = stage([service(1, 'rr')]);
    const observed = unwrap(await client.observe());
    const before = kernel.commands.length;
    unwrap(await judgePlan(client, observed, plan(observed, [service(2, 'rr')], { prune: true })));
    expect(kernel.commands.length).toBe(before);
  });

  it('asks once for a scheduler, however many services want it', async () => {
    const { kernel, client } = stage([]);
    const desired = Array.from({ length: 500 }, (_, n) => service(n + 1, n % 2 === 0 ? 'rr' : 'sh'));
    unwrap(await judgePlan(client, [], plan([], desired, { prune: true })));
    expect(kernel.commands).toEqual([commands.newService, commands.newService]);
    expect(kernel.services()).toEqual([]);
  });

  it('asks with another mark where the table has the one it asks with', async () => {
    const taken: Service = {
      ...service(0xfffffffe, 'rr'),
      id: { kind: 'fwmark', family: 'inet6', mark: 0xfffffffe },
    };
    const { kernel, client } = stage([taken], { schedulers: ['rr'] });
    expect(unwrap(await client.knows('nosuch'))).toBe(false);
    expect(unwrap(await client.knows('rr'))).toBe(true);
    expect(kernel.services()).toEqual([taken]);
  });
});

describe('carrying out a plan', () => {
  it('deletes nothing where the kernel refused what was to stand in for it', async () => {
    const { kernel, client } = stage([service(1, 'rr')]);
    const observed = unwrap(await client.observe());
    // Past the judges: thresholds that only the kernel refuses here.
    const desired = [withServer(service(2, 'rr'), 5, 9)];
    const shown = unwrap(await carryOut(client, observed, plan(observed, desired, { prune: true }), false));
    expect(shown.exit).toBe(1);
    expect(shown.document).toMatchObject({
      changes: [
        { action: 'added', service: 'fwmark:2' },
        { action: 'added', refused: 'The lower threshold must not exceed the upper threshold' },
        { action: 'removed', refused: 'not deleted, because the kernel refused a change before it' },
      ],
    });
    expect(kernel.services().map(({ id }) => (id.kind === 'fwmark' ? id.mark : 0))).toEqual([1, 2]);
  });

  it('deletes what is not desired where all the rest was done', async () => {
    const { kernel, client } = stage([service(1, 'rr')]);
    const observed = unwrap(await client.observe());
    unwrap(await carryOut(client, observed, plan(observed, [service(2, 'rr')], { prune: true }), false));
    expect(kernel.services().map(({ id }) => id)).toEqual([service(2, 'rr').id]);
  });
});
