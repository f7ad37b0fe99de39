// Command lines as clumsy hands type them: every flag and argument of every command with values it does not take, letters of ipvsadm, typos.
// Truth: the flag definitions themselves; ipvsadm(8) for the letters; exit code 2 of docs/faults.md.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@oclif/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { exitOf, printFailure } from '../../src/core/cli/index.ts';
import { readServer, readService } from '../../src/core/cli/ipvs/words.ts';
import { printUsage } from '../../src/core/cli/usage.ts';
import { unwrap } from '../../src/core/fault.ts';
import { ensureBuilt, runLvskit } from '../lab/built.ts';

interface Definition {
  readonly args?: Record<string, { readonly ignoreStdin?: boolean; readonly required?: boolean }>;
  readonly flags?: Record<string, { readonly type: string; readonly allowStdin?: unknown }>;
  readonly strict?: boolean;
}

const commands = new URL('../../src/commands/', import.meta.url).pathname;
const ids = readdirSync(commands, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => name.slice(0, -3).replaceAll('/', ' '))
  .sort();
const load = async (id: string): Promise<Definition> =>
  ((await import(join(commands, `${id.replaceAll(' ', '/')}.ts`))) as { default: Definition }).default;

/** How a line is refused; undefined where the parser takes it. */
async function refusal(id: string, argv: readonly string[]) {
  try {
    await Parser.parse([...argv], { ...(await load(id)), context: {} } as never);
    return undefined;
  } catch (error) {
    return { code: exitOf(error), text: printFailure(error, { id, ids }) ?? '' };
  }
}

const wrongValues = ['', 'x', '-1', '1.5', '99999999999999999999', '0x10', 'nan', '1e3', '\u001b[31m', ' '];

