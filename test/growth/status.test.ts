// A push to the supervisor costs what changed, not what there is: 1 to 255 instances, 10 to 5,000 real servers.
// Truth: executions and allocated bytes of the same work, within a factor of two (DESIGN "a step costs what it touches").
import { expect, it } from 'vitest';
import { checkerRecordOf, createCheckerProcess, stepCheckerProcess } from '../../src/core/daemon/index.ts';
import { type Instant, instant, milliseconds } from '../../src/core/time.ts';
import { createVrrp, deadline, step } from '../../src/core/vrrp/index.ts';
import { loadText } from '../unit/conf/load-text.ts';
import { newCopy, pushChecker, pushVrrp } from '../unit/control/site.ts';
import { config, instance, link, virtual } from '../unit/vrrp/sample.ts';
import { allocated, executions } from './count.ts';

const rounds = 100;

/** One advert sent, then one push. */
function routers(count: number): () => void {
  const member = (n: number) =>
    instance({
      name: `vi_${n}`,
      vrid: n + 1,
      advertInterval: milliseconds(1_000 + n),
      addresses: [virtual(`10.0.${n}.1/24`)],
    });
  const machine = createVrrp(config(Array.from({ length: count }, (_, n) => member(n))));
  step(machine, { kind: 'interface', name: 'eth0', interface: link(['10.0.0.10']) }, instant(0));
  step(machine, { kind: 'start' }, instant(0));
  const copy = newCopy();
  pushVrrp(copy, machine, instant(0));
  return () => {
    for (let round = 0; round < rounds; round++) {
      const now = deadline(machine) as Instant;
      step(machine, { kind: 'wake' }, now);
      pushVrrp(copy, machine, now);
    }
  };
}

/** One override given and taken back: the record of a server and its service, and the difference. */
function servers(services: number, count: number): () => void {
  const real = (s: number, n: number) =>
    `real_server 10.${s + 1}.${n >> 8}.${n & 255} 80 {\n weight 1\n TCP_CHECK {\n }\n }\n`;
  const file = Array.from(
    { length: services },
    (_, s) =>
      `virtual_server 10.0.0.${s + 1} 80 {\n protocol TCP\n${Array.from({ length: count }, (_, n) => real(s, n + 1)).join('')}}\n`,
  ).join('');
  const process = createCheckerProcess();
  stepCheckerProcess(process, { kind: 'configure', config: loadText(file).config }, instant(0));
  stepCheckerProcess(process, { kind: 'kernel', services: [] }, instant(0));
  const copy = newCopy();
  pushChecker(copy, process, instant(0));
  const [id = ''] = process.checkers.keys();
  let now = 0;
  return () => {
    for (let round = 0; round < rounds; round++) {
      now += 20e6;
      stepCheckerProcess(process, { kind: 'check-now', checkers: [id] }, instant(now));
      const found = process.checkers.get(id);
      if (found === undefined) throw new Error('no checker');
      found.phase = 'waiting';
      stepCheckerProcess(process, { kind: 'wake' }, instant(now));
      process.news.counted.add(`check ${id}`);
      process.pool.news.changed.add('server tcp 10.0.0.1 80\n10.1.0.1 80');
      process.pool.news.changed.add('service tcp 10.0.0.1 80');
      pushChecker(copy, process, instant(now));
      if (checkerRecordOf(process, `check ${id}`) === undefined) throw new Error('no record');
    }
  };
}

const costs = (work: () => void) => {
  work();
  return { steps: executions(work), bytes: allocated(work) };
};

it('a push after an advert costs the same with 1 and with 255 instances', () => {
  const [few, many] = [costs(routers(1)), costs(routers(255))];
  expect(many.steps / few.steps).toBeLessThan(2);
  expect(many.bytes / few.bytes).toBeLessThan(2);
});

it.each([
  ['5,000 servers in one service', 1, 5_000],
  ['100 services of 50', 100, 50],
])('a push about one server costs with %s what it costs with 10', (_, services, count) => {
  const [few, many] = [costs(servers(1, 10)), costs(servers(services, count))];
  expect(many.steps / few.steps).toBeLessThan(2);
  expect(many.bytes / few.bytes).toBeLessThan(2);
});
