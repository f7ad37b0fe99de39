// A verdict costs what one server costs, however many servers its service has and however many services there are.
// Truth: examination of the second edition, finding 4: 5,000 failing servers of one service were not out after 66 s (keepalived 4 s).

import { describe, expect, it } from 'vitest';
import {
  type CheckerProcess,
  type CheckerProcessEffect,
  type CheckerProcessInput,
  checkerProcessDeadline,
  createCheckerProcess,
  stepCheckerProcess,
} from '../../src/core/daemon/index.ts';
import { type Instant, instant } from '../../src/core/time.ts';
import { loadText } from '../unit/conf/load-text.ts';
import { allocated, executions } from './count.ts';

const address = (net: number, n: number) => `10.${net}.${n >> 8}.${n & 255}`;

/** Services whose every check gives a verdict: no retries, and each run finds the opposite of the last. */
function configuration(services: number, servers: number, more: string): string {
  const parts: string[] = [];
  for (let s = 0; s < services; s++) {
    parts.push(
      `virtual_server ${address(0, s + 1)} 80 {\n lvs_sched wrr\n lvs_method DR\n protocol TCP\n ${more}\n`,
    );
    for (let n = 0; n < servers; n++)
      parts.push(
        `real_server ${address(1 + s, n + 1)} 80 {\n weight 1\n notify_up /up\n notify_down /down\n TCP_CHECK {\n retry 0\n }\n }\n`,
      );
    parts.push('}\n');
  }
  return parts.join('');
}

/** The process with every server up, and what makes its next verdict. */
class Site {
  readonly process: CheckerProcess = createCheckerProcess();
  now: Instant = instant(0);
  /** Operations asked for. */
  operations = 0;

  constructor(services: number, servers: number, more = '') {
    this.tell({ kind: 'configure', config: loadText(configuration(services, servers, more)).config });
    this.tell({ kind: 'kernel', services: [] });
  }

  tell(input: CheckerProcessInput): readonly CheckerProcessEffect[] {
    const effects = stepCheckerProcess(this.process, input, this.now);
    for (const effect of effects) {
      if (effect.kind === 'program') this.operations += effect.operations.length;
      else if (effect.kind === 'deliver')
        this.tell({ kind: 'ended', ticket: effect.ticket, success: true, detail: '' });
    }
    return effects;
  }

  /** The next checker's run: a server that was up fails, one that was down succeeds. */
  verdict(): void {
    this.now = checkerProcessDeadline(this.process)!;
    for (const effect of this.tell({ kind: 'wake' })) {
      if (effect.kind !== 'check' || effect.effect.kind !== 'connect') continue;
      const { checker } = effect;
      const up = this.process.checkers.get(checker)?.standing.up === true;
      const failure = { kind: 'failed', reason: 'refused', errno: 'ECONNREFUSED', local: false } as const;
      this.tell({ kind: 'check', checker, input: up ? failure : { kind: 'connected', nonce: 1 } });
    }
  }

  verdicts(count: number): void {
    for (let i = 0; i < count; i++) this.verdict();
  }
}

const rounds = 200;

function cost(services: number, servers: number, more?: string) {
  const site = new Site(services, servers, more);
  site.verdicts(rounds);
  const before = site.operations;
  const steps = executions(() => site.verdicts(rounds));
  expect(site.operations - before).toBe(rounds);
  return { steps, bytes: allocated(() => site.verdicts(rounds)) };
}

describe('a verdict', () => {
  const small = cost(1, 10);

  it.each([
    ['in a service of 100 servers', 1, 100],
    ['in a service of 5,000 servers', 1, 5_000],
    ['with 100 services of 50 servers', 100, 50],
  ] as const)('%s costs what it costs with 10', (_, services, servers) => {
    const great = cost(services, servers);
    expect(great.steps).toBeLessThan(2 * small.steps);
    expect(great.bytes).toBeLessThan(2 * small.bytes);
  });

  it('that loses the quorum where no sorry server waits costs no more', () => {
    const [few, many] = [cost(1, 10, 'quorum 9'), cost(1, 1_000, 'quorum 999')];
    expect(many.steps).toBeLessThan(2 * few.steps);
    expect(many.bytes).toBeLessThan(2 * few.bytes);
  });

  it('of each of 5,000 failing servers costs the same to the last one, and all are out', () => {
    const each = (services: number, servers: number) => {
      const site = new Site(services, servers);
      const before = site.operations;
      const steps = executions(() => site.verdicts(services * servers));
      expect(site.operations - before).toBe(services * servers);
      expect([...site.process.table!.values()].every(({ destinations }) => destinations.size === 0)).toBe(
        true,
      );
      return steps / (services * servers);
    };
    const ten = each(1, 10);
    expect(each(1, 5_000)).toBeLessThan(2 * ten);
    expect(each(100, 50)).toBeLessThan(2 * ten);
  });
});
