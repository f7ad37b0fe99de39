// The alert machine with a clock of the test's own; every step is made by a structured clone as well, which must come to the same.
// Truth: DESIGN "machines, not callbacks".
import { expect } from 'vitest';
import {
  type AlertEffect,
  type AlertEvent,
  type AlertInput,
  alertsDeadline,
  createAlerts,
  stepAlerts,
} from '../../../src/core/alert/index.ts';
import type { ScriptCommand } from '../../../src/core/script.ts';
import { type Instant, instant } from '../../../src/core/time.ts';

export const at = (s: number): Instant => instant(Math.round(s * 1_000_000));

export const script = (...argv: string[]): ScriptCommand => ({
  argv,
  user: undefined,
  group: undefined,
  shell: false,
});

export class Bench {
  readonly alerts = createAlerts();
  now = at(0);
  /** `0 run 1 /master`, `11 cancel 1`, `1 info: ...`: everything, with its second. */
  readonly lines: string[] = [];
  /** Tickets that were neither ended nor cancelled, with the program. */
  readonly running = new Map<number, string>();

  tell(input: AlertInput): readonly AlertEffect[] {
    const twin = structuredClone(this.alerts);
    const effects = stepAlerts(this.alerts, input, this.now);
    expect(stepAlerts(twin, input, this.now)).toEqual(effects);
    expect(twin).toEqual(this.alerts);
    for (const effect of effects) this.lines.push(`${this.now / 1_000_000} ${this.#note(effect)}`);
    return effects;
  }

  #note(effect: AlertEffect): string {
    switch (effect.kind) {
      case 'log':
        return `${effect.level}: ${effect.message}`;
      case 'cancel':
        expect(this.running.delete(effect.ticket)).toBe(true);
        return `cancel ${effect.ticket}`;
      case 'deliver': {
        const text = effect.delivery.content.argv.join(' ');
        expect(this.running.has(effect.ticket)).toBe(false);
        this.running.set(effect.ticket, text);
        return `run ${effect.ticket} ${text}`;
      }
    }
  }

  /** Lets time pass to that second, waking whenever something is due. */
  until(second: number): this {
    for (let due = alertsDeadline(this.alerts); due !== undefined && due <= at(second); ) {
      this.now = due;
      this.tell({ kind: 'wake' });
      const next = alertsDeadline(this.alerts);
      expect(next === undefined || next >= due).toBe(true);
      due = next;
    }
    this.now = at(second);
    return this;
  }

  event(subject: string, to: string, programs: readonly string[], more: Partial<AlertEvent> = {}): this {
    this.tell({
      kind: 'event',
      event: {
        kind: 'state',
        subject,
        name: subject,
        from: 'BEFORE',
        to,
        cause: `why ${to}`,
        at: this.now,
        commands: programs.map(each => script(...each.split(' '))),
        line: `${subject} ${to}`,
        mail: undefined,
        fields: { instance: subject, to },
        ...more,
      },
    });
    return this;
  }
  lower(subject: string, program = '/lower'): this {
    return this.event(subject, 'MASTER_RX_LOWER_PRI', [program], { kind: 'occurrence' });
  }
  ended(ticket: number, success = true): this {
    this.running.delete(ticket);
    this.tell({
      kind: 'ended',
      ticket,
      success,
      detail: success ? 'exited with status 0' : 'exited with status 3',
    });
    return this;
  }
}
