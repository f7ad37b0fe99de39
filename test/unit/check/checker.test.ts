// What the transcripts do not show: refusals, reload, SMTP's odd lines, requests, spurious inputs, endings.
// Truth: keepalived.conf(5); RFC 5321 section 4.2.
import { createHash } from 'node:crypto';
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
  it('names what cannot run, and such a checker is held down and says so once', () => {
    const refused: CheckKind[] = [
      { kind: 'file', trackFile: 'f', weight: 0, reverse: false },
      { kind: 'bfd', session: 's' },
      { kind: 'dns', target: target(), queryType: 'ANYTHING', name: '' },
    ];
    for (const check of refused) {
      expect(unsupportedCheck(check)).toMatch(/not available/);
      for (const alpha of [false, true]) {
        const { state, effects } = run(start(checker(check, { alpha })));
        const verdict = {
          kind: 'verdict',
          up: false,
          cause: unsupportedCheck(check),
          weight: undefined,
          first: true,
        };
        expect(effects).toEqual([verdict]);
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
    stepChecker(state, { kind: 'connected', nonce: 1 }, instant(2_000_000));
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
  const greeted = [{ kind: 'connected', nonce: 1 } as const];
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

  it('shows nothing raw of what the server says', () => {
    const { effects } = run(start(checker(smtp)), ...greeted, data('500 \u001b[2J\u0007\u0000no\r\n'));
    expect(verdicts(effects)).toMatchObject([{ cause: 'expected 220, got: 500 \\e[2J\\x07\\x00no' }]);
  });

  it('fails when the server hangs up', () => {
    const { effects } = run(start(checker(smtp)), ...greeted, data('220 a\r\n'), { kind: 'ended' });
    expect(verdicts(effects)).toMatchObject([
      { up: false, cause: 'closed: no answer to HELO from the server' },
    ]);
  });
});

describe('a peer that never ends', () => {
  it.each([
    [
      'HTTP_GET',
      http({ urls: [url({ digest: 'd41d8cd98f00b204e9800998ecf8427e' })] }),
      'HTTP/1.0 200 OK\r\n\r\n',
    ],
    ['SMTP_CHECK', smtp, ''],
  ] as const)('is judged after 16 MiB: %s', (_, check, head) => {
    const piece: CheckInput = { kind: 'data', bytes: new Uint8Array(1024 * 1024) };
    const state = start(checker(check));
    const effects: CheckEffect[] = [];
    const at = checkerDeadline(state)!;
    for (const input of [{ kind: 'wake' }, { kind: 'connected', nonce: 1 }, data(head)] as const)
      effects.push(...stepChecker(state, input, at));
    for (let mebibyte = 1; mebibyte <= 16; mebibyte++) effects.push(...stepChecker(state, piece, at));
    if (check.kind === 'smtp') effects.push(...stepChecker(state, data('x'), at));
    expect(state.phase).toBe('waiting');
    expect(state.dialogue).toBeUndefined();
    expect(verdicts(effects)).toMatchObject([{ up: false, cause: 'more than 16777216 bytes received' }]);
  });

  it('and one of 8 MB that ends is read whole', () => {
    const body = new Uint8Array(8 * 1024 * 1024);
    const digest = createHash('md5').update(body).digest('hex');
    const check = http({ urls: [url({ digest })] });
    const page: CheckInput = { kind: 'data', bytes: body };
    const inputs = [{ kind: 'connected', nonce: 1 } as const, data('HTTP/1.0 200 OK\r\n\r\n'), page];
    const { effects } = run(start(checker(check, { alpha: true })), ...inputs, { kind: 'ended' });
    expect(verdicts(effects)).toMatchObject([{ up: true, cause: 'GET /: status 200, digest right' }]);
  });
});

describe('what a checker knows', () => {
  const failure: CheckInput = { kind: 'failed', reason: 'refused', errno: 'ECONNREFUSED', local: false };
  it('is its state, since when, and why', () => {
    const state = start(checker(tcp, { retry: 0 }));
    const known = () => [state.standing.up, state.standing.since, state.standing.cause];
    expect(known()).toEqual([true, 0, 'not checked yet']);
    run(state, { kind: 'connected', nonce: 1 });
    expect(known()).toEqual([true, 0, 'connected']);
    run(state, failure);
    const [, since] = known();
    expect(known()).toEqual([false, 13_000_000, 'refused']);
    run(state, { kind: 'failed', reason: 'unreachable', errno: 'EHOSTUNREACH', local: false });
    expect(known()).toEqual([false, since, 'refused']);
    run(state, { kind: 'connected', nonce: 1 });
    expect(known()).toEqual([true, expect.any(Number), 'connected']);
  });
  it('was in the IPVS table before the start', () => {
    const cause = 'as found in the IPVS table';
    const known = createChecker(checker(tcp), { spread: zero, initiallyUp: false, cause }, instant(5));
    expect(known.standing).toMatchObject({ up: false, since: 5, cause });
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
    const { state, effects } = run(start(checker(check)), { kind: 'connected', nonce: 1 }, heard);
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
      { kind: 'connected', nonce: 1 },
      { kind: 'ended' },
      { kind: 'suspend' },
      { kind: 'resume' },
      { kind: 'exited', code: 1, signal: undefined, detail: undefined },
      { kind: 'exited', code: 0, signal: undefined, detail: undefined },
    ),
    fc.boolean().map(local => ({ kind: 'failed', reason: 'r', errno: undefined, local }) as const),
    fc.constantFrom('220 a\r\n', '250 b\n', 'HTTP/1.0 200 OK\r\n\r\n', 'x'.repeat(5000)).map(data),
  );

  it('opens one thing at a time, closes what it opened, tells only changes and that it began down, arms no deadline in the past', () => {
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
          let firsts = 0;
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
                expect(effect.up !== up || effect.weight !== weight || effect.first).toBe(true);
                if (effect.first) expect(firsts++).toBe(0);
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