describe.each(ids)('lvskit %s', id => {
  it('reads no argument from standard input', async () => {
    const { args = {}, flags = {} } = await load(id);
    for (const [name, arg] of Object.entries(args)) expect([name, arg.ignoreStdin]).toEqual([name, true]);
    for (const [name, flag] of Object.entries(flags))
      expect([name, flag.allowStdin]).toEqual([name, undefined]);
  });

  it('answers every wrong value as a usage error, or takes it', async () => {
    const { args = {}, flags = {} } = await load(id);
    const words = Object.keys(args).map(() => 'x');
    const lines = wrongValues.flatMap(value => [
      ...words.map((_, index) => words.with(index, value)),
      ...Object.entries(flags)
        .filter(([, { type }]) => type === 'option')
        .map(([name]) => [...words, `--${name}=${value}`]),
    ]);
    for (const line of lines) {
      const refused = await refusal(id, line);
      if (refused === undefined) continue;
      expect([line, refused.code]).toEqual([line, 2]);
      expect(refused.text).not.toMatch(/internal fault|See more help|Error:|\n.*\n.*\n/);
      expect(refused.text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    }
  });
});

describe('letters of ipvsadm are answered with what they are called here', () => {
  it.each([
    ['vs add', ['-t', '10.0.0.1:80'], 'tcp:HOST:PORT as SERVICE'],
    ['vs add', ['-f', '5'], 'fwmark:MARK as SERVICE'],
    ['vs add', ['tcp:10.0.0.1:80', '-p', '300'], '--persistent SECONDS'],
    ['vs add', ['tcp:10.0.0.1:80', '-M', '24'], '--netmask MASK'],
    ['vs add', ['udp:10.0.0.1:80', '-o'], '--one-packet'],
    ['rs add', ['s', 'd', '-m'], '--forwarding nat'],
    ['rs add', ['s', 'd', '-g'], '--forwarding dr'],
    ['rs add', ['s', 'd', '-i'], '--forwarding tun'],
    ['rs add', ['s', 'd', '-w', '4'], '--weight WEIGHT'],
    ['rs add', ['s', 'd', '-w4'], '--weight WEIGHT'],
    ['rs add', ['s', 'd', '-x', '4'], '--upper-threshold N'],
    ['rs add', ['s', 'd', '-y', '4'], '--lower-threshold N'],
    ['rs add', ['s', '-r', 'd'], 'HOST[:PORT] as SERVER'],
    ['rs add', ['s', 'd', '-f', '5'], 'fwmark:MARK'],
    ['vs list', ['-n'], '--names'],
    ['vs list', ['-c'], 'conn list'],
    ['vs list', ['--stats'], 'vs stats'],
  ])('%s %j', async (id, argv, here) => {
    const refused = await refusal(id, argv);
    expect(refused?.code).toBe(2);
    expect(refused?.text).toContain(here);
  });

  it('not where a command has nothing to do with ipvsadm', async () => {
    expect((await refusal('lint', ['-w']))?.text).not.toContain('ipvsadm');
  });
});

describe('typos', () => {
  it.each([
    ['rs add', ['s', 'd', '--wieght', '4'], 'Did you mean --weight?'],
    ['vs add', ['s', '--persistant=5'], 'Did you mean --persistent?'],
    ['vs apply', ['f', '--dryrun'], 'Did you mean --dry-run?'],
    ['vs list', ['tcp:10.0.0.1:80'], "'lvskit vs show tcp:10.0.0.1:80' shows one service."],
  ])('%s %j', async (id, argv, told) => {
    expect((await refusal(id, argv))?.text).toContain(told);
  });

  it.each([
    ['vs lst', "Did you mean 'lvskit vs list'?"],
    ['vs:lst', "Did you mean 'lvskit vs list'?"],
    ['lnit', "Did you mean 'lvskit lint'?"],
    ['rs weigth', "Did you mean 'lvskit rs weight'?"],
    ['-Ln', 'vs list'],
    ['-A', 'vs add SERVICE'],
    ['vs frobnicate', "Run 'lvskit vs --help' for usage."],
    ['frobnicate', "Run 'lvskit --help' for usage."],
  ])('lvskit %s', (words, told) => {
    expect(printUsage(new Error(`command ${words} not found`), { ids }).remedy).toContain(told);
  });
});

describe('services and servers', () => {
  it.each([
    ['tcp:10.0.0.1', 'has no port'],
    ['10.0.0.1', 'has no port'],
    ['tpc:10.0.0.2:80', 'did you mean tcp?'],
    ['TCP:10.0.0.2:80', 'did you mean tcp?'],
    ['TCP:10.0.0.2', 'did you mean tcp?'],
    ['http:10.0.0.2:80', 'use tcp, udp or sctp'],
    ['fwmark:0x10', '0x10 is 16'],
    ['fwmark:abc', 'a decimal number 1-4294967295'],
    ['fwmark:-1', 'a decimal number 1-4294967295'],
    ['fwmark:', 'a decimal number 1-4294967295'],
    ['FWMARK6:0', 'a decimal number 1-4294967295'],
    ['fd00::1:80', 'in brackets'],
    ['tcp:fd00::1:80', 'in brackets'],
    ['tcp:fd00:1:80', 'in brackets'],
    ['tcp:10.0.0.1:http-nope', 'not a tcp port'],
    ['tcp:10.0.0.1:80:90', 'not HOST:PORT'],
  ])('%s', async (word, told) => {
    const read = await readService(word);
    expect(read.ok ? undefined : read.fault).toMatchObject({
      code: 'usage',
      message: expect.stringContaining(told),
    });
  });

  it('a server has no protocol', async () => {
    const service = unwrap(await readService('tcp:10.0.0.1:80'));
    const read = await readServer('tcp:10.0.1.1:80', service);
    expect(read.ok ? '' : read.fault.message).toContain('without a protocol');
  });
});

describe('as programs', { timeout: 30_000 }, () => {
  beforeAll(ensureBuilt, 120_000);
  it.each([
    [['vs', 'lst'], "Did you mean 'lvskit vs list'?"],
    [
      ['rs', 'weight', 'tcp:10.0.0.1:80', '10.0.1.1', 'x'],
      "WEIGHT must be an integer 0-2147483647 (got 'x')",
    ],
    [['vs', 'watch', '-i', '0.01'], "--interval must be 0.1-3600 seconds (got '0.01')"],
    [['vs', 'add'], 'SERVICE is missing'],
    [['rs', 'add'], 'SERVICE and SERVER are missing'],
    [['rs', 'add', 'tcp:10.0.0.1:80', '0.0.0.0'], 'unspecified address'],
    [['rs', 'add', 'tcp:10.0.0.1:80', '224.0.0.1'], 'multicast address'],
    [
      ['rs', 'add', 'tcp:10.0.0.1:80', '10.0.1.1', '--upper-threshold', '5', '--lower-threshold', '9'],
      'the lower threshold 9 must not exceed the upper threshold 5',
    ],
    [['vs', 'add', 'tcp:10.0.0.1:80', '-s', 'wlc', '-b', 'sh-port'], 'sh-port belongs to scheduler sh'],
  ])('%j', async (argv, told) => {
    const ended = await runLvskit(argv, { cwd: '/' });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(told);
    expect(ended.stderr.trim().split('\n')).toHaveLength(2);
  });
});
