// A transition costs what its one subject costs, however many instances and servers there are; a flood of occurrences keeps nothing.
// Truth: issue 9 item 4: 20,000 adverts of lower priority grew the former queue from 65 to 100 MB and held notify_fault back.

import { describe, expect, it } from 'vitest';
import { alertRecord, createAlerts, stepAlerts } from '../../src/core/alert/index.ts';
import { stepVrrpProcess, type VrrpProcessInput } from '../../src/core/daemon/index.ts';
import { instant } from '../../src/core/time.ts';
import { advertOf } from '../../src/core/vrrp/advert.ts';
import { encodeAdvert, sentForm } from '../../src/core/wire/index.ts';
import { script } from '../unit/alert/alert-bench.ts';
import { Bench, only, text } from '../unit/daemon/vrrp-bench.ts';
import { the } from '../unit/vrrp/play.ts';
import { address } from '../unit/vrrp/sample.ts';
import { allocated, executions } from './count.ts';

const rounds = 200;

/** So many subjects with a program that runs and a state that waits; then transitions of one more, from end to end. */
function crowd(subjects: number) {
  const alerts = createAlerts();
  let [number, now] = [0, instant(0)];
  const event = (subject: string, to: string) =>
    stepAlerts(
      alerts,
      {
        kind: 'event',
        event: {
          kind: 'state',
          subject,
          name: subject,
          ...{ from: 'UP', to, cause: 'refused', at: now, line: to, mail: undefined, fields: {} },
          commands: [script('/notify', to)],
        },
      },
      now,
    );
  for (let n = 0; n < subjects; n++) for (const to of ['UP', 'DOWN']) event(`RS ${n}`, to);
  return () => {
    for (let round = 0; round < rounds; round++) {
      now = instant(++number);
      for (const effect of event('RS mine', `S${number}`)) {
        if (effect.kind === 'deliver')
          stepAlerts(alerts, { kind: 'ended', ticket: effect.ticket, success: true, detail: '' }, now);
      }
    }
  };
}

const cost = (subjects: number) => {
  const work = crowd(subjects);
  work();
  return { steps: executions(work), bytes: allocated(work) };
};

describe('an event', () => {
  it('costs the same beside 10,000 subjects whose programs hang', () => {
    const [few, many] = [cost(1), cost(10_000)];
    // Equal but for the depth of the heap of deadlines.
    expect(many.steps).toBeLessThan(1.3 * few.steps);
    expect(many.bytes).toBeLessThan(1.5 * few.bytes);
  });
});

/** An advert of priority 50 for the instance of the bench, whose own is 100. */
function lowerAdvert({ process }: Bench): VrrpProcessInput {
  const { config } = the(process.machine, 'V');
  const path = { source: address('10.0.0.9'), destination: config.multicastGroup };
  const bytes = encodeAdvert(advertOf(config, 50), path, sentForm(config.version, path));
  return { kind: 'packet', interface: 'eth0', family: 'inet', ttl: 255, bytes, ...path };
}

describe('20,000 adverts of lower priority', () => {
  it('start one program, keep one event, and notify_fault starts at once', () => {
    const bench = new Bench().master(text('notify_master_rx_lower_pri /lower\n notify_fault /fault'));
    const { process, now } = bench;
    const advert = lowerAdvert(bench);
    const programs: string[] = [];
    for (let n = 0; n < 20_000; n++) {
      for (const { delivery } of only(stepVrrpProcess(process, advert, now), 'deliver'))
        programs.push(delivery.content.argv.join(' '));
    }
    const fault = bench.edit({ kind: 'down', name: 'eth0' });
    expect(only(fault, 'deliver').map(({ delivery }) => delivery.content.argv)).toEqual([['/fault']]);
    expect(programs).toEqual(['/lower']);
    expect(alertRecord(process.alerts, 'INSTANCE V')).toMatchObject({
      last: { from: 'MASTER', to: 'FAULT' },
      running: 2,
      waiting: 1,
      dropped: 0,
      suppressed: 19_998,
    });
  });
  it('cost the same from the first to the last', () => {
    const bench = new Bench().master(text('notify_master_rx_lower_pri /lower'));
    const advert = lowerAdvert(bench);
    const hear = (times: number) => () => {
      for (let n = 0; n < times; n++) stepVrrpProcess(bench.process, advert, bench.now);
    };
    hear(rounds)();
    const few = executions(hear(rounds));
    hear(20_000)();
    expect(executions(hear(rounds))).toBeLessThanOrEqual(few);
  });
});
