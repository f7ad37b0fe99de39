// What the transcripts do not show: refusals, reload, SMTP's odd lines, requests, spurious inputs, endings.
// Truth: keepalived.conf(5); RFC 5321 section 4.2.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CheckEffect,
  type Checker,
  type CheckerConfig,
  type CheckInput,
  type CheckKind,
  checkerDeadline,
  createChecker,
  encodeRequest,
  reconfigureChecker,
  sameCheck,
  stepChecker,
  unsupportedCheck,
} from '../../../src/core/check/index.ts';
import type { Address } from '../../../src/core/net/index.ts';
import { after, type Instant, instant, seconds, zero } from '../../../src/core/time.ts';
import { checker, http, misc, target, url } from './sample.ts';

const tcp: CheckKind = { kind: 'tcp', target: target() };
const smtp: CheckKind = { kind: 'smtp', target: target({ port: 25 }), helo: 'me' };
const dns: CheckKind = { kind: 'dns', target: target({ port: 53 }), queryType: 'SOA', name: '' };
const start = (config: CheckerConfig) => createChecker(config, { spread: zero }, instant(0));

/** Steps through inputs one second after another, waking first. */
function run(state: Checker, ...inputs: readonly CheckInput[]): { state: Checker; effects: CheckEffect[] } {
  const effects: CheckEffect[] = [];
  let at = checkerDeadline(state) ?? instant(0);
  for (const input of [{ kind: 'wake' } as const, ...inputs]) {
    effects.push(...stepChecker(state, input, at));
    at = after(at, seconds(1));
  }
  return { state, effects };
}

const data = (text: string): CheckInput => ({ kind: 'data', bytes: Buffer.from(text) });
const verdicts = (effects: readonly CheckEffect[]) => effects.filter(effect => effect.kind === 'verdict');

describe('unsupportedCheck', () => {
  const regex = { pattern: 'a', options: [], minOffset: 0, maxOffset: undefined, invert: false };

  it('names what cannot run, and such a checker is held down and says so once', () => {
    const refused: CheckKind[] = [
      { kind: 'ping', target: target() },
      { kind: 'file', trackFile: 'f', weight: 0, reverse: false },
      { kind: 'bfd', session: 's' },
      { kind: 'dns', target: target(), queryType: 'ANYTHING', name: '' },
      { kind: 'dns', target: target({ mark: 1 }), queryType: 'A', name: '' },
      http({ urls: [url(), url({ regex })] }),
    ];
    for (const check of refused) {
      expect(unsupportedCheck(check)).toMatch(/not available/);
      for (const alpha of [false, true]) {
        const { state, effects } = run(start(checker(check, { alpha })));
        const log = {
          kind: 'log',
          level: 'warning',
          message: `c: ${unsupportedCheck(check)}; the server is held down`,
        };
        const verdict = {
          kind: 'verdict',
          up: false,
          cause: unsupportedCheck(check),
          weight: undefined,
          first: true,
        };
        expect(effects).toEqual(alpha ? [log] : [log, verdict]);
        expect(run(state).effects).toEqual([]);
        expect(state.standing.up).toBe(false);
      }
    }
    for (const check of [tcp, smtp, misc(), http(), dns]) expect(unsupportedCheck(check)).toBeUndefined();
  });
});

describe('reload', () => {
  it('compares kind and parameters, not the schedule', () => {
    const one = checker(http());
    expect(sameCheck(one, checker(http(), { id: 'other', delayLoop: seconds(1), alpha: true }))).toBe(true);
    expect(sameCheck(one, checker(http({ urls: [url({ path: '/b' })] })))).toBe(false);
    expect(sameCheck(one, checker(http({ urls: [url(), url()] })))).toBe(false);
    expect(sameCheck(one, { ...one, keyword: 'SSL_GET' })).toBe(false);
    expect(sameCheck(checker(tcp), checker({ kind: 'tcp', target: target({ port: 81 }) }))).toBe(false);
    expect(sameCheck(checker(tcp), checker(smtp))).toBe(false);
  });

  it('keeps what is known and what runs, with the new schedule from the next run on', () => {
    const { state } = run(start(checker(tcp)));
    reconfigureChecker(state, checker(tcp, { delayLoop: seconds(60) }));
    expect(state.phase).toBe('running');
    stepChecker(state, { kind: 'connected' }, instant(2_000_000));
    expect(checkerDeadline(state)).toBe(62_000_000);
  });

  it('starts from a known state instead of alpha', () => {
    const known = createChecker(
      checker(tcp, { alpha: true }),
      { spread: zero, initiallyUp: true },
      instant(0),
    );
    expect(known.standing.up).toBe(true);
  });
});

