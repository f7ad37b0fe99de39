// `vs apply --watch` on a fake kernel and with a clock of its own: drift is set right and told once, a lost file changes nothing.
// Truth: the plan of table and file is empty after each look.
import * as Parser from '@oclif/core/parser';
import { describe, expect, it } from 'vitest';
import VsApply from '../../../src/commands/vs/apply.ts';
import { type Keeping, keep } from '../../../src/core/cli/ipvs/keep.ts';
import { fail, type Outcome, succeed } from '../../../src/core/fault.ts';
import {
  applyToTable,
  parseSave,
  printSave,
  type Service,
  servicesOf,
  tableOf,
} from '../../../src/core/ipvs/index.ts';
import { clientOf } from '../../fake/client.ts';

function tableFrom(text: string): Service[] {
  const table = tableOf([]);
  for (const { rule } of parseSave(text).rules) applyToTable(table, rule);
  return servicesOf(table);
}
const one = '-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.1.1:80 -m -w 1\n';
const two = `${one}-a -t 10.0.0.1:80 -r 10.0.1.2:80 -m -w 3\n`;

interface Moment {
  readonly file?: Outcome<readonly Service[]>;
  /** What another administrator does to the kernel's table. */
  readonly meddle?: string;
}

/** Looks once for each moment; what was shown and complained of after each. */
async function play(moments: readonly Moment[], more: Partial<Pick<Keeping, 'dryRun' | 'prune'>> = {}) {
  const { client, kernel } = await clientOf([], { live: true });
  const seen: { shown: string[]; complaints: string[]; table: string; failures: number }[] = [];
  let [at, version] = [0, 0];
  let [shown, complaints]: [string[], string[]] = [[], []];
  const begin = () => {
    const { file, meddle } = moments[at] ?? {};
    if (file !== undefined) version++;
    if (meddle === undefined) return;
    kernel.table.clear();
    for (const [key, entry] of tableOf(tableFrom(meddle))) kernel.table.set(key, entry);
  };
  begin();
  await keep(
    {
      client,
      ...{ prune: true, dryRun: false, ...more },
      identity: () => String(version),
      read: async () => moments[at]?.file ?? fail({ code: 'internal', message: 'was not to be read' }),
      async pause(failures) {
        seen.push({ shown, complaints, table: printSave(kernel.services()), failures });
        [shown, complaints] = [[], []];
        at++;
        begin();
        return at < moments.length;
      },
      show: async answer => {
        shown.push(await answer.text());
      },
      complain: line => complaints.push(line),
    },
    tableFrom(one),
    '0',
  );
  return seen;
}

describe('vs apply --watch', () => {
  it('sets drift right and tells it', async () => {
    const [first, quiet, drift, pruned] = await play([
      {},
      {},
      { meddle: two },
      { meddle: `${one}-A -u 10.0.0.9:53\n` },
    ]);
    expect(first?.shown[0]).toContain('2 added');
    expect(quiet?.shown).toEqual([]);
    expect(drift?.shown[0]).toContain('- tcp:10.0.0.1:80 10.0.1.2:80');
    expect(pruned?.shown[0]).toContain('- udp:10.0.0.9:53');
    for (const look of [first, quiet, drift, pruned]) expect(look?.table).toBe(one);
  });

  it('leaves other services alone without --prune', async () => {
    const others = `${one}-A -u 10.0.0.9:53 -s rr\n`;
    const [look] = await play([{ meddle: others }], { prune: false });
    expect(look).toMatchObject({ shown: [], table: others });
  });

  it('follows the file', async () => {
    const [, changed] = await play([{}, { file: succeed(tableFrom(two)) }]);
    expect(changed?.table).toBe(two);
  });

  it('keeps the table when the file cannot be read or has no services, and says so once', async () => {
    const lost = fail({ code: 'file-unreadable', message: 'table.yaml: ENOENT' });
    const [, gone, still, empty, back] = await play([
      {},
      { file: lost },
      { file: lost, meddle: '' },
      { file: succeed([]) },
      { file: succeed(tableFrom(two)) },
    ]);
    expect(gone).toMatchObject({ complaints: [expect.stringContaining('ENOENT')], table: one });
    expect(still).toMatchObject({ complaints: [], table: one });
    expect(empty).toMatchObject({
      complaints: [expect.stringContaining('no services any more')],
      table: one,
    });
    expect(back).toMatchObject({ complaints: [], table: two });
  });

  it('names the places of a file that is refused, and again when they are others', async () => {
    const refused = (...details: string[]) =>
      fail({ code: 'configuration-refused', message: 't.yaml is refused: 1 error', details });
    const [, first, same, other] = await play([
      {},
      { file: refused('t.yaml:3:1: error: port must be 1-65535') },
      { file: refused('t.yaml:3:1: error: port must be 1-65535') },
      { file: refused('t.yaml:9:1: error: unknown key') },
    ]);
    expect(first?.complaints).toEqual([
      't.yaml:3:1: error: port must be 1-65535',
      't.yaml is refused: 1 error; the table is kept as the file said before',
    ]);
    expect(same?.complaints).toEqual([]);
    expect(other?.complaints[0]).toContain(':9:1:');
  });

  it('only tells with --dry-run, once for the same drift', async () => {
    const [first, again, other] = await play([{ meddle: two }, {}, { meddle: '' }], { dryRun: true });
    expect(first?.shown[0]).toContain('(planned)');
    expect(first?.table).toBe(two);
    expect(again?.shown).toEqual([]);
    expect(other?.shown).toHaveLength(1);
  });
});

describe('the flags of vs apply', () => {
  const parsed = async (...argv: string[]) => {
    const { flags } = await Parser.parse(argv, { flags: VsApply.flags, args: VsApply.args });
    return { watch: flags.watch, interval: flags.interval };
  };
  it('need neither --watch nor --interval', async () =>
    expect(await parsed('table.yaml')).toMatchObject({ interval: undefined }));
  it('take an interval with --watch', async () =>
    expect(await parsed('table.yaml', '--watch', '--interval', '2')).toEqual({ watch: true, interval: 2 }));
  it('refuse an interval alone', () =>
    expect(parsed('table.yaml', '--interval', '2')).rejects.toThrow('--watch'));
});

describe('a kernel that refuses', () => {
  it('is told of once, and asked again later and later', async () => {
    const { client } = await clientOf([]);
    const refusing: Keeping['client'] = {
      ...client,
      apply: async operations =>
        operations.map(() => fail({ code: 'netlink-refused', message: 'ENOENT', errno: 'ENOENT' })),
    };
    const [failures, shown]: [number[], string[]] = [[], []];
    await keep(
      {
        ...{ client: refusing, prune: true, dryRun: false, identity: () => '0' },
        read: async () => succeed(tableFrom(one)),
        pause: async count => failures.push(count) < 3,
        show: async answer => {
          shown.push(await answer.text());
        },
        complain: () => {},
      },
      tableFrom(one),
      '0',
    );
    expect(failures).toEqual([1, 2, 3]);
    expect(shown).toHaveLength(1);
  });
});