describe('SMTP_CHECK', () => {
  const greeted = [{ kind: 'connected' } as const];
  it.each([
    ['220 ready\r\n', 'up'],
    ['220\r\n', 'up'],
    ['220\n', 'up'],
    ['220-more to come\r\n', 'down'],
    ['554 no\r\n', 'down'],
    ['2200 x\r\n', 'down'],
    ['hello\r\n', 'down'],
  ])('greeting %j: %s', (line, outcome) => {
    const { state } = run(start(checker(smtp)), ...greeted, data(line));
    expect(state.standing.up ? 'up' : 'down').toBe(outcome);
  });

  it('hears several lines in one piece and answers each', () => {
    const { effects, state } = run(start(checker(smtp)), ...greeted, data('220 a\r\n250 b\r\n221 c\r\n'));
    expect(state.phase).toBe('waiting');
    expect(verdicts(effects)).toEqual([]);
  });

  it('starts a line anew behind 512 bytes', () => {
    const noise = 'x'.repeat(500);
    const { state } = run(start(checker(smtp)), ...greeted, data(noise), data(`${'x'.repeat(12)}220 ok\r\n`));
    expect(state.phase).toBe('running');
    expect(state.standing.up).toBe(true);
  });

  it('fails when the server hangs up', () => {
    const { effects } = run(start(checker(smtp)), ...greeted, data('220 a\r\n'), { kind: 'ended' });
    expect(verdicts(effects)).toMatchObject([
      { up: false, cause: 'closed: no answer to HELO from the server' },
    ]);
  });
});

describe('UDP_CHECK', () => {
  const reply = { bytes: Uint8Array.of(0x12, 0x30, 0x45), mask: Uint8Array.of(0xff, 0xf0, 0xff) };
  const check: CheckKind = {
    kind: 'udp',
    target: target(),
    payload: Uint8Array.of(1, 2),
    requireReply: true,
    reply,
    minReplyLength: 2,
    maxReplyLength: 4,
  };
  it.each([
    ['123f45', true],
    ['123f', true],
    ['12304599', true],
    ['12', false],
    ['1230459999', false],
    ['123f46', false],
    ['1240', false],
  ])('reply %s under the mask ff f0 ff: %s', (hex, up) => {
    const heard: CheckInput = { kind: 'data', bytes: Buffer.from(hex, 'hex') };
    const { state, effects } = run(start(checker(check)), { kind: 'connected' }, heard);
    expect(state.standing.up).toBe(up);
    expect(effects[1]).toEqual({ kind: 'send', bytes: Uint8Array.of(1, 2) });
  });
});

describe('HTTP request', () => {
  const server = { address: '2001:db8::1' as Address, port: 443 };
  it('names an IPv6 server in brackets, always with its port', () => {
    const bytes = encodeRequest({ path: '/', protocol: '1.0', virtualHost: undefined, server });
    expect(String(Buffer.from(bytes))).toContain('\r\nHost: [2001:db8::1]:443\r\n\r\n');
  });

  it('is cut at 2047 bytes', () => {
    const path = `/${'a'.repeat(3000)}`;
    expect(encodeRequest({ path, protocol: '1.1', virtualHost: undefined, server })).toHaveLength(2047);
  });
});

describe('any sequence of inputs', () => {
  const kinds = [
    dns,
    tcp,
    smtp,
    misc(true),
    misc(),
    http(),
    http({ urls: [url(), url({ path: '/b' })], fastRecovery: true }),
  ];
  const anyInput: fc.Arbitrary<CheckInput> = fc.oneof(
    fc.constantFrom<CheckInput>(
      { kind: 'wake' },
      { kind: 'connected' },
      { kind: 'ended' },
      { kind: 'suspend' },
      { kind: 'resume' },
      { kind: 'exited', code: 1, signal: undefined, detail: undefined },
      { kind: 'exited', code: 0, signal: undefined, detail: undefined },
    ),
    fc.boolean().map(local => ({ kind: 'failed', reason: 'r', errno: undefined, local }) as const),
    fc.constantFrom('220 a\r\n', '250 b\n', 'HTTP/1.0 200 OK\r\n\r\n', 'x'.repeat(5000)).map(data),
  );

  it('opens one thing at a time, closes what it opened, tells only changes, arms no deadline in the past', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.boolean(),
        fc.nat(3),
        fc.array(fc.tuple(anyInput, fc.nat(12_000_000), fc.boolean())),
        (check, alpha, retry, inputs) => {
          const state = start(checker(check, { alpha, retry }));
          let up = state.standing.up;
          let weight: number | undefined;
          let open = false;
          let now: Instant = instant(0);
          for (const [input, wait, onTime] of inputs) {
            const due = checkerDeadline(state);
            now = onTime && due !== undefined && due > now ? due : instant(now + wait);
            // A program that ended by itself is gone.
            if (!onTime && input.kind === 'exited' && check.kind === 'misc') open = false;
            for (const effect of stepChecker(state, onTime ? { kind: 'wake' } : input, now)) {
              if (effect.kind === 'connect' || effect.kind === 'spawn') {
                expect(open).toBe(false);
                open = true;
              } else if (effect.kind === 'close' || effect.kind === 'kill' || effect.kind === 'send') {
                expect(open).toBe(true);
                if (effect.kind === 'close') open = false;
              } else if (effect.kind === 'verdict') {
                expect(effect.up !== up || effect.weight !== weight).toBe(true);
                ({ up, weight } = effect);
              }
            }
            expect(open).toBe(state.phase === 'running' || state.phase === 'dying');
            expect(state.phase === 'running').toBe(state.dialogue !== undefined);
            expect(state.standing.up).toBe(up);
            const next = checkerDeadline(state);
            if (onTime && next !== undefined) expect(next).toBeGreaterThanOrEqual(now);
          }
        },
      ),
    );
  });
});
